"""Making, changing and deleting plans over HTTP."""

import pytest
from django.db import IntegrityError, transaction

from activities.choices import PlanStatus
from activities.models import Plan
from tests import factories as make
from tests.api import get, refusals, send
from tests.in_one_state import for_each
from units.choices import Role
from units.models import Unit

pytestmark = pytest.mark.django_db


def test_a_planner_of_the_institution_opens_a_draft(sat, planner):
    answer = send("POST", planner, "/plans/", {"institution": "SAT", "year": 2023})
    assert answer.status_code == 201
    plan = Plan.objects.get()
    assert answer.json() == {
        "id": plan.pk,
        "institution": {"id": sat.pk, "code": "SAT", "name": "SAT LIMA"},
        "year": 2023,
        "status": "draft",
        "requires_review": False,
        "tolerance_percent": None,
        "bands": {"green": 95, "amber": 75},
    }
    shown = get(planner, answer["Location"].removeprefix("/api/v1"))
    assert (shown.json(), shown["ETag"]) == (answer.json(), answer["ETag"])
    assert not plan.periods.exists()
    assert not plan.versions.exists()


def test_its_rules_may_come_with_it(sat, planner):
    rules = {"requires_review": True, "tolerance_percent": 12.5, "bands": {"green": 90, "amber": 60}}
    answer = send("POST", planner, "/plans/", {"institution": sat.pk, "year": 2023, **rules})
    assert answer.json().items() >= rules.items()


@for_each(
    ("more", "expected"),
    [
        ({"year": 1989}, ("invalid", "year", None)),
        ({"year": 2201}, ("invalid", "year", None)),
        ({"year": "x"}, ("invalid", "year", None)),
        ({"institution": "NADA"}, ("does_not_exist", "institution", None)),
        ({"institution": None}, ("null", "institution", None)),
        ({"institution": 2**63}, ("does_not_exist", "institution", None)),
        ({"status": "approved"}, ("unknown_field", "status", None)),
        ({"tolerance_percent": -1}, ("invalid_number", "tolerance_percent", None)),
        ({"tolerance_percent": "5"}, ("invalid_number", "tolerance_percent", None)),
        ({"tolerance_percent": 5.001}, ("invalid_number", "tolerance_percent", None)),
        ({"bands": {"green": 50, "amber": 60}}, ("bands_out_of_order", "bands", None)),
        ({"bands": {"green": 50}}, ("required", "bands.amber", None)),
        ({"bands": {"green": 1e6, "amber": 1}}, ("invalid_number", "bands.green", None)),
        ({"requires_review": "no"}, ("invalid", "requires_review", None)),
    ],
)
def test_wrong_data_is_refused_by_its_field(planner, more, expected):
    answer = send("POST", planner, "/plans/", {"institution": "SAT", "year": 2023, **more})
    assert refusals(answer, 400) == [expected]
    assert not Plan.objects.exists()


@pytest.mark.parametrize("year", [1990, 2200])
def test_the_first_and_the_last_year_are_years(planner, year):
    assert send("POST", planner, "/plans/", {"institution": "SAT", "year": year}).status_code == 201


def test_the_cuts_of_the_traffic_light_may_meet(planner):
    body = {"institution": "SAT", "year": 2023, "bands": {"green": 80, "amber": 80}}
    assert send("POST", planner, "/plans/", body).status_code == 201


def test_an_institution_has_one_plan_a_year(sat, planner):
    make.plan(sat, 2023)
    answer = send("POST", planner, "/plans/", {"institution": "SAT", "year": 2023})
    assert refusals(answer, 409) == [("plan_exists", "year", None)]
    with pytest.raises(IntegrityError, match="plan_once_per_institution_and_year"), transaction.atomic():
        Plan.objects.create(institution=sat, year=2023)


def test_an_inactive_institution_opens_none(sat, planner):
    Unit.objects.filter(pk=sat.pk).update(is_active=False)
    answer = send("POST", planner, "/plans/", {"institution": "SAT", "year": 2023})
    assert refusals(answer, 409) == [("unit_inactive", "institution", None)]


def test_a_plan_is_of_an_institution_and_of_no_other_unit(sat, planner):
    make.unit(sat, "U1")
    answer = send("POST", planner, "/plans/", {"institution": "U1", "year": 2023})
    assert refusals(answer, 400) == [("does_not_exist", "institution", None)]


def test_planning_a_unit_is_not_planning_its_institution(sat):
    caller = make.client(Role.PLANNER, make.unit(sat))
    plan = make.plan(sat)
    assert send("POST", caller, "/plans/", {"institution": "SAT", "year": 2023}).status_code == 403
    for method, path in (("PATCH", ""), ("DELETE", ""), ("POST", "approve/"), ("POST", "close/"), ("POST", "copy/")):
        assert send(method, caller, f"/plans/{plan.pk}/{path}", {"year": "x"}).status_code == 403


