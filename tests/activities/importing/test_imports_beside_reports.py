"""Who reports while a document is compared with the plan waits for nothing, and nothing that they say is lost."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from activities.models import Activity, Figure, Import, ProgressEntry
from activities.services.importing import ledger, matching, undoing
from activities.services.plans import plans
from poi_api.http.exceptions import Conflict
from tests.activities.importing.importing import bring, row
from tests.activities.importing.test_undoing import codes, undo
from tests.committed import Connect
from tests.threads import in_threads, until_blocked

pytestmark = pytest.mark.usefixtures("committed")
_HOLD_PLAN = "SELECT FROM activities_plan FOR SHARE"
_REPORT = """
INSERT INTO activities_progressentry (activity_id, month, entry_version, executed, reason, evidence_url, is_late,
                                      needs_review, origin)
SELECT id, %s, %s, %s, '', '', false, %s, 'api' FROM activities_activity WHERE name = 'N.º 3'
"""


@pytest.fixture
def plan() -> None:
    bring(row(3, executed=(1, 1)), row(4, executed=(2, 2)))


@pytest.fixture
def reporter(connect: Connect) -> psycopg.Connection:
    other = connect()
    other.execute("SET lock_timeout = '2s'")
    return other


def report(reporter: psycopg.Connection, month: int, version: int, quantity: int, needs_review: bool = False) -> None:
    reporter.execute(_REPORT, [month, version, quantity, needs_review])


def beside(reporter: psycopg.Connection, watch: psycopg.Connection, act: Callable[[], Any], *said: Any) -> Any:
    """Return what `act` returns, before the end of which somebody reports: it has compared all, and waits for them."""
    reporter.execute("BEGIN")
    reporter.execute(_HOLD_PLAN)
    finish = in_threads(act)
    until_blocked(watch, 1)
    report(reporter, *said)
    reporter.execute("COMMIT")
    return finish()[0]


def executed(name: str) -> list[Any]:
    return list(Figure.objects.get(activity__name=name).executed[:3])


@pytest.mark.parametrize("moment", ["match_activities", "changed_targets"])
def test_who_reports_does_not_wait_while_it_is_compared(
    plan: None, reporter: psycopg.Connection, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    compare = getattr(ledger, moment)

    def and_report(*arguments: Any, **options: Any) -> Any:
        reporter.execute("BEGIN")
        reporter.execute(_HOLD_PLAN)
        report(reporter, 3, 1, 9)
        reporter.execute("COMMIT")
        return compare(*arguments, **options)

    monkeypatch.setattr(ledger, moment, and_report)
    bring(row(3, executed=(1, 5)), row(4, executed=(2, 6)))
    assert (executed("N.º 3"), executed("N.º 4")) == ([1, 5, 9], [2, 6, None])


def test_nor_while_it_is_looked_up_what_an_import_wrote(
    plan: None, reporter: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(row(3, executed=(1, 5)), row(4, executed=(2, 6)))
    require_open = plans.require_open

    def and_report(*arguments: Any) -> None:
        reporter.execute("BEGIN")
        reporter.execute(_HOLD_PLAN)
        report(reporter, 3, 1, 9)
        reporter.execute("COMMIT")
        require_open(*arguments)

    monkeypatch.setattr(undoing, "require_open", and_report)
    undo()
    assert (executed("N.º 3"), executed("N.º 4")) == ([1, 1, 9], [2, 2, None])


def test_a_planner_waits_from_the_beginning(
    plan: None, reporter: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare = matching.match_activities

    def and_plan(*arguments: Any, **options: Any) -> Any:
        with pytest.raises(psycopg.errors.LockNotAvailable):
            reporter.execute("UPDATE activities_plan SET status = 'closed'")
        return compare(*arguments, **options)

    monkeypatch.setattr(ledger, "match_activities", and_plan)
    reporter.execute("SET lock_timeout = '10ms'")
    assert bring(row(3, executed=(1, 5)), row(4, executed=(2, 2))).entries.updated == 1


def test_what_was_reported_meanwhile_is_kept_and_said(
    plan: None, reporter: psycopg.Connection, connect: Connect
) -> None:
    outcome = beside(reporter, connect(), lambda: bring(row(3, executed=(1, 5)), row(4, executed=(2, 6))), 2, 2, 9)
    assert executed("N.º 3") == [1, 9, None]
    assert executed("N.º 4") == [2, 6, None]
    assert [(problem.code, problem.line) for problem in outcome.entries.problems] == [("kept_registered_figure", 3)]
    assert (outcome.entries.updated, outcome.entries.unchanged) == (1, 2)


def test_what_says_the_same_is_not_written_again(plan: None, reporter: psycopg.Connection, connect: Connect) -> None:
    outcome = beside(reporter, connect(), lambda: bring(row(3, executed=(1, 9)), row(4, executed=(2, 2))), 2, 2, 9)
    assert (outcome.entries.updated, outcome.entries.unchanged, outcome.entries.problems) == (0, 4, [])
    assert ProgressEntry.objects.filter(month=2, activity__name="N.º 3").count() == 2


def test_what_waits_for_its_review_is_kept_too(plan: None, reporter: psycopg.Connection, connect: Connect) -> None:
    act = lambda: bring(row(3, executed=(1, 1, 5)), row(4, executed=(2, 2)))  # noqa: E731
    outcome = beside(reporter, connect(), act, 3, 1, 9, True)
    assert executed("N.º 3") == [1, 1, None]
    assert ["un registro por revisar" in problem.detail for problem in outcome.entries.problems] == [True]


def test_undoing_gives_back_what_was_reported_meanwhile(
    plan: None, reporter: psycopg.Connection, connect: Connect
) -> None:
    """The import began its change set, by a new unit, before they did theirs, and has its place after it."""
    rows = row(3, executed=(1, 5)), row(4, executed=(2, 2)), row(5, unit="OTRA OFICINA", executed=())
    beside(reporter, connect(), lambda: bring(*rows, overwrite=True), 2, 2, 9)
    assert executed("N.º 3") == [1, 5, None]
    brought, reported = (
        ProgressEntry.objects.get(month=2, entry_version=version, activity__name="N.º 3").change_set
        for version in (3, 2)
    )
    assert brought.pk < reported.pk
    assert brought.position > reported.position
    undo()
    assert executed("N.º 3") == [1, 9, None]
    assert not Activity.objects.filter(name="N.º 5").exists()


def test_an_import_that_was_reported_upon_meanwhile_is_not_undone(
    plan: None, reporter: psycopg.Connection, connect: Connect
) -> None:
    with pytest.raises(Conflict) as refused:
        beside(reporter, connect(), undo, 2, 2, 9)
    assert codes(refused) == ["import_reported"]
    assert executed("N.º 3") == [1, 9, None]
    assert not Import.objects.filter(application__undoing__isnull=False).exists()
