"""Exports are made before they are sent: of one state, whole or a problem, and conditional."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import psycopg
import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import Client, RequestFactory

from activities.models import Activity
from poi_api.http import files
from poi_api.http.files import bytes_on_disk
from reports.exports import statement as exports
from reports.shared import files as report_files
from reports.shared import views
from tests import factories as make
from tests.api import get
from tests.in_one_state import for_each
from tests.states import forget_answers
from tests.threads import in_threads

pytestmark = pytest.mark.usefixtures("committed", "empty_disk")
PATH = "/exports/months/"
# Every report that is a file
FILES: list[tuple[str, dict[str, str]]] = [
    (PATH, {"format": "csv"}),
    (PATH, {"format": "jsonl"}),
    ("/reports/matrix/", {"format": "csv"}),
    ("/reports/execution/", {"format": "csv"}),
    ("/reports/poi/", {"format": "csv", "institution": "SAT"}),
]


class Told(NamedTuple):
    content: bytes
    etag: str
    cursor: str


@pytest.fixture(params=["in memory", "on disk"])
def size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both sizes of files, with the same figures."""
    if request.param == "on disk":
        monkeypatch.setattr(files, "_BLOCK", 1)
    return str(request.param)


@pytest.fixture
def activity() -> Activity:
    made = make.activity(make.plan(make.institution("SAT")))
    make.entry(made)
    return made


def test_nothing_is_read_again_while_nothing_changed(size: str) -> None:
    activity, caller = make.activity(), make.client()
    first = get(caller, PATH, year=2022)
    assert first.getvalue()
    assert first["Change-Cursor"]
    again = {"If-None-Match": first["ETag"]}
    assert get(caller, PATH, again, year=2022).status_code == 304
    assert get(caller, PATH, again, year=2022, format="jsonl").status_code == 200
    make.entry(activity, 5, 1)
    assert get(caller, PATH, again, year=2022).status_code == 200


@for_each(("path", "query"), FILES)
def test_what_is_sent_has_its_length_and_its_headers(
    activity: Activity, size: str, path: str, query: dict[str, str]
) -> None:
    caller = make.client()
    answer = get(caller, path, year=2022, **query)
    body = answer.getvalue()
    assert answer.streaming is (size == "on disk")
    assert (answer.status_code, int(answer["Content-Length"])) == (200, len(body))
    assert answer["Content-Disposition"].startswith('attachment; filename="')
    told = {name: answer[name] for name in ("ETag", "Change-Cursor", "Content-Type", "Content-Length")}
    head = Client().head(f"/api/v1{path}", {"year": "2022", **query}, headers=caller.headers)
    assert {name: head[name] for name in told} == told
    head.close()
    answer.close()
    assert bytes_on_disk() == 0


@for_each(("path", "query"), FILES)
def test_its_cursor_goes_on_in_the_feed_and_its_etag_saves_asking_again(
    activity: Activity, size: str, path: str, query: dict[str, str]
) -> None:
    caller = make.client()
    answer = get(caller, path, year=2022, **query)
    answer.close()
    make.entry(activity, 5, 1)
    feed = get(caller, "/changes/", after=answer["Change-Cursor"])
    assert feed.status_code == 200
    assert [change["entity"] for change in feed.json()["results"]] == ["progress_entry"]
    again = get(caller, path, year=2022, **query)
    again.close()
    forget_answers()
    assert get(caller, path, {"If-None-Match": again["ETag"]}, year=2022, **query).status_code == 304
    assert get(caller, path, {"If-None-Match": answer["ETag"]}, year=2022, **query).status_code == 200


@for_each(("path", "query"), FILES)
def test_who_asks_for_no_more_than_headers_has_nothing_made(
    activity: Activity, size: str, monkeypatch: pytest.MonkeyPatch, path: str, query: dict[str, str]
) -> None:
    caller = make.client()
    address, asked = f"/api/v1{path}", {"year": "2022", **query}
    with monkeypatch.context() as patched:
        patched.setattr(views, "report_file", None)  # nobody may call it
        head = Client().head(address, asked, headers=caller.headers)
        head.close()
        assert (head.status_code, head.get("Content-Length")) == (200, None)
        known = {**caller.headers, "If-None-Match": head["ETag"]}
        assert Client().head(address, asked, headers=known).status_code == 304
    answer = get(caller, path, year=2022, **query)
    names = ("Content-Type", "Content-Disposition", "ETag", "Change-Cursor", "Cache-Control", "Vary")
    assert answer.getvalue()  # what was told is not kept as the answer
    assert {name: head[name] for name in names} == {name: answer[name] for name in names}


