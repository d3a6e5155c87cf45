"""Answers are compressed for who asks for it, and say the same."""

import gzip
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from poi_api.http.compression import Compression, compressed, takes_gzip, wants_gzip
from tests import factories as make
from tests.api import get, patch, refused
from units.choices import Role
from units.models import Unit

GZIP = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.mark.parametrize("asked", ["gzip", "GZIP", "br, gzip", "gzip;q=0.1", "deflate;q=1, gzip; q=1", "gzip,br"])
def test_who_takes_gzip(asked: str) -> None:
    assert wants_gzip(_request(asked))


@pytest.mark.parametrize("asked", ["", "br", "gzip;q=0", "gzip; q=0.0", "gzip;q=x", "identity", "x-gzipped"])
def test_who_does_not(asked: str) -> None:
    assert not wants_gzip(_request(asked))


def test_what_is_remembered_of_headers_takes_no_more_than_some_megabytes() -> None:
    """Nobody needs a key to send another one of 96 KB each time."""
    most = takes_gzip.cache_parameters()["maxsize"]
    assert most * 96 * 1024 < 10 * 1024**2


def _request(asked: str) -> HttpRequest:
    return RequestFactory().get("/api/v1/units/", headers={"Accept-Encoding": asked})


@pytest.mark.parametrize(
    ("length", "path", "content_type", "is_compressed"),
    [
        (1000, "/api/v1/units/", "application/json", True),
        (999, "/api/v1/units/", "application/json", False),
        (1000, "/api/v1/units/", "application/problem+json", True),
        (1000, "/api/v1/units/", "text/csv; charset=utf-8", True),
        (1000, "/api/v1/units/", "application/octet-stream", False),
        (1000, "/api/docs/", "text/html", False),
        (1000, "/cuenta/entrar/", "application/json", False),
    ],
)
def test_what_is_compressed(length: int, path: str, content_type: str, *, is_compressed: bool) -> None:
    body = b"x" * length
    made = HttpResponse(body, content_type=content_type, headers={"Content-Length": str(length)})
    answer: Any = Compression(lambda _: made)(RequestFactory().get(path, headers=GZIP))
    assert (answer.headers.get("Content-Encoding") == "gzip") is is_compressed
    assert answer.headers["Content-Length"] == str(len(answer.content))
    assert (gzip.decompress(answer.content) if is_compressed else answer.content) == body


def test_a_file_is_compressed_part_by_part_and_ends_its_source() -> None:
    ended = []

    def parts() -> Iterator[bytes]:
        try:
            for number in range(50_000):
                yield b"%d\r\n" % number
        finally:
            ended.append(True)

    done = list(compressed(parts()))  # type: ignore[arg-type]
    assert len(done) > 2
    assert gzip.decompress(b"".join(done)) == b"".join(b"%d\r\n" % number for number in range(50_000))
    assert ended == [True]


def _plain(answer: Any) -> bytes:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return gzip.decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body


@pytest.mark.django_db
class TestAnswers:
    @pytest.fixture
    def caller(self, unit: Unit) -> make.Caller:
        plan = make.plan(unit.institution)
        for _ in range(20):
            make.activity(plan, unit)
        return make.client(Role.PLANNER)

    @pytest.mark.parametrize(
        ("path", "query"),
        [
            ("/units/", {"limit": 1000}),
            ("/activities/", {}),
            ("/reports/matrix/", {"year": 2022}),
            ("/reports/matrix/", {"year": 2022, "format": "csv"}),
            ("/exports/months/", {"year": 2022, "format": "jsonl"}),
        ],
    )
    def test_it_says_the_same(self, caller: make.Caller, path: str, query: dict[str, Any]) -> None:
        for _ in range(4):
            make.unit()
        plain, answer = (get(caller, path, headers, **query) for headers in ({}, GZIP))
        assert (plain.status_code, answer.status_code) == (200, 200)
        assert answer.headers["Content-Encoding"] == "gzip"
        assert "Content-Encoding" not in plain.headers
        assert _plain(answer) == _plain(plain)
        for each in (plain, answer):
            assert "Accept-Encoding" in each.headers["Vary"]

    def test_a_question_is_answered_by_its_etag(self, caller: make.Caller) -> None:
        first = get(caller, "/reports/matrix/", GZIP, year=2022)
        etag = first.headers["ETag"]
        again = get(caller, "/reports/matrix/", GZIP | {"If-None-Match": etag}, year=2022)
        assert (again.status_code, again.headers["ETag"]) == (304, etag)
        assert get(caller, "/reports/matrix/", {"If-None-Match": etag}, year=2022).status_code == 304

    def test_a_write_may_hold_on_to_the_etag_of_a_compressed_answer(self, caller: make.Caller, unit: Unit) -> None:
        path = f"/units/{unit.pk}/"
        etag = get(caller, path, GZIP).headers["ETag"]
        assert etag.startswith("W/")
        changed = patch(caller, path, {"name": "LOGÍSTICA"}, {"If-Match": etag})
        assert changed.status_code == 200
        assert refused(patch(caller, path, {"name": "OTRA"}, {"If-Match": etag}), 412) == [("stale", None)]

    def test_the_schema_is_a_tenth(self) -> None:
        client = Client()
        plain, answer = (client.get("/api/schema/", {"format": "json"}, headers=each) for each in ({}, GZIP))
        assert gzip.decompress(answer.content) == plain.content
        assert len(answer.content) * 10 < len(plain.content)
        again = client.get("/api/schema/", {"format": "json"}, headers=GZIP | {"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304


@pytest.mark.usefixtures("committed")
def test_what_is_kept_in_one_coding_is_not_given_in_the_other() -> None:
    plan = make.plan()
    for _ in range(20):
        make.activity(plan)
    caller = make.client()
    for headers in (GZIP, {}, GZIP, {}):
        answer = get(caller, "/reports/matrix/", headers, year=2022)
        assert answer.headers.get("Content-Encoding") == ((headers and "gzip") or None)
        assert b'"results"' in _plain(answer)
