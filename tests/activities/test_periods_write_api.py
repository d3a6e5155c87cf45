"""Changing the dates of a period over HTTP (domain.md, rule 10)."""

from datetime import date, timedelta

import pytest

from activities.choices import PlanStatus
from tests import factories as make
from tests.activities.planning import MID_APRIL
from tests.api import get, patch, refusals
from tests.in_one_state import for_each
from units.choices import Role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mid_april")]


@pytest.fixture
def april(plan):
    return plan.periods.get(month=4)


def path_of(period):
    return f"/periods/{period.pk}/"


def test_the_dates_of_an_open_period_change_without_a_reason(planner, april):
    dates = {"opens_on": "2022-04-02", "due_on": "2022-05-11", "closes_on": "2022-05-16"}
    answer = patch(planner, path_of(april), dates)
    assert answer.status_code == 200
    assert answer.json().items() >= dates.items()
    shown = get(planner, path_of(april))
    assert (shown.json(), shown["ETag"]) == (answer.json(), answer["ETag"])


def test_one_date_changes_and_the_others_stay(planner, april):
    shown = patch(planner, path_of(april), {"closes_on": "2022-05-20"}).json()
    assert (shown["opens_on"], shown["due_on"], shown["closes_on"]) == ("2022-04-01", "2022-05-10", "2022-05-20")


@for_each("more", [{}, {"reason": ""}, {"reason": "  "}])
def test_a_closed_period_changes_only_with_a_reason(planner, march, more):
    answer = patch(planner, path_of(march), {"closes_on": "2022-04-30", **more})
    assert refusals(answer, 400) == [("reason_required", "reason", None)]
    march.refresh_from_db()
    assert march.closes_on == date(2022, 4, 15)
    assert patch(planner, path_of(march), {"closes_on": "2022-04-30", "reason": "Feriado"}).status_code == 200


@pytest.mark.parametrize(("closed_for", "status"), [(0, 200), (1, 400)])
def test_the_day_it_closes_it_is_still_open(planner, march, closed_for, status):
    march.closes_on = MID_APRIL - timedelta(days=closed_for)
    march.save()
    assert patch(planner, path_of(march), {"closes_on": "2022-04-30"}).status_code == status


def test_a_closed_period_sent_as_it_is_needs_no_reason(planner, march):
    assert patch(planner, path_of(march), {"closes_on": "2022-04-15"}).status_code == 200


@for_each(
    ("dates", "status"),
    [
        ({"opens_on": "2022-05-10"}, 200),
        ({"opens_on": "2022-05-11"}, 400),
        ({"due_on": "2022-05-15"}, 200),
        ({"due_on": "2022-05-16"}, 400),
        ({"due_on": "2022-03-31"}, 400),
        ({"closes_on": "2022-05-10"}, 200),
        ({"closes_on": "2022-05-09"}, 400),
        ({"opens_on": "2022-05-01", "due_on": "2022-05-01", "closes_on": "2022-05-01"}, 200),
    ],
)
def test_a_period_opens_is_due_and_closes_in_that_order(planner, april, dates, status):
    answer = patch(planner, path_of(april), dates)
    assert answer.status_code == status
    if status == 400:
        assert refusals(answer, 400) == [("dates_out_of_order", next(iter(dates)), None)]


def test_a_day_that_there_is_not_is_not_called_a_wrong_format(planner, april):
    answer = patch(planner, path_of(april), {"closes_on": "2023-02-29"})
    assert refusals(answer, 400) == [("invalid", "closes_on", None)]
    assert answer.json()["detail"] == "Escriba una fecha que exista, así: 2026-12-31."


@for_each(
    ("body", "expected"),
    [
        ({"closes_on": "15/05/2022"}, ("invalid", "closes_on")),
        ({"closes_on": "2022-02-30"}, ("invalid", "closes_on")),
        ({"closes_on": None}, ("null", "closes_on")),
        ({"month": 5}, ("unknown_field", "month")),
        ({"plan": 5}, ("unknown_field", "plan")),
        ({"reason": 5}, ("invalid", "reason")),
    ],
)
def test_wrong_data_is_refused_by_its_field(planner, april, body, expected):
    assert refusals(patch(planner, path_of(april), body), 400) == [(*expected, None)]


def test_the_periods_of_a_closed_plan_stay(sat, planner):
    period = make.plan(sat, 2021, PlanStatus.CLOSED).periods.get(month=1)
    answer = patch(planner, path_of(period), {"closes_on": "2022-12-31", "reason": "Feriado"})
    assert refusals(answer, 409) == [("plan_closed", None, None)]


@pytest.mark.parametrize("role", [Role.READER, Role.REPORTER, Role.REVIEWER])
def test_a_lower_role_changes_none(sat, april, role):
    assert patch(make.client(role, sat), path_of(april), {"nada": 1}).status_code == 403


def test_planning_a_unit_is_not_planning_its_institution(sat, april):
    assert patch(make.client(Role.PLANNER, make.unit(sat)), path_of(april), {"nada": 1}).status_code == 403


def test_a_period_of_others_does_not_exist(april):
    assert patch(make.client(Role.PLANNER, make.institution()), path_of(april), {"nada": 1}).status_code == 404


def test_a_stale_change_is_refused_with_the_period_as_it_is(planner, april):
    etag = get(planner, path_of(april))["ETag"]
    patch(planner, path_of(april), {"closes_on": "2022-05-20"}, {"If-Match": etag})
    answer = patch(planner, path_of(april), {"closes_on": "2022-05-21"}, {"If-Match": etag})
    assert answer.status_code == 412
    assert answer.json()["current"]["closes_on"] == "2022-05-20"
