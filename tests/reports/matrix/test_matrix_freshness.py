"""What the matrix costs, and when its ETag and its place in the change order move."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.models import Activity, MefActivity, Plan
from tests import factories as make
from tests.api import get
from tests.cursors import position_of
from tests.factories import Caller
from tests.in_one_state import for_each
from units.models import ChangeSet, Unit

PATH = "/reports/matrix/"


def statements(caller: Caller, headers: dict[str, str] | None = None, **query: Any) -> list[str]:
    """Return the SQL of a request, that of its key included."""
    with CaptureQueriesContext(connection) as queries:
        answer = get(caller, PATH, headers, **{"year": 2022, **query})
        assert answer.status_code in (200, 304)
        answer.getvalue()
    return [query["sql"] for query in queries]


@pytest.mark.django_db
class TestCost:
    """Two statements: the key's and the page's; one more to check codes.

    For a past moment one more asks the clock, and four around both others let them read the past.
    """

    QUESTIONS: tuple[tuple[int, dict[str, Any]], ...] = (
        (2, {}),
        (2, {"limit": 1000, "ordering": "-unit", "version": "initial", "include": "submitted"}),
        (3, {"unit": "U1"}),
        (12, {"unit": "U1", "as_of": "2020-01-01"}),
    )

    @pytest.fixture
    def caller(self) -> Caller:
        caller = make.client()
        get(caller, PATH, year=2022)  # the epoch is asked once a connection
        return caller

    @pytest.fixture
    def plan(self) -> Plan:
        return make.plan()

    def fill(self, plan: Plan, count: int) -> None:
        unit = make.unit(plan.institution, "U1")
        mef, measure = make.mef_activity(), make.measurement_unit()
        for number in range(count):
            make.activity(plan, unit, None, f"{number}", None, mef, measure)

    @pytest.mark.parametrize("count", [1, 300])
    def test_it_is_the_same_for_one_row_and_for_300(self, caller: Caller, plan: Plan, count: int) -> None:
        self.fill(plan, count)
        make.settle()
        for expected, query in self.QUESTIONS:
            assert len(statements(caller, **query)) == expected

    def test_a_csv_costs_the_same_for_one_row_and_for_many(self, caller: Caller, plan: Plan) -> None:
        self.fill(plan, 1)
        one = len(statements(caller, format="csv"))
        mef, measure = make.mef_activity(), make.measurement_unit()
        for number in range(100):
            make.activity(plan, None, None, f"B{number}", None, mef, measure)
        assert len(statements(caller, format="csv")) == one

    @pytest.mark.parametrize("format", ["json", "csv"])
    def test_a_304_does_not_run_the_report(self, caller: Caller, plan: Plan, format: str) -> None:
        self.fill(plan, 1)
        make.settle()
        etag = get(caller, PATH, year=2022, format=format)["ETag"]
        told = statements(caller, {"If-None-Match": etag}, format=format)
        assert len(told) == 1
        assert not any("activities_activity" in sql for sql in told)


class TestFreshness:
    """A reader of one branch of SAT, and what happens in and out of its sight."""

    @pytest.fixture
    def activity(self, committed: None) -> Activity:
        branch = make.organ(make.institution("SAT"), "U1")
        return make.activity(make.plan(branch.institution), make.unit(branch, "U11"))

    @pytest.fixture
    def outside(self, activity: Activity) -> Activity:
        unit = make.unit(activity.plan.institution, "U2")
        return make.activity(activity.plan, unit, None, None, None, activity.mef_activity, activity.measurement_unit)

    @pytest.fixture
    def caller(self, activity: Activity, outside: Activity) -> Caller:
        return make.client(unit=Unit.objects.get(code="U1"))

    def etag(self, caller: Caller, **query: Any) -> str:
        return str(get(caller, PATH, year=2022, **query)["ETag"])

    def test_what_is_out_of_sight_does_not_move_it(self, caller: Caller, outside: Activity) -> None:
        before = self.etag(caller)
        make.entry(outside)
        Unit.objects.filter(pk=outside.unit_id).update(name="Otro")
        Activity.objects.filter(pk=outside.pk).update(name="Otra")
        make.plan()
        make.unit(Unit.objects.get(code="SAT"), "U3")
        assert self.etag(caller) == before
        assert get(caller, PATH, {"If-None-Match": before}, year=2022).status_code == 304

    # One after another: what moves away comes last
    CHANGES: dict[str, Callable[[Activity], Any]] = {
        "figure": lambda activity: make.entry(activity),
        "pending figure": lambda activity: make.entry(activity, needs_review=True),
        "target": lambda activity: make.target(activity, [9] * 12),
        "new activity": lambda activity: make.activity(
            activity.plan, activity.unit, None, None, None, activity.mef_activity, activity.measurement_unit
        ),
        "name": lambda activity: Activity.objects.filter(pk=activity.pk).update(name="Otra"),
        "unit's name": lambda activity: Unit.objects.filter(code="U11").update(name="Otro"),
        "branch's name": lambda activity: Unit.objects.filter(code="U1").update(name="Otra rama"),
        "institution's name": lambda activity: Unit.objects.filter(code="SAT").update(name="Otra casa"),
        "bands": lambda activity: Plan.objects.filter(pk=activity.plan_id).update(green_from=99),
        "plan closed": lambda activity: Plan.objects.filter(pk=activity.plan_id).update(status="closed"),
        "version": lambda activity: make.version(activity.plan, 2),
        "catalogue": lambda activity: MefActivity.objects.update(name="Otra actividad MEF"),
        "moved away": lambda activity: Activity.objects.filter(pk=activity.pk).update(unit=Unit.objects.get(code="U2")),
        "unit moved away": lambda activity: Unit.objects.filter(code="U11").update(parent=Unit.objects.get(code="U2")),
    }

    @for_each("change", CHANGES)
    def test_whatever_is_in_sight_moves_it(self, caller: Caller, activity: Activity, change: str) -> None:
        before = self.etag(caller)
        self.CHANGES[change](activity)
        answer = get(caller, PATH, {"If-None-Match": before}, year=2022)
        assert (answer.status_code, answer["ETag"] == before) == (200, False)

    def test_a_place_taken_in_by_a_move_moves_it(self, caller: Caller, outside: Activity) -> None:
        before = self.etag(caller)
        Unit.objects.filter(code="U2").update(parent=Unit.objects.get(code="U1"))
        assert self.etag(caller) != before
        assert len(get(caller, PATH, year=2022).json()["results"]) == 2

    def test_it_is_of_one_question_one_format_and_one_scope(self, caller: Caller) -> None:
        other = make.client(unit=Unit.objects.get(code="U11"))
        everywhere = make.client()
        etags = [
            self.etag(caller),
            self.etag(caller, limit=5),
            self.etag(caller, version="initial"),
            self.etag(caller, format="csv"),
            self.etag(caller, format="json"),
            self.etag(other),
            self.etag(everywhere),
        ]
        assert len(set(etags)) == len(etags)

    def test_a_wrong_question_has_no_etag(self, caller: Caller) -> None:
        answer = get(caller, PATH, {"If-None-Match": "*"}, year="x")
        assert (answer.status_code, "ETag" in answer) == (400, False)

    def test_the_cursor_is_the_place_of_the_last_change_in_sight(self, caller: Caller, outside: Activity) -> None:
        etag = self.etag(caller)
        position = position_of(caller, get(caller, "/units/")["Change-Cursor"])
        make.entry(outside)
        assert ChangeSet.objects.filter(position__gt=position).exists()
        for headers, query in (({}, {}), ({}, {"format": "csv"}), ({"If-None-Match": etag}, {})):
            answer = get(caller, PATH, headers, year=2022, **query)
            assert position_of(caller, answer["Change-Cursor"]) == position

    def test_the_moment_shown_is_that_of_the_last_change_in_sight(self, caller: Caller, outside: Activity) -> None:
        before = get(caller, PATH, year=2022).json()
        make.entry(outside)
        assert get(caller, PATH, year=2022).json() == before
