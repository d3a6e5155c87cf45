"""Approving a draft: what it takes, and what it makes."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.choices import PlanStatus
from activities.models import TargetRevision
from tests import factories as make
from tests.api import get, refusals, results, send
from units.models import ChangeSet, Unit

pytestmark = pytest.mark.django_db


def approve(caller, plan, body=None, **headers):
    return send("POST", caller, f"/plans/{plan.pk}/approve/", body, headers)


def test_approval_makes_version_1_and_twelve_periods(draft, planner):
    make.activity(draft)
    head = {"resolution": "RJ 1", "reason": "POI 2023", "effective_on": "2023-01-01"}
    answer = approve(planner, draft, head)
    assert (answer.status_code, answer.json()["status"]) == (200, "approved")
    (version,) = results(planner, f"/plans/{draft.pk}/versions/")
    assert version.items() >= {"number": 1, **head}.items()
    periods = draft.periods.order_by("month")
    assert [period.month for period in periods] == list(range(1, 13))
    december = periods[11]
    assert (december.opens_on, december.due_on, december.closes_on) == (
        date(2023, 12, 1),
        date(2024, 1, 10),
        date(2024, 1, 15),
    )
    assert TargetRevision.objects.get().version == 1


def test_nothing_need_be_said(draft, planner):
    make.activity(draft)
    assert approve(planner, draft).status_code == 200
    assert draft.versions.get().resolution == ""


def test_the_reason_is_kept_as_the_cause_of_the_change(draft, planner):
    make.activity(draft)
    connection.cursor().execute("SELECT set_config('poi.change_set', '', true)")
    approve(planner, draft, {"reason": "POI 2023"})
    assert draft.versions.get().reason == "POI 2023"
    assert ChangeSet.objects.exists()


def test_periods_that_are_there_are_kept(draft, planner):
    make.activity(draft)
    make.periods(draft)
    january = draft.periods.get(month=1)
    draft.periods.exclude(pk=january.pk).delete()
    approve(planner, draft)
    assert draft.periods.get(month=1).pk == january.pk
    assert draft.periods.count() == 12


def test_an_empty_plan_is_not_approved(draft, planner):
    assert refusals(approve(planner, draft), 409) == [("plan_empty", None, None)]
    draft.refresh_from_db()
    assert draft.status == PlanStatus.DRAFT


def test_a_plan_whose_activities_are_all_cancelled_is_empty(draft, planner):
    make.target(make.activity(draft), [0] * 12, is_cancelled=True)
    assert refusals(approve(planner, draft), 409) == [("plan_empty", None, None)]


def test_everything_that_is_missing_is_said_at_once(sat, draft, planner):
    unit = make.unit(sat, "U1")
    make.activity(draft, code="A1", programmed=None)
    make.activity(draft, unit, code="A2")
    make.activity(draft, unit, code="A3", programmed=None)
    make.activity(draft, code="A4", programmed=[0] * 12)  # a target of zeros is a target
    Unit.objects.filter(pk=unit.pk).update(is_active=False)
    answer = approve(planner, draft)
    assert refusals(answer, 409) == [
        ("target_missing", "activity", None),
        ("unit_inactive", "unit", None),
        ("target_missing", "activity", None),
        ("unit_inactive", "unit", None),
    ]
    said = [error["detail"] for error in answer.json()["errors"]]
    assert [code in text for code, text in zip(("A1", "A2", "A3", "A3"), said, strict=True)] == [True] * 4
    assert not draft.versions.exists()
    assert not draft.periods.exists()


def test_a_cancelled_activity_may_lack_an_active_unit(sat, draft, planner):
    unit = make.unit(sat)
    make.target(make.activity(draft, unit), [0] * 12, is_cancelled=True)
    make.activity(draft)
    Unit.objects.filter(pk=unit.pk).update(is_active=False)
    assert approve(planner, draft).status_code == 200


@pytest.mark.parametrize(
    ("status", "code"), [(PlanStatus.APPROVED, "plan_not_draft"), (PlanStatus.CLOSED, "plan_closed")]
)
def test_only_a_draft_is_approved(sat, planner, status, code):
    plan = make.plan(sat, status=status)
    make.activity(plan)
    assert refusals(approve(planner, plan), 409) == [(code, None, None)]
    assert plan.versions.count() == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [({"effective_on": "ayer"}, "effective_on"), ({"resolution": "x" * 201}, "resolution"), ({"year": 2023}, "year")],
)
def test_wrong_data_is_refused_by_its_field(draft, planner, body, field):
    make.activity(draft)
    assert [found for _, found, _ in refusals(approve(planner, draft, body), 400)] == [field]


def test_a_stale_approval_is_refused(draft, planner):
    make.activity(draft)
    etag = get(planner, f"/plans/{draft.pk}/")["ETag"]
    send("PATCH", planner, f"/plans/{draft.pk}/", {"requires_review": True})
    assert approve(planner, draft, **{"If-Match": etag}).status_code == 412
    draft.refresh_from_db()
    assert draft.status == PlanStatus.DRAFT


def test_it_takes_the_same_statements_whatever_the_number_of_activities(sat, planner):
    counts = []
    for number, year in ((2, 2023), (20, 2024)):
        plan = make.plan(sat, year, PlanStatus.DRAFT)
        for _ in range(number):
            make.activity(plan)
        with CaptureQueriesContext(connection) as queries:
            assert approve(planner, plan).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
