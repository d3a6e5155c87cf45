"""Only so many large files are made at once; small ones are never refused, and what is being sent is shared."""

from functools import partial
from threading import Barrier, Event
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from activities.models import Activity
from poi_api.database import locks
from poi_api.http import files
from poi_api.http.files import bytes_on_disk
from reports.exports import statement as exports
from reports.exports.lines import Lines
from reports.shared import files as report_files
from reports.shared import views
from tests import factories as make
from tests.api import get, refused
from tests.committed import Connect
from tests.factories import Caller
from tests.test_answer_memory import is_made, read
from tests.threads import PATIENCE, in_threads
from tests.waiting import SHORT, limited
from units.requests.answer_memory import MEMORY

pytestmark = pytest.mark.usefixtures("empty_disk")
PATH = "/exports/months/"
_TAKE = f"SELECT pg_advisory_lock({locks.EXPORTS}) FROM generate_series(1, %s) AS slot"
_HELD = """
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'
   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@pytest.fixture
def activity(committed: None) -> Activity:
    return make.activity()


@pytest.fixture
def caller(activity: Activity) -> Caller:
    return make.client()


class TestAtOnce:
    @pytest.fixture(autouse=True)
    def two_and_all_count(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.EXPORTS_AT_ONCE, settings.ANSWER_MEMORY_BYTES = 2, 0
        monkeypatch.setattr(report_files, "_SMALL", 0)

    def status(self, caller: Caller, **query: Any) -> int:
        return int(get(caller, PATH, year=2022, **query).status_code)

    def test_as_many_as_set_are_made_and_the_next_is_refused_at_once(
        self, caller: Caller, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        making, go_on, lines_of = Barrier(3), Event(), Lines.__call__

        def waiting(lines: Lines, activities: Any) -> Any:
            making.wait(PATIENCE)
            go_on.wait(PATIENCE)
            return lines_of(lines, activities)

        monkeypatch.setattr(Lines, "__call__", waiting)
        formats = ("csv", "jsonl")
        finish = in_threads(*[partial(self.status, caller, format=each) for each in formats])
        making.wait(PATIENCE)  # both are in the midst of it
        refusal = get(caller, PATH, from_year=2022, to_year=2022)
        other = get(caller, "/reports/matrix/", year=2022, format="csv")
        elsewhere = get(caller, "/reports/matrix/", year=2022)
        go_on.set()
        assert refused(refusal, 503) == refused(other, 503) == [("busy", None)]
        assert refusal["Retry-After"] == "10"
        assert elsewhere.status_code == 200
        assert finish() == [200, 200]

    def test_a_question_is_made_once_at_a_time_and_its_twin_comes_again_soon(
        self, activity: Activity, caller: Caller, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        making, go_on, lines_of = Barrier(2), Event(), Lines.__call__

        def waiting(lines: Lines, activities: Any) -> Any:
            monkeypatch.setattr(Lines, "__call__", lines_of)
            making.wait(PATIENCE)
            go_on.wait(PATIENCE)
            return lines_of(lines, activities)

        monkeypatch.setattr(Lines, "__call__", waiting)
        finish = in_threads(partial(self.status, caller))
        making.wait(PATIENCE)
        for twin in (caller, make.client()):
            answer = get(twin, PATH, year=2022)
            assert refused(answer, 503) == [("busy", None)]
            assert answer["Retry-After"] == "3"
        assert self.status(caller, format="jsonl") == 200
        assert self.status(make.client(unit=activity.unit)) == 200  # who sees something else asks something else
        go_on.set()
        assert finish() == [200]
        assert self.status(caller) == 200

    def test_what_fails_can_be_asked_again_at_once(self, caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
        lines_of = Lines.__call__
        monkeypatch.setattr(Lines, "__call__", lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            get(caller, PATH, year=2022)
        monkeypatch.setattr(Lines, "__call__", lines_of)
        assert self.status(caller) == 200

    @pytest.mark.parametrize(("taken", "status"), [(0, 200), (1, 200), (2, 503), (3, 503)])
    def test_those_of_other_processes_count(self, caller: Caller, connect: Connect, taken: int, status: int) -> None:
        connect().execute(_TAKE, [taken])
        assert get(caller, PATH, year=2022).status_code == status

    def test_a_slot_is_given_back_whatever_happens(
        self, caller: Caller, connect: Connect, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def held() -> Any:
            row = connect().execute(_HELD).fetchone()
            return row and row[0]

        monkeypatch.setattr(files, "_BLOCK", 1)
        sent = get(caller, PATH, year=2022)
        assert held() == 0  # who reads slowly holds none
        sent.close()
        line = exports._LINE
        monkeypatch.setattr(exports, "_LINE", line.replace("p.year", "p.year / (p.year - p.year)", 1))
        assert get(caller, PATH, year=2022).status_code == 400  # as every value that the database cannot compute
        assert held() == 0
        monkeypatch.setattr(exports, "_LINE", line)
        assert get(caller, PATH, year=2022).status_code == 200

    def test_refusals_do_not_fill_the_log(
        self, caller: Caller, connect: Connect, caplog: pytest.LogCaptureFixture
    ) -> None:
        connect().execute(_TAKE, [2])
        assert get(caller, PATH, year=2022).status_code == 503
        assert caplog.records == []

    def test_a_304_needs_none(self, caller: Caller, connect: Connect) -> None:
        etag = get(caller, PATH, year=2022)["ETag"]
        connect().execute(_TAKE, [2])
        assert get(caller, PATH, {"If-None-Match": etag}, year=2022).status_code == 304


@pytest.mark.parametrize(("most", "status"), [(1, 503), (2, 200)])
def test_what_is_about_few_activities_does_not_count(
    activity: Activity, caller: Caller, connect: Connect, monkeypatch: pytest.MonkeyPatch, most: int, status: int
) -> None:
    make.activity(activity.plan, activity.unit, code="B")
    connect().execute(_TAKE, [100])
    monkeypatch.setattr(report_files, "_SMALL", most)
    assert get(caller, PATH, year=2022).status_code == status
    assert get(make.client(unit=activity.unit), PATH, year=2022).status_code == status
    assert get(caller, PATH, year=2021).status_code == 200
    elsewhere = make.client(unit=make.institution("OTRA"))
    assert get(elsewhere, PATH, year=2022).status_code == 200


@pytest.mark.parametrize(("most", "status"), [(0, 200), (1, 503)])
def test_a_large_one_has_the_time_of_an_export_and_a_small_one_that_of_a_request(
    caller: Caller, monkeypatch: pytest.MonkeyPatch, most: int, status: int
) -> None:
    monkeypatch.setattr(report_files, "_SMALL", most)
    slow = exports._LINE.replace("p.year", f"(SELECT p.year FROM pg_sleep({SHORT.statement * 1.5}))", 1)
    monkeypatch.setattr(exports, "_LINE", slow)
    with limited():
        answer = get(caller, PATH, year=2022)
    assert answer.status_code == status
    if status == 503:
        assert refused(answer, 503) == [("took_too_long", None)]


def test_where_the_disk_is_full_exports_say_so_and_all_else_goes_on(
    caller: Caller, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EXPORT_DISK_BYTES = 1
    monkeypatch.setattr(files, "_BLOCK", 1)
    assert refused(get(caller, PATH, year=2022), 413) == [("file_too_large", None)]
    assert bytes_on_disk() == 0
    assert get(caller, "/reports/matrix/", year=2022).status_code == 200


def test_a_file_of_a_later_state_than_its_caller_is_not_kept(
    activity: Activity, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller, made = make.client(), report_files.report_file

    def after_a_commit(*arguments: Any, gzip: bool) -> Any:
        make.entry(activity, 5)
        return made(*arguments, gzip=gzip)

    monkeypatch.setattr(views, "report_file", after_a_commit)
    named = activity.plan.institution.code  # it may name another by then
    assert get(caller, PATH, year=2022, institution=named).status_code == 200
    assert MEMORY.size == 0


def test_a_file_that_fits_into_the_memory_of_answers_is_kept_there(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_BLOCK", 1)
    first = get(caller, PATH, year=2022)
    with CaptureQueriesContext(connection) as captured:
        again = get(caller, PATH, year=2022)
    assert (first.streaming, again.streaming) == (True, False)
    assert (again.content, is_made([query["sql"] for query in captured])) == (first.getvalue(), False)
    assert bytes_on_disk() == 0


class TestShared:
    @pytest.fixture(autouse=True)
    def too_large_to_be_kept(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.ANSWER_MEMORY_BYTES = 40_000
        monkeypatch.setattr(files, "_BLOCK", 1)

    @pytest.fixture(autouse=True)
    def two_more(self, activity: Activity) -> None:
        for code in ("B", "C"):
            make.activity(activity.plan, activity.unit, code=code)

    def test_who_asks_the_same_reads_the_same_file_while_it_is_there(self, caller: Caller) -> None:
        another = make.client()
        first = get(caller, PATH, year=2022)
        size = bytes_on_disk()
        other = get(another, PATH, year=2022)
        assert size == bytes_on_disk() == int(first["Content-Length"])
        first.close()  # it leaves, and the other reads on
        assert bytes_on_disk() == size == len(other.getvalue())
        assert bytes_on_disk() == 0  # a file that was read is closed
        again, statements = read(caller, PATH)
        assert (again.status_code, is_made(statements)) == (200, True)

    def test_not_when_it_changed_nor_who_sees_something_else(self, activity: Activity, caller: Caller) -> None:
        first = get(caller, PATH, year=2022)
        size = bytes_on_disk()
        elsewhere = get(make.client(unit=activity.unit), PATH, year=2022)
        assert bytes_on_disk() > size
        size = bytes_on_disk()
        make.entry(activity, 5)
        later = get(caller, PATH, year=2022)
        assert bytes_on_disk() > size
        assert later.getvalue() != first.getvalue() == elsewhere.getvalue()
        for answer in (first, elsewhere, later):
            answer.close()
