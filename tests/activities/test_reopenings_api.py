"""Opening a closed month again, and ending that (domain.md, rule 10)."""

from datetime import timedelta

import pytest
from django.db import connection

from activities.choices import PlanStatus
from activities.models import Reopening, ReopeningWithdrawal
from poi_api.database import clock
from tests import factories as make
from tests.activities.planning import MID_APRIL
from tests.api import delete, get, post, refusals, results
from tests.in_one_state import for_each
from units.choices import Role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mid_april")]


BODY = {"unit": "U1", "until": "2022-05-06", "reason": "Falta el sustento"}


def path_of(period):
    return f"/periods/{period.pk}/reopenings/"


def test_a_closed_month_is_opened_again_for_a_unit_until_a_day(planner, unit, march):
    answer = post(planner, path_of(march), BODY)
    assert answer.status_code == 201
    reopening = Reopening.objects.get()
    assert (
        answer.json().items()
        >= {
            "id": reopening.pk,
            "unit": {"id": unit.pk, "code": "U1", "name": "PLANIFICACIÓN"},
            "until": "2022-05-06",
            "reason": "Falta el sustento",
            "withdrawal": None,
        }.items()
    )
    assert answer.json()["at"].endswith("-05:00")
    assert answer["Location"] == f"/api/v1{path_of(march)}{reopening.pk}/"
    shown = get(planner, f"{path_of(march)}{reopening.pk}/")
    assert (shown.json(), shown["ETag"]) == (answer.json(), answer["ETag"])
    assert get(planner, f"/periods/{march.pk}/").json()["reopenings"] == [answer.json()]


@pytest.mark.parametrize(("days", "status"), [(0, 201), (-1, 400)])
def test_it_may_end_today_and_not_before(planner, unit, march, days, status):
    answer = post(planner, path_of(march), {**BODY, "until": (MID_APRIL + timedelta(days=days)).isoformat()})
    assert answer.status_code == status
    if status == 400:
        assert refusals(answer, 400) == [("until_past", "until", None)]


@pytest.mark.parametrize(("until", "status"), [("2022-05-15", 400), ("2022-05-16", 201)])
def test_an_open_month_is_lengthened_only_beyond_its_close(planner, unit, march, until, status):
    april = march.plan.periods.get(month=4)
    answer = post(planner, path_of(april), {**BODY, "until": until})
    assert answer.status_code == status
    if status == 400:
        assert refusals(answer, 400) == [("until_not_after_close", "until", None)]


@pytest.mark.parametrize(("opens_on", "status"), [(MID_APRIL, 201), (MID_APRIL + timedelta(days=1), 409)])
def test_a_month_that_never_opened_is_not_opened_again(planner, unit, march, opens_on, status):
    april = march.plan.periods.get(month=4)
    april.opens_on = opens_on
    april.save()
    answer = post(planner, path_of(april), {**BODY, "until": "2022-12-31"})
    assert answer.status_code == status
    if status == 409:
        assert refusals(answer, 409) == [("period_not_open", None, None)]


@for_each(
    ("more", "expected"),
    [
        ({"reason": ""}, ("blank", "reason")),
        ({"reason": "  "}, ("blank", "reason")),
        ({"unit": "NADA"}, ("does_not_exist", "unit")),
        ({"until": "mañana"}, ("invalid", "until")),
        ({"until": None}, ("null", "until")),
        ({"month": 3}, ("unknown_field", "month")),
    ],
)
def test_wrong_data_is_refused_by_its_field(planner, unit, march, more, expected):
    assert refusals(post(planner, path_of(march), {**BODY, **more}), 400) == [(*expected, None)]
    assert not Reopening.objects.exists()


@pytest.mark.parametrize("name", BODY)
def test_nothing_of_it_may_be_left_out(planner, unit, march, name):
    body = {key: value for key, value in BODY.items() if key != name}
    assert refusals(post(planner, path_of(march), body), 400) == [("required", name, None)]


def test_the_unit_is_of_the_institution(march):
    answer = post(make.client(Role.PLANNER), path_of(march), {**BODY, "unit": make.unit().code})
    assert refusals(answer, 400) == [("unit_outside_institution", "unit", None)]


def test_the_months_of_a_closed_plan_stay_closed(sat, planner, unit):
    period = make.plan(sat, 2021, PlanStatus.CLOSED).periods.get(month=1)
    assert refusals(post(planner, path_of(period), BODY), 409) == [("plan_closed", None, None)]


