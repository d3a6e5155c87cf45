"""Kept totals of `/reports/execution/`: used while nothing of the institution changes, and never after."""

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from activities.choices import PlanStatus, Verdict
from activities.models import Activity, MeasurementUnit, Plan
from activities.queries.basis import Basis
from poi_api.database import locks
from poi_api.database.clock import today
from reports.execution.statement import execution_page
from reports.shared.question import REFERENCES
from reports.shared.sums import kept as execution_totals
from reports.shared.sums.question import SumsQuestion
from tests import factories as make
from tests.api import get
from tests.committed import Connect
from tests.factories import Caller
from tests.reports.execution.asking import sat_tree
from tests.reports.execution.keeping import ASKED, added_up, body, from_figures, kept, spoil
from units.access.grants import Access, Grant
from units.choices import Role
from units.models import ChangeSet, Unit

BY_UNIT = {"group_by": "unit,quarter"}


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
    @pytest.mark.parametrize("query", [each for each in ASKED if "institution" not in each], ids=str)
    def test_a_second_answer_reads_no_figures_and_is_the_same(self, caller: Caller, query: dict[str, str]) -> None:
        first = body(caller, **query)
        assert not from_figures(caller, **query)
        assert body(caller, **query) == first == added_up(caller, **query)

    def test_what_is_kept_says_which_changes_it_knows_of(self, caller: Caller) -> None:
        body(caller, group_by="institution")
        last = ChangeSet.objects.latest("position").position
        assert kept() == [(activity().plan_id, False, 1, 12, last, 1)]

    @pytest.mark.parametrize(
        "query",
        [
            {"group_by": "mef_activity"},
            {"group_by": "activity"},
            {"unit": "U2"},
            {"within": "U11"},
            {"mef_activity": "M1"},
            {"measurement_unit": "K1"},
            {"version": "initial"},
            {"include": "submitted"},
            {"as_of": "2020-01-01"},
        ],
        ids=str,
    )
    def test_other_questions_keep_nothing(self, caller: Caller, query: dict[str, str]) -> None:
        assert body(caller, **query) == added_up(caller, **query)
        assert kept() == []

    def test_a_table_uses_what_is_kept_and_keeps_nothing(self, caller: Caller) -> None:
        def table() -> str:
            answer = get(caller, "/reports/execution/", year=2022, format="csv", **BY_UNIT)
            return str(answer.getvalue())

        first = table()
        assert kept() == []
        body(caller, **BY_UNIT)
        assert table() == first
        spoil()
        assert table() != first


class TestChanges:
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
        "a state": lambda: Plan.objects.update(status=PlanStatus.DRAFT),
        "a place in the tree": lambda: (
            Unit.objects.get(code="U11").__class__.objects.filter(code="U11").update(parent=Unit.objects.get(code="U2"))
        ),
        "a name": lambda: Unit.objects.filter(code="U2").update(name="Otra"),
    }

    @pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
    def test_any_of_the_institution_is_seen_at_once(self, caller: Caller, change: Callable[[], Any]) -> None:
        before = [body(caller, **query) for query in ASKED[1:3]]
        spoil()
        with transaction.atomic():
            change()
        after = [body(caller, **query) for query in ASKED[1:3]]
        assert after == [added_up(caller, **query) for query in ASKED[1:3]]
        assert after != before

    def test_what_is_for_everybody_is_read_at_once_and_leaves_totals_as_they_are(self, caller: Caller) -> None:
        query = {"group_by": "measurement_unit"}
        body(caller, **query)
        MeasurementUnit.objects.update(name="Otra medida")
        assert "Otra medida" in body(caller, **query)
        assert not from_figures(caller, **query)

    def test_what_went_with_a_deleted_unit_is_gone(self, tree: dict[str, Unit], caller: Caller) -> None:
        gone = make.unit(tree["U11"])
        empty = make.activity(activity().plan, gone, None)
        assert json.loads(body(caller))["total"]["activities"] == 6
        empty.delete()
        gone.delete()
        assert json.loads(body(caller))["total"]["activities"] == 5

    def test_writers_leave_totals_as_they_are(self, caller: Caller) -> None:
        body(caller, **BY_UNIT)
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
    def test_a_part_of_an_institution_is_never_its_whole(self, tree: dict[str, Unit], caller: Caller) -> None:
        programmed(caller)
        programmed(caller, **BY_UNIT)
        spoil()
        part = make.client(unit=tree["U11"])
        for query in ({}, BY_UNIT):
            assert programmed(part, **query) == 24

    def test_who_sees_a_part_keeps_nothing(self, tree: dict[str, Unit]) -> None:
        part = make.client(unit=tree["U11"])
        assert body(part, **BY_UNIT) == added_up(part, **BY_UNIT)
        assert kept() == []

    def test_an_institution_takes_its_own_and_sees_no_other(self, tree: dict[str, Unit], caller: Caller) -> None:
        make.activity(make.plan())
        own = make.client(unit=tree["SAT"])
        programmed(caller)
        spoil()
        assert programmed(own) == 160


class TestKeeping:
    ACCESS = Access("prueba", (Grant(Role.READER, None),))

    def asked(self) -> SumsQuestion:
        nothing: dict[str, list[Any]] = {name: [] for name in REFERENCES}
        return SumsQuestion(2022, 2022, nothing, Basis(), today(), nothing, limit=10)

    def test_a_database_that_cannot_be_written_answers_all_the_same(self, caller: Caller) -> None:
        expected = execution_page(self.asked(), self.ACCESS).sets
        make.entry(activity(), 3, 1)
        before = kept()
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = on")
        found = execution_page(self.asked(), self.ACCESS).sets
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

    def test_what_takes_too_long_is_given_up_and_not_tried_again_for_a_while(
        self, caller: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            before = cursor.fetchone()
        monkeypatch.setattr(execution_totals._paused, "until", 0.0)
        keeping = execution_totals._keeping
        slow = "INSERT INTO reports_totals (plan_id) SELECT 1 FROM pg_sleep(5)"
        monkeypatch.setattr(execution_totals, "_LONGEST", 0.2)
        monkeypatch.setattr(execution_totals, "_keeping", lambda *_: slow)
        assert programmed(caller) == 60
        assert [record.levelname for record in caplog.records] == ["WARNING"]
        monkeypatch.setattr(execution_totals, "_keeping", keeping)
        make.entry(activity(), 3, 1)
        assert programmed(caller) == 60
        assert kept() == []
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == before
        execution_totals._paused.until = 0.0
        make.entry(activity(), 4, 2)
        assert programmed(caller) == 60
        assert kept() != []

    def test_many_at_once_are_counted_for_the_planner(self, caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
        for most, rows in ((1, -1), (0, 1)):
            monkeypatch.setattr(execution_totals, "_MANY", most)
            call_command("rebuild_figures", stdout=StringIO())
            programmed(caller)
            with connection.cursor() as cursor:
                cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'reports_total'")
                assert cursor.fetchone() == (rows,)

    def test_after_figures_were_mended_all_is_added_up_again(self, caller: Caller) -> None:
        programmed(caller)
        spoil()
        call_command("rebuild_figures", stdout=StringIO())
        assert programmed(caller) == 60
