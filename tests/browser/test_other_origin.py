"""A page of another site pulls figures in Debian's Chromium, where its origin is on the list."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from selenium.webdriver import Chrome

from tests.service_process import made_key, served

HEADERS = ("ETag", "Change-Cursor", "Retry-After", "Content-Disposition")
FETCH = """
const [address, headers, done] = arguments;
fetch(address, {headers}).then(async answer => done({
    status: answer.status, body: await answer.text(),
    headers: Object.fromEntries(%s.map(name => [name, answer.headers.get(name)])),
})).catch(refused => done({refused: String(refused)}));
""" % str(list(HEADERS))  # noqa: UP031 - JavaScript has braces of its own


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """Two other sites, the second of which is not on the list."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "index.html").write_text("<title>Tablero</title>")
    with _site(folder) as one, _site(folder) as other:
        for each in (one, other):
            threading.Thread(target=each.serve_forever, daemon=True).start()
        yield [f"http://localhost:{each.server_port}" for each in (one, other)]
        for each in (one, other):
            each.shutdown()


def _site(folder: Path) -> ThreadingHTTPServer:
    return ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def service(sites: list[str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of a service that has the first site on its list, and a reader's key."""
    data_dir = tmp_path_factory.mktemp("service") / "data"
    with served(data_dir, CORS_ALLOWED_ORIGINS=sites[0]) as (_, port):
        key = made_key("manage.py create_client tablero --role reader", data_dir)
        yield f"http://127.0.0.1:{port}", key


def fetched(chromium: Chrome, address: str, **headers: str) -> Any:
    return chromium.execute_async_script(FETCH, address, headers)


def test_a_dashboard_pulls_and_polls(chromium: Chrome, sites: list[str], service: tuple[str, str]) -> None:
    address, key = service
    report = f"{address}/api/v1/reports/execution/?year=2022"
    chromium.get(sites[0])
    asked = fetched(chromium, report, Authorization=f"Api-Key {key}")
    assert asked["status"] == 200
    assert '"total"' in asked["body"]
    etag, cursor = asked["headers"]["ETag"], asked["headers"]["Change-Cursor"]
    assert etag
    again = fetched(chromium, report, **{"Authorization": f"Api-Key {key}", "If-None-Match": etag})
    assert (again["status"], again["headers"]["Change-Cursor"]) in ((304, cursor), (200, cursor))
    changes = fetched(chromium, f"{address}/api/v1/changes/?after={cursor}", Authorization=f"Api-Key {key}")
    assert changes["status"] == 200
    table = fetched(chromium, f"{report}&format=csv", Authorization=f"Api-Key {key}")
    assert "ejecucion-2022-2022.csv" in table["headers"]["Content-Disposition"]


def test_it_reads_why_it_was_refused(chromium: Chrome, sites: list[str], service: tuple[str, str]) -> None:
    address, _ = service
    chromium.get(sites[0])
    refused = fetched(chromium, f"{address}/api/v1/units/", Authorization="Api-Key poi_none_such")
    assert refused["status"] == 401
    assert '"errors"' in refused["body"]


def test_the_question_before_it_needs_no_key_and_is_named(sites: list[str], service: tuple[str, str]) -> None:
    address, _ = service
    asked = {"Origin": sites[0], "Access-Control-Request-Method": "GET", "X-Request-Id": "antes"}
    answer = urlopen(Request(f"{address}/api/v1/units/", headers=asked, method="OPTIONS"))
    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, sites[0])
    assert "authorization" in answer.headers["Access-Control-Allow-Headers"]
    assert answer.headers["X-Request-Id"] == "antes"


def test_a_site_that_is_not_on_the_list_reads_nothing(
    chromium: Chrome, sites: list[str], service: tuple[str, str]
) -> None:
    address, key = service
    chromium.get(sites[1])
    for headers in ({}, {"Authorization": f"Api-Key {key}"}):
        assert "refused" in fetched(chromium, f"{address}/api/v1/units/", **headers)
