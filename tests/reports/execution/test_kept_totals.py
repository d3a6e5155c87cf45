"""Kept totals of `/reports/execution/`: used while nothing of their institution changes, and never after."""

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from activities.choices import PlanStatus, Verdict
from activities.models import Activity, Plan
from activities.queries.basis import Basis
from activities.services.rebuilding import rebuild_figures
from poi_api.database import locks
from poi_api.database.clock import today
from reports.execution.statement import execution_page
from reports.shared.question import REFERENCES
from reports.shared.sums import kept as totals
from reports.shared.sums.question import SumsQuestion
from tests import factories as make
from tests.api import get
from tests.committed import Connect
from tests.factories import Caller
from tests.in_one_state import for_each
from tests.reports.execution.asking import sat_tree
from tests.reports.execution.keeping import ADDED_UP, ASKED, added_up, body, kept, spoil
from units.access.grants import Access, Grant
from units.choices import Role
from units.models import ChangeSet, Unit

BY_QUARTER = {"group_by": "institution,quarter"}

pytestmark = pytest.mark.usefixtures("few_are_kept")


@pytest.fixture
def tree(committed: None) -> dict[str, Unit]:
    return sat_tree()


@pytest.fixture
def caller(tree: dict[str, Unit]) -> Caller:
    return make.client()


def programmed(caller: Caller, **query: Any) -> Any:
    return json.loads(body(caller, **query))["total"]["programmed"]


def activity() -> Activity:
    return Activity.objects.select_related("plan", "unit").get(code="de-U111")


