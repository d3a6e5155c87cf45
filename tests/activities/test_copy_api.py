"""Copying a plan to the draft of another year."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.choices import Accumulation, PlanStatus
from activities.models import Plan
from tests import factories as make
from tests import many
from tests.api import get, post, refusals, results
from tests.in_one_state import for_each
from units.models import Unit

pytestmark = pytest.mark.django_db


def copy(caller, plan, year=2023):
    return post(caller, f"/plans/{plan.pk}/copy/", {"year": year})


def test_the_next_draft_has_the_same_activities_with_the_targets_they_have_now(sat, planner):
    plan, unit = make.plan(sat), make.unit(sat)
    old = make.activity(plan, unit, code="A7", name="Informes", accumulation=Accumulation.LAST)
    make.version(plan, 2)
    make.target(old, range(12), 2)
    answer = copy(planner, plan)
    assert answer.status_code == 201
    assert answer.json()["copied"] == {"activities": 1, "left_out": [], "to_review": []}
    (new,) = results(planner, "/activities/", year=2023)
    (shown,) = results(planner, "/activities/", year=2022)
    same = {"unit", "mef_activity", "measurement_unit", "code", "name", "accumulation", "programmed", "annual_target"}
    assert {name: new[name] for name in same} == {name: shown[name] for name in same}
    assert new["programmed"] == list(range(12))
    revisions = results(planner, f"/activities/{new['id']}/revisions/")
    assert [(row["version"], row["programmed"]) for row in revisions] == [(1, list(range(12)))]


def test_the_rules_of_the_plan_go_along_and_nothing_of_its_course_does(sat, planner):
    plan = make.plan(sat, requires_review=True, tolerance_percent=7)
    Plan.objects.filter(pk=plan.pk).update(green_from=90, amber_from=50)
    make.entry(make.activity(plan))
    answer = copy(planner, plan)
    expected = {
        "status": "draft",
        "year": 2023,
        "requires_review": True,
        "tolerance_percent": 7,
        "bands": {"green": 90, "amber": 50},
    }
    assert answer.json().items() >= expected.items()
    location = answer["Location"].removeprefix("/api/v1")
    assert get(planner, location).json().items() >= expected.items()
    assert get(planner, location)["ETag"] == answer["ETag"]
    new = Plan.objects.get(year=2023)
    assert (new.versions.count(), new.periods.count()) == (0, 0)
    assert not new.activities.get().entries.exists()


def test_what_is_left_out_is_said_and_so_is_what_approval_will_ask(sat, planner):
    plan, idle = make.plan(sat, status=PlanStatus.DRAFT), make.unit(sat)
    make.target(make.activity(plan, code="A1", name="Anulada"), [0] * 12, is_cancelled=True)
    make.activity(plan, code="A2", name="Sin meta", programmed=None)
    make.activity(plan, idle, code="A3", name="De nadie")
    Unit.objects.filter(pk=idle.pk).update(is_active=False)
    copied = copy(planner, plan).json()["copied"]

    def told(name):
        return [(item["activity"]["code"], item["reason"]) for item in copied[name]]

    assert copied["activities"] == 2
    assert told("left_out") == [("A1", "cancelled")]
    assert told("to_review") == [("A2", "target_missing"), ("A3", "unit_inactive")]
    assert set(Plan.objects.get(year=2023).activities.values_list("code", flat=True)) == {"A2", "A3"}
    answer = post(planner, f"/plans/{Plan.objects.get(year=2023).pk}/approve/")
    assert [code for code, *_ in refusals(answer, 409)] == ["target_missing", "unit_inactive"]


@pytest.mark.parametrize("status", list(PlanStatus))
def test_a_plan_of_any_status_is_copied(sat, planner, status):
    assert copy(planner, make.plan(sat, status=status)).status_code == 201


@pytest.mark.parametrize("year", [2022, 2023])
def test_a_year_that_has_its_plan_is_left_alone(sat, planner, year):
    plan = make.plan(sat, 2022)
    make.activity(plan)
    make.plan(sat, 2023, PlanStatus.DRAFT)
    assert refusals(copy(planner, plan, year), 409) == [("plan_exists", "year", None)]
    assert not Plan.objects.get(year=2023).activities.exists()


@for_each(("year", "code"), [(1989, "invalid"), (2201, "invalid"), (None, "null"), ("x", "invalid")])
def test_the_year_is_checked(sat, planner, year, code):
    assert refusals(copy(planner, make.plan(sat), year), 400) == [(code, "year", None)]


def test_a_stale_copy_is_refused_and_nothing_is_made(sat, planner):
    plan = make.plan(sat)
    answer = post(planner, f"/plans/{plan.pk}/copy/", {"year": 2023}, {"If-Match": '"x"'})
    assert answer.status_code == 412
    assert Plan.objects.count() == 1


def test_it_takes_the_same_statements_whatever_the_number_of_activities(sat, planner):
    counts = []
    for number, year in ((3, 2020), (40, 2010)):
        plan = make.plan(sat, year)
        many.activities(plan, {f"A{place}": f"Actividad {place}" for place in range(number)})
        with CaptureQueriesContext(connection) as queries:
            assert copy(planner, plan, year + 1).status_code == 201
        counts.append(len(queries))
    assert counts[0] == counts[1]