@pytest.mark.parametrize("role", Role)
def test_who_plans_a_unit_alone_opens_nothing(unit, march, role):
    assert post(make.client(role, unit), path_of(march), {"nada": 1}).status_code == 403


@pytest.mark.parametrize("role", [Role.READER, Role.REPORTER, Role.REVIEWER])
def test_a_lower_role_opens_and_ends_nothing(sat, unit, march, role):
    caller = make.client(role, sat)
    made = make.reopening(march.plan, 3, unit)
    assert post(caller, path_of(march), {"nada": 1}).status_code == 403
    assert delete(caller, f"{path_of(march)}{made.pk}/", {"nada": 1}).status_code == 403


def test_what_is_of_others_does_not_exist(unit, march):
    made = make.reopening(march.plan, 3, unit)
    caller = make.client(Role.PLANNER, make.institution())
    assert post(caller, path_of(march), {"nada": 1}).status_code == 404
    assert get(caller, f"{path_of(march)}{made.pk}/").status_code == 404
    assert delete(caller, f"{path_of(march)}{made.pk}/", {"nada": 1}).status_code == 404


def test_a_reopening_is_found_under_its_own_period_alone(planner, unit, march):
    made = make.reopening(march.plan, 4, unit)
    assert get(planner, f"{path_of(march)}{made.pk}/").status_code == 404


def test_a_reopening_of_another_branch_is_not_seen(sat, unit, march):
    made = make.reopening(march.plan, 3, unit)
    assert get(make.client(Role.READER, make.unit(sat)), f"{path_of(march)}{made.pk}/").status_code == 404
    assert get(make.client(Role.READER, make.unit(unit)), f"{path_of(march)}{made.pk}/").status_code == 200


def test_a_stale_reopening_is_refused(planner, unit, march):
    etag = get(planner, f"/periods/{march.pk}/")["ETag"]
    assert post(planner, path_of(march), BODY, {"If-Match": etag}).status_code == 201
    answer = post(planner, path_of(march), BODY, {"If-Match": etag})
    assert answer.status_code == 412
    assert len(answer.json()["current"]["reopenings"]) == 1
    assert Reopening.objects.count() == 1


class TestWithdrawing:
    @pytest.fixture
    def path(self, unit, march):
        made = make.reopening(march.plan, 3, unit)
        make.settle()
        return f"{path_of(march)}{made.pk}/"

    def test_it_ends_with_a_reason_and_stays_in_history(self, planner, march, path):
        answer = delete(planner, path, {"reason": "Ya se registró"})
        assert (answer.status_code, answer.content) == (204, b"")
        assert ReopeningWithdrawal.objects.get().reason == "Ya se registró"
        (period,) = results(planner, "/periods/", month=3)
        (shown,) = period["reopenings"]
        assert shown["withdrawal"]["reason"] == "Ya se registró"
        assert get(planner, path).json() == shown

    @pytest.mark.parametrize(("body", "code"), [(None, "required"), ({"reason": " "}, "blank"), ({}, "required")])
    def test_it_does_not_end_without_one(self, planner, path, body, code):
        assert refusals(delete(planner, path, body), 400) == [(code, "reason", None)]
        assert not ReopeningWithdrawal.objects.exists()

    def test_it_ends_once(self, planner, path):
        delete(planner, path, {"reason": "Ya se registró"})
        answer = delete(planner, path, {"reason": "Otra vez"})
        assert refusals(answer, 409) == [("already_withdrawn", None, None)]

    def test_a_stale_withdrawal_is_refused(self, planner, path):
        assert delete(planner, path, {"reason": "x"}, {"If-Match": '"x"'}).status_code == 412
        etag = get(planner, path)["ETag"]
        assert delete(planner, path, {"reason": "x"}, {"If-Match": etag}).status_code == 204


def test_the_day_is_that_of_lima_by_the_database_s_clock():
    with connection.cursor() as cursor:
        cursor.execute("SELECT (statement_timestamp() - interval '5 hours') AT TIME ZONE 'UTC'")
        before = cursor.fetchone()[0].date()
        found = clock.today()
        cursor.execute("SELECT (statement_timestamp() - interval '5 hours') AT TIME ZONE 'UTC'")
        assert before <= found <= cursor.fetchone()[0].date()