class TestUse:
    @pytest.mark.parametrize("query", ASKED, ids=str)
    def test_a_second_answer_is_made_of_them_and_is_the_same(self, caller: Caller, query: dict[str, str]) -> None:
        first = body(caller, **query)
        assert body(caller, **query) == first == added_up(caller, **query)
        spoil()
        assert body(caller, **query) != first

    def test_where_quarters_lack_what_is_kept_of_the_year_is_not_added_to_it(
        self, caller: Caller, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        year = programmed(caller, group_by="institution")
        monkeypatch.setattr(totals, "_FEW", 1)
        assert programmed(caller, **BY_QUARTER) == year
        assert [months for _, *months, _, _ in kept()] == [[1, 12]]

    def test_what_is_kept_says_which_changes_it_knows_of(self, caller: Caller) -> None:
        body(caller, group_by="institution")
        last = ChangeSet.objects.latest("position").position
        assert kept() == [(activity().plan_id, 1, 12, last, 5)]

    @for_each(
        "query",
        [
            *ADDED_UP,
            {"group_by": "mef_activity"},
            {"group_by": "activity"},
            {"institution": "SAT"},
            {"unit": "U2"},
            {"within": "U11"},
            {"mef_activity": "M1"},
            {"measurement_unit": "K1"},
            {"version": "initial"},
            {"include": "submitted"},
            {"as_of": "2020-01-01"},
        ],
    )
    def test_other_questions_keep_nothing(self, caller: Caller, query: dict[str, str]) -> None:
        assert body(caller, **query) == added_up(caller, **query)
        assert kept() == []

    def test_a_table_keeps_and_uses_them_too(self, caller: Caller) -> None:
        def table() -> str:
            answer = get(caller, "/reports/execution/", year=2022, format="csv", **BY_QUARTER)
            return str(answer.getvalue())

        first = table()
        assert len(kept()) == 5
        assert table() == first
        spoil()
        assert table() != first

    def test_a_plan_without_activities_is_kept_and_has_no_row(self, caller: Caller) -> None:
        make.plan(make.institution("VACIA"))
        for _ in range(2):
            assert len(json.loads(body(caller, group_by="institution"))["results"]) == 1
        assert [activities for *_, activities in kept()] == [5, None]


class TestHowMany:
    @pytest.mark.parametrize(("plans", "are_kept"), [(10, False), (11, True)])
    def test_they_are_kept_where_more_than_a_few_lack(
        self, committed: None, monkeypatch: pytest.MonkeyPatch, plans: int, are_kept: bool
    ) -> None:
        monkeypatch.undo()
        for number in range(plans):
            make.activity(make.plan(make.institution(f"I{number}")), programmed=[1] * 12)
        assert programmed(make.client()) == 12 * plans
        assert len(kept()) == (plans if are_kept else 0)

    def test_so_many_at_once_and_the_others_later(self, caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(totals, "_MOST", 1)
        make.activity(make.plan(), programmed=[1] * 12)
        for number in (1, 2):
            assert programmed(caller) == 72
            assert len(kept()) == number

    def test_where_none_can_be_kept_nobody_looks_for_them(self, caller: Caller) -> None:
        for query, looks in (({"group_by": "unit"}, 0), ({"group_by": "institution"}, 1)):
            body(caller, **query)
            with CaptureQueriesContext(connection) as queries:
                body(caller, **query)
            assert sum("reports_total" in each["sql"] and "pieces" not in each["sql"] for each in queries) == looks


class TestChanges:
    # One after another: that nothing is approved any more comes last
    CHANGES: dict[str, Callable[[], Any]] = {
        "an entry": lambda: make.entry(activity(), 3, 1),
        "a correction": lambda: make.entry(activity(), 1, 0, "Corrección"),
        "a withdrawal": lambda: make.entry(activity(), 1, None, "Retiro"),
        "a verdict": lambda: make.review(make.entry(activity(), 4, 1, needs_review=True), Verdict.ACCEPT),
        "a version": lambda: (make.version(activity().plan, 2), make.target(activity(), [3] * 12, 2)),
        "an activity": lambda: make.activity(activity().plan, activity().unit),
        "an activity's unit": lambda: Activity.objects.filter(pk=activity().pk).update(
            unit=Unit.objects.get(code="U2")
        ),
        "cuts": lambda: Plan.objects.update(green_from=3, amber_from=1),
        "a tolerance": lambda: Plan.objects.update(tolerance_percent=5),
        "a place in the tree": lambda: (
            Unit.objects.get(code="U11").__class__.objects.filter(code="U11").update(parent=Unit.objects.get(code="U2"))
        ),
        "a name": lambda: Unit.objects.filter(code="U2").update(name="Otra"),
        "a state": lambda: Plan.objects.update(status=PlanStatus.DRAFT),
    }

    @for_each("change", CHANGES)
    def test_any_of_the_institution_is_seen_at_once(self, caller: Caller, change: str) -> None:
        before = [body(caller, **query) for query in [ASKED[0], ASKED[4]]]
        spoil()
        with transaction.atomic():
            self.CHANGES[change]()
        after = [body(caller, **query) for query in [ASKED[0], ASKED[4]]]
        assert after == [added_up(caller, **query) for query in [ASKED[0], ASKED[4]]]
        assert after != before

    def test_what_went_with_a_deleted_unit_is_gone(self, tree: dict[str, Unit], caller: Caller) -> None:
        gone = make.unit(tree["U11"])
        empty = make.activity(activity().plan, gone, None)
        assert json.loads(body(caller))["total"]["activities"] == 6
        empty.delete()
        gone.delete()
        assert json.loads(body(caller))["total"]["activities"] == 5

    def test_writers_leave_totals_as_they_are(self, caller: Caller) -> None:
        body(caller, **BY_QUARTER)
        before = kept()
        make.entry(activity(), 3, 1)
        assert kept() == before

    def test_what_is_not_committed_is_seen_by_itself_alone_and_not_kept(self, caller: Caller) -> None:
        assert programmed(caller) == 60
        before = kept()
        with transaction.atomic():
            make.activity(activity().plan, None, [1] * 12)
            make.settle()
            assert programmed(caller) == 72
            assert kept() == before
            transaction.set_rollback(True)
        assert programmed(caller) == 60

    def test_only_institutions_that_changed_are_added_up_again(self, caller: Caller) -> None:
        other = make.activity(make.plan(), programmed=[1] * 12)
        assert programmed(caller) == 72
        spoil()
        make.entry(other, 1, 1)
        assert programmed(caller) == 172


class TestSight:
    @pytest.mark.parametrize(("seen", "is_programmed"), [("U11", 24), ("SAT", 60)])
    def test_who_does_not_see_everything_neither_uses_nor_keeps_any(
        self, tree: dict[str, Unit], caller: Caller, seen: str, is_programmed: int
    ) -> None:
        make.activity(make.plan())
        part = make.client(unit=tree[seen])
        assert programmed(part, **BY_QUARTER) == is_programmed
        assert kept() == []
        programmed(caller)
        spoil()
        assert programmed(part) == is_programmed


class TestKeeping:
    ACCESS = Access("prueba", (Grant(Role.READER, None),))

    def asked(self) -> SumsQuestion:
        nothing: dict[str, list[Any]] = {name: [] for name in REFERENCES}
        return SumsQuestion(2022, 2022, nothing, Basis(), today(), nothing, limit=10)

    def test_a_database_that_cannot_be_written_answers_all_the_same(self, caller: Caller) -> None:
        expected = execution_page(self.asked(), self.ACCESS).read().sets
        make.entry(activity(), 3, 1)
        before = kept()
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = on")
        found = execution_page(self.asked(), self.ACCESS).read().sets
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = off")
        assert found != expected
        assert kept() == before

    def test_who_reads_while_another_keeps_does_not_wait_for_it(self, caller: Caller, connect: Connect) -> None:
        other = connect()
        other.execute("BEGIN")
        other.execute(f"SELECT pg_advisory_xact_lock({locks.KEPT_TOTALS})")
        assert programmed(caller) == 60
        assert kept() == []
        other.execute("ROLLBACK")
        assert programmed(caller) == 60
        assert kept() != []

    def test_nobody_is_answered_by_totals_of_wrong_figures_while_these_are_mended(self, caller: Caller) -> None:
        programmed(caller)
        spoil()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE activities_figure SET progress = 1 WHERE activity_id = %s", [activity().pk])
        assert programmed(caller) != 60
        assert rebuild_figures() == 1  # the command forgets totals when all is done
        assert programmed(caller) == 60

    def test_after_figures_were_mended_all_is_added_up_again(self, caller: Caller) -> None:
        programmed(caller)
        spoil()
        call_command("rebuild_figures", stdout=StringIO())
        assert programmed(caller) == 60
