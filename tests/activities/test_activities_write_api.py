"""Adding activities to a draft over HTTP."""

from decimal import Decimal

import pytest

from activities.choices import PlanStatus
from activities.models import Activity, TargetRevision
from tests import factories as make
from tests.activities.planning import TWELVE, revisions_of
from tests.api import get, post, refusals
from tests.in_one_state import for_each
from units.choices import Role
from units.models import Unit

pytestmark = pytest.mark.django_db

UP_TO_THE_DIGIT = [Decimal("0.001"), Decimal("999999999999.999"), *[0] * 10]


@pytest.fixture
def body(draft, unit):
    make.mef_activity("M01"), make.measurement_unit("UM01")
    return {
        "plan": draft.pk,
        "unit": "U1",
        "mef_activity": "M01",
        "measurement_unit": "UM01",
        "code": "A7",
        "name": "Informes",
        "programmed": TWELVE,
    }


class TestCreating:
    def test_a_planner_of_the_unit_adds_to_a_draft(self, unit_planner, body):
        answer = post(unit_planner, "/activities/", body)
        assert answer.status_code == 201
        shown = answer.json()
        assert (shown["code"], shown["name"], shown["accumulation"]) == ("A7", "Informes", "sum")
        assert (shown["programmed"], shown["annual_target"], shown["is_cancelled"]) == (TWELVE, 66, False)
        assert [shown[name]["code"] for name in ("unit", "mef_activity", "measurement_unit")] == ["U1", "M01", "UM01"]
        again = get(unit_planner, answer["Location"].removeprefix("/api/v1"))
        assert (again.json(), again["ETag"]) == (shown, answer["ETag"])
        assert revisions_of(Activity.objects.get()) == [(1, TWELVE, None, "U1")]

    def test_the_plan_may_be_named_by_institution_and_year(self, unit_planner, body, sat):
        assert (
            post(unit_planner, "/activities/", {**body, "plan": {"institution": "SAT", "year": 2023}}).status_code
            == 201
        )
        second = {**body, "plan": {"institution": sat.pk, "year": 2023}, "code": "A8", "name": "Otra"}
        assert post(unit_planner, "/activities/", second).status_code == 201

    def test_without_a_code_it_gets_the_next_free_one(self, unit_planner, body, draft_activity):
        del body["code"]
        assert post(unit_planner, "/activities/", body).json()["code"] == "A002"
        assert post(unit_planner, "/activities/", {**body, "name": "Otra"}).json()["code"] == "A003"

    def test_a_target_may_come_later(self, unit_planner, body):
        del body["programmed"]
        assert post(unit_planner, "/activities/", body).status_code == 201
        assert not TargetRevision.objects.exists()

    def test_quantities_are_exact(self, unit_planner, body):
        answer = post(unit_planner, "/activities/", {**body, "programmed": UP_TO_THE_DIGIT})
        assert b'"programmed":[0.001,999999999999.999,0,' in answer.content

    @for_each("quantity", ["12", True, Decimal("0.0001"), Decimal("-0.001"), Decimal("1e12"), Decimal("1E-99"), [], {}])
    def test_what_is_no_quantity_is_refused_in_its_month(self, unit_planner, body, quantity):
        programmed = [*TWELVE[:4], quantity, *TWELVE[5:]]
        answer = post(unit_planner, "/activities/", {**body, "programmed": programmed})
        assert refusals(answer, 400) == [("invalid_quantity", "programmed", 4)]

    @for_each(
        ("more", "expected"),
        [
            ({"programmed": TWELVE[:11]}, ("min_length", "programmed", None)),
            ({"programmed": [*TWELVE, 1]}, ("max_length", "programmed", None)),
            ({"programmed": [None, *TWELVE[1:]]}, ("null", "programmed", 0)),
            ({"programmed": None}, ("null", "programmed", None)),
            ({"annual_target": 66}, ("unknown_field", "annual_target", None)),
            ({"id": 7}, ("unknown_field", "id", None)),
            ({"plan": 2**62}, ("does_not_exist", "plan", None)),
            ({"plan": "SAT"}, ("invalid", "plan", None)),
            ({"plan": {"institution": "SAT", "year": 2024}}, ("does_not_exist", "plan", None)),
            ({"plan": {"institution": "SAT"}}, ("required", "plan.year", None)),
            ({"plan": {"institution": "X", "year": 2023}}, ("does_not_exist", "plan.institution", None)),
            ({"unit": "NADA"}, ("does_not_exist", "unit", None)),
            ({"unit": 0}, ("does_not_exist", "unit", None)),
            ({"unit": True}, ("invalid", "unit", None)),
            ({"mef_activity": "NADA"}, ("does_not_exist", "mef_activity", None)),
            ({"measurement_unit": None}, ("null", "measurement_unit", None)),
            ({"accumulation": "max"}, ("invalid_choice", "accumulation", None)),
            ({"code": "x" * 33}, ("max_length", "code", None)),
            ({"code": ""}, ("blank", "code", None)),
            ({"name": " "}, ("blank", "name", None)),
            ({"name": "´ ´"}, ("blank", "name", None)),
            ({"name": 5}, ("invalid", "name", None)),
            ({"name": "x" * 1001}, ("max_length", "name", None)),
        ],
    )
    def test_wrong_data_is_refused_by_its_field(self, unit_planner, body, more, expected):
        assert refusals(post(unit_planner, "/activities/", {**body, **more}), 400) == [expected]
        assert not Activity.objects.exists()

    def test_a_code_is_given_once_in_a_plan(self, unit_planner, body, draft_activity):
        answer = post(unit_planner, "/activities/", {**body, "code": "A1"})
        assert refusals(answer, 409) == [("activity_code_once_per_plan", "code", None)]

    def test_a_name_is_given_once_in_unit_and_mef_activity_however_it_is_written(self, unit_planner, body):
        post(unit_planner, "/activities/", body)
        answer = post(unit_planner, "/activities/", {**body, "code": "A8", "name": " ÍNFORMES "})
        assert refusals(answer, 409) == [("activity_once_per_plan_and_unit", "name", None)]

    @pytest.mark.parametrize(
        ("status", "code"), [(PlanStatus.APPROVED, "plan_not_draft"), (PlanStatus.CLOSED, "plan_closed")]
    )
    def test_only_a_draft_takes_more(self, unit_planner, body, sat, status, code):
        plan = make.plan(sat, 2020, status)
        assert refusals(post(unit_planner, "/activities/", {**body, "plan": plan.pk}), 409) == [(code, None, None)]

    def test_an_inactive_unit_is_charged_with_nothing(self, unit_planner, body, unit):
        Unit.objects.filter(pk=unit.pk).update(is_active=False)
        assert refusals(post(unit_planner, "/activities/", body), 409) == [("unit_inactive", "unit", None)]

    def test_a_unit_of_another_institution_is_refused(self, body):
        body["unit"] = make.unit().code
        answer = post(make.client(Role.PLANNER), "/activities/", body)
        assert refusals(answer, 400) == [("unit_outside_institution", "unit", None)]

    def test_a_unit_out_of_sight_does_not_exist_and_one_above_takes_a_planner_of_it(self, body, sat, unit):
        sibling = make.unit(sat)
        caller = make.client(Role.PLANNER, make.unit(unit))
        for code in ("U1", sibling.code):
            answer = post(caller, "/activities/", {**body, "unit": code})
            assert refusals(answer, 400) == [("does_not_exist", "unit", None)]

    def test_a_planner_elsewhere_who_only_reads_the_unit_is_forbidden(self, body, sat, client):
        person = make.person(Role.READER, sat)
        person.memberships.create(role=Role.PLANNER, unit=make.unit(sat))
        client.force_login(person)
        assert client.post("/api/v1/activities/", body, "application/json").status_code == 403

    @pytest.mark.parametrize("role", [Role.READER, Role.REPORTER, Role.REVIEWER])
    def test_a_lower_role_adds_nothing(self, unit, role):
        assert post(make.client(role, unit), "/activities/", {"nada": 1}).status_code == 403