@pytest.mark.parametrize(("path", "query"), FILES)
def test_content_etag_and_cursor_are_of_one_state(
    activity: Activity, monkeypatch: pytest.MonkeyPatch, path: str, query: dict[str, str]
) -> None:
    """Somebody commits when the caller is known, and again when it is known how fresh the file is: it is between."""
    caller = make.client()
    of_state: list[Told] = []

    def asked() -> Told:
        answer = get(caller, path, year=2022, **query)
        return Told(answer.getvalue(), answer["ETag"], answer["Change-Cursor"])

    def commit() -> None:
        in_threads(lambda: make.entry(activity, 3 + len(of_state)))()
        of_state.extend(in_threads(asked)())

    def committing(*arguments: Any) -> Any:
        monkeypatch.undo()
        commit()
        found = known(*arguments)
        commit()
        return found

    before, known = asked(), report_files._admitted
    monkeypatch.setattr(report_files, "_admitted", committing)
    forget_answers()
    assert asked() == of_state[0]
    assert len({before, *of_state}) == 3
    assert asked() == of_state[1]


@for_each(("path", "query"), FILES)
def test_a_failure_half_way_is_a_whole_problem(
    activity: Activity, monkeypatch: pytest.MonkeyPatch, size: str, path: str, query: dict[str, str]
) -> None:
    made, caller = files._made, make.client()

    def fails(parts: Iterator[bytes]) -> Any:
        def some() -> Iterator[bytes]:
            yield next(parts)
            raise ZeroDivisionError("secreto")

        return made(some())  # type: ignore[arg-type]

    address, asked = f"/api/v1{path}", {"year": "2022", **query}
    with monkeypatch.context() as patched:
        patched.setattr(files, "_made", fails)
        answer = Client(raise_request_exception=False).get(address, asked, headers=caller.headers)
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert answer.json()["errors"][0]["code"] == "internal_error"
    assert "ETag" not in answer
    assert bytes_on_disk() == 0
    assert connection.connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    monkeypatch.undo()
    assert get(caller, path, year=2022, **query).status_code == 200


def test_a_database_that_stops_half_way_is_said_as_elsewhere(monkeypatch: pytest.MonkeyPatch, size: str) -> None:
    stop = "CASE WHEN a.code = 'last' THEN pg_terminate_backend(pg_backend_pid())::int + p.year ELSE p.year END"
    monkeypatch.setattr(exports, "_LINE", exports._LINE.replace("p.year", stop, 1))
    plan, caller = make.plan(), make.client()
    make.activity(plan, code="a")
    make.activity(plan, code="last")
    answer = get(caller, PATH, year=2022)
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert answer["Retry-After"]
    assert bytes_on_disk() == 0
    monkeypatch.undo()
    assert get(caller, PATH, year=2022).status_code == 200


def test_a_server_gets_the_file_itself_and_gives_it_back_by_closing_it(
    activity: Activity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As PEP 3333 has it: `wsgi.file_wrapper` is called with what can be read in blocks and closed."""
    monkeypatch.setattr(files, "_BLOCK", 1)
    address = f"/api/v1{PATH}"
    environ = RequestFactory().get(address, {"year": "2022"}, headers=make.client().headers).environ
    taken: list[Any] = []
    environ["wsgi.file_wrapper"] = lambda file, size: taken.append(size) or file  # type: ignore[func-returns-value]
    application: Any = get_wsgi_application()
    file = application(environ, lambda *_: None)
    assert taken == [64 * 1024]
    assert file.read(3) == b"\xef\xbb\xbf"
    assert bytes_on_disk() > 0
    file.close()
    assert bytes_on_disk() == 0