@pytest.mark.parametrize("role", [Role.READER, Role.REPORTER, Role.REVIEWER])
def test_a_lower_role_writes_no_plan(sat, role):
    caller = make.client(role, sat)
    plan = make.plan(sat)
    assert send("POST", caller, "/plans/", {"nada": 1}).status_code == 403
    assert send("PATCH", caller, f"/plans/{plan.pk}/", {}).status_code == 403


def test_a_plan_of_others_does_not_exist(planner):
    plan = make.plan(make.institution())
    for method in ("PATCH", "DELETE"):
        assert send(method, planner, f"/plans/{plan.pk}/", {"nada": 1}).status_code == 404
    for path in ("approve", "close", "copy", "versions"):
        assert send("POST", planner, f"/plans/{plan.pk}/{path}/", {"nada": 1}).status_code == 404
    answer = send("POST", planner, "/plans/", {"institution": plan.institution.code, "year": 2024})
    assert refusals(answer, 400) == [("does_not_exist", "institution", None)]


class TestChanging:
    @pytest.mark.parametrize("status", [PlanStatus.DRAFT, PlanStatus.APPROVED])
    def test_the_rules_change_one_by_one(self, sat, planner, status):
        path = f"/plans/{make.plan(sat, status=status).pk}/"
        for body in (
            {"requires_review": True},
            {"tolerance_percent": 5},
            {"tolerance_percent": None},
            {"bands": {"green": 90, "amber": 50}},
        ):
            answer = send("PATCH", planner, path, body)
            assert answer.status_code == 200
            assert answer.json().items() >= body.items()
            assert get(planner, path)["ETag"] == answer["ETag"]

    def test_one_cut_changes_and_the_other_stays(self, sat, planner):
        answer = send("PATCH", planner, f"/plans/{make.plan(sat).pk}/", {"bands": {"amber": 80}})
        assert answer.json()["bands"] == {"green": 95, "amber": 80}

    def test_one_cut_is_held_against_the_other(self, sat, planner):
        answer = send("PATCH", planner, f"/plans/{make.plan(sat).pk}/", {"bands": {"amber": 95.01}})
        assert refusals(answer, 400) == [("bands_out_of_order", "bands", None)]

    @for_each("name", ["status", "year", "institution", "id"])
    def test_what_a_plan_is_of_and_its_status_are_not_edited(self, sat, planner, name):
        answer = send("PATCH", planner, f"/plans/{make.plan(sat).pk}/", {name: 1})
        assert refusals(answer, 400) == [("unknown_field", name, None)]

    def test_a_closed_plan_does_not_change(self, sat, planner):
        plan = make.plan(sat, status=PlanStatus.CLOSED)
        answer = send("PATCH", planner, f"/plans/{plan.pk}/", {"requires_review": True})
        assert refusals(answer, 409) == [("plan_closed", None, None)]
        wrong = send("PATCH", planner, f"/plans/{plan.pk}/", {"bands": {"amber": 100}})
        assert refusals(wrong, 400) == [("bands_out_of_order", "bands", None)]

    def test_a_stale_change_is_refused_with_the_plan_as_it_is(self, sat, planner):
        path = f"/plans/{make.plan(sat).pk}/"
        etag = get(planner, path)["ETag"]
        send("PATCH", planner, path, {"requires_review": True}, {"If-Match": etag})
        answer = send("PATCH", planner, path, {"requires_review": False}, {"If-Match": etag})
        assert answer.status_code == 412
        assert answer.json()["current"]["requires_review"] is True
        assert Plan.objects.get().requires_review


class TestDeleting:
    def test_an_empty_draft_goes(self, sat, planner):
        plan = make.plan(sat, status=PlanStatus.DRAFT)
        answer = send("DELETE", planner, f"/plans/{plan.pk}/")
        assert (answer.status_code, answer.content) == (204, b"")
        assert not Plan.objects.exists()

    def test_an_approved_plan_stays(self, sat, planner):
        answer = send("DELETE", planner, f"/plans/{make.plan(sat).pk}/")
        assert refusals(answer, 409) == [("in_use", None, None)]
        assert "versiones: 1, periodos de registro: 12" in answer.json()["detail"]

    def test_a_stale_deletion_is_refused(self, sat, planner):
        path = f"/plans/{make.plan(sat, status=PlanStatus.DRAFT).pk}/"
        assert send("DELETE", planner, path, headers={"If-Match": '"x"'}).status_code == 412
        assert Plan.objects.exists()
