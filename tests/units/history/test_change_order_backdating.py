"""Nothing is backdated but the first import into an empty plan (domain.md, rule 9)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import psycopg
import pytest
from django.db import IntegrityError

from activities.choices import Accumulation, Origin, PlanStatus
from activities.models import Plan
from tests import factories
from tests.committed import Connect
from tests.history import imported, world
from tests.in_one_state import for_each
from tests.units.history.test_change_order import change_sets
from units.choices import Role
from units.history.change_sets import recorded_transaction, set_known_from
from units.models import ChangeSet

CUT_OFF = datetime(2023, 1, 5, 5, tzinfo=UTC)  # 00:00 in Lima


def first_import(
    known_from: datetime = CUT_OFF,
    plan: Plan | None = None,
    origin: Origin = Origin.IMPORT,
    before_commit: Callable[[], object] = lambda: None,
) -> ChangeSet:
    """Commit what a first import makes, by default of a new plan, and `before_commit` something more."""
    with recorded_transaction(actor="Ana"):
        set_known_from(known_from)
        plan = plan or factories.plan()
        factories.entry(factories.activity(plan), origin=origin)
        imported(plan)
        before_commit()
    return change_sets()[-1]


def no_import(known_from: datetime) -> None:
    with recorded_transaction(actor="x"):
        set_known_from(known_from)
        factories.institution()


def refused(**how) -> None:
    before = change_sets()
    with pytest.raises(IntegrityError, match="Solo la primera importación"):
        first_import(**how)
    assert change_sets() == before


@pytest.mark.usefixtures("committed")
class TestKnownFrom:
    def test_the_first_import_into_a_new_plan_is_known_from_its_cut_off(self) -> None:
        made = first_import()
        assert made.known_from == CUT_OFF
        assert made.committed_at is not None
        assert made.committed_at > CUT_OFF

    def test_an_empty_plan_that_was_there_before_will_do(self) -> None:
        assert first_import(plan=factories.plan()).known_from == CUT_OFF

    def test_not_into_a_plan_with_activities(self) -> None:
        plan = factories.plan()
        factories.activity(plan)
        refused(plan=plan)

    @pytest.mark.parametrize("apart", [-1, 1])
    def test_not_from_another_moment_than_its_documents(self, apart: int) -> None:
        refused(known_from=CUT_OFF + timedelta(microseconds=apart))

    def test_with_what_holds_by_now_as_version_2_and_what_that_corrects(self) -> None:
        plan = factories.plan()

        def later() -> None:
            factories.version(plan, number=2)
            plan.activities.update(accumulation=Accumulation.LAST)

        assert first_import(plan=plan, before_commit=later).known_from == CUT_OFF

    def test_not_with_a_later_version_of_its_own_plan(self) -> None:
        plan = factories.plan()
        refused(plan=plan, before_commit=lambda: factories.version(plan, number=3))

    def test_not_into_two_plans(self) -> None:
        plan, another = factories.plan(), factories.plan()
        refused(plan=plan, before_commit=lambda: factories.activity(another))

    def test_not_what_no_import_makes(self) -> None:
        refused(origin=Origin.API)

    @pytest.fixture
    def made(self, committed: None) -> SimpleNamespace:
        return world()

    @for_each("extra", [
        lambda made: factories.review(made.entry),
        lambda made: factories.entry(made.activity, month=2, origin=Origin.IMPORT),
        lambda made: factories.target(made.activity, [3] * 12),
        lambda made: factories.version(made.plan, reason="x"),
        lambda made: factories.version(factories.plan(status=PlanStatus.DRAFT), number=1),
        lambda made: factories.reopening(made.plan, 2, made.unit),
        lambda made: factories.person(Role.PLANNER, made.unit),
        lambda made: made.sibling.delete(),
    ])  # fmt: skip
    def test_not_anything_besides(self, made, extra) -> None:
        before = change_sets()
        with pytest.raises(IntegrityError, match="Solo la primera importación"):
            first_import(before_commit=lambda: extra(made))
        assert change_sets() == before

    def test_not_alone(self) -> None:
        with pytest.raises(IntegrityError, match="Solo la primera importación"):
            no_import(known_from=CUT_OFF)

    def test_nothing_may_follow_once_it_was_checked(self) -> None:
        other = factories.activity()

        def more() -> None:
            factories.settle()
            factories.entry(other, origin=Origin.IMPORT)

        with pytest.raises(IntegrityError, match="no se cambia nada más"):
            first_import(before_commit=more)

    def test_not_later_than_the_commit(self) -> None:
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        with pytest.raises(IntegrityError, match="changeset_not_known_later"):
            no_import(known_from=tomorrow)

    def test_of_two_first_imports_at_once_one_is_refused(self, connect: Connect) -> None:
        """The second one waits for the first one's place, and then sees what it brought."""
        plan = factories.plan()
        measure, mef = factories.measurement_unit(), factories.mef_activity()
        one, other = connect(), connect()
        for number, each in enumerate((one, other)):
            each.execute("BEGIN")
            each.execute("SELECT set_config('poi.known_from', %s, true)", [CUT_OFF.isoformat()])
            each.execute(
                "INSERT INTO activities_activity (plan_id, unit_id, mef_activity_id, measurement_unit_id, code, name)"
                " VALUES (%s, %s, %s, %s, %s, %s)",
                [plan.pk, plan.institution_id, mef.pk, measure.pk, f"A{number}", f"Actividad {number}"],
            )
            each.execute(
                "WITH stored AS (INSERT INTO activities_import (institution_code, year, filename, sha256, content,"
                " cut_off, options, report) VALUES ('', 2022, 'x', 'x', 'x', '2023-01-05', '{}', '{}') RETURNING id)"
                " INSERT INTO activities_importapplication (source_id, plan_id, choices, outcome)"
                " SELECT id, %s, '{}', '{}' FROM stored",
                [plan.pk],
            )
        one.execute("COMMIT")
        with pytest.raises(psycopg.errors.CheckViolation, match="Solo la primera importación"):
            other.execute("COMMIT")
