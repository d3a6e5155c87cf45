"""What planning leaves in history, and what happens to those who plan at the same moment: real commits."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import StringIO
from threading import Barrier

import pytest
from django.core.management import call_command
from django.db import connection

from activities.choices import PlanStatus
from activities.models import Plan
from tests import factories as make
from tests.activities.planning import modify, target
from tests.api import delete, get, patch, post, results
from units.models import ChangeSet

pytestmark = pytest.mark.usefixtures("committed")


def together(*acts: Callable[[], int]) -> list[int]:
    """Do all at the same moment, each on a connection of its own; return what they return."""
    start = Barrier(len(acts))

    def run(act: Callable[[], int]) -> int:
        start.wait()
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def last_change() -> tuple[str, str]:
    last = ChangeSet.objects.latest("position")
    return last.actor, last.cause


def test_open_year_signs_and_says_why(sat):
    make.activity(make.plan(sat, 2022))
    options = ["--from", "2022", "--to", "2023", "--institution", "SAT"]
    call_command("open_year", *options, stdout=StringIO())
    assert last_change() == ("command:open_year", "Apertura del plan 2023 desde el de 2022")


def test_the_reason_of_an_act_is_the_cause_of_its_changes(sat, planner):
    actor = f"client:{planner.client.name}"
    plan = make.plan(sat, 2020, PlanStatus.DRAFT)
    activity = make.activity(plan)
    post(planner, f"/plans/{plan.pk}/approve/", {"reason": "Aprobación"})
    assert last_change() == (actor, "Aprobación")
    cancel = {"reason": "Recorte", "cancel": [{"activity": activity.pk, "from_month": 7}]}
    post(planner, f"/plans/{plan.pk}/versions/", cancel)
    assert last_change() == (actor, "Recorte")
    period = f"/periods/{plan.periods.get(month=1).pk}/"
    patch(planner, period, {"closes_on": "2020-03-01", "reason": "Feriado"})
    assert last_change() == (actor, "Feriado")
    reopening = {"unit": "SAT", "until": "2199-01-01", "reason": "Sustento"}
    made = post(planner, f"{period}reopenings/", reopening)
    assert last_change() == (actor, "Sustento")
    delete(planner, f"{period}reopenings/{made.json()['id']}/", {"reason": "Listo"})
    assert last_change() == (actor, "Listo")
    post(planner, f"/plans/{plan.pk}/close/", {"force": True, "reason": "Fin"})
    assert last_change() == (actor, "Fin")


def test_the_answer_to_a_modification_shows_who_and_when_as_it_will_be_shown_later(sat, planner):
    activity = make.activity(make.plan(sat))
    body = {"reason": "Recorte", "cancel": [{"activity": activity.pk, "from_month": 7}]}
    answer = post(planner, f"/plans/{activity.plan_id}/versions/", body)
    shown = get(planner, answer["Location"].removeprefix("/api/v1"))
    assert answer.json()["by"] == f"client:{planner.client.name}"
    assert answer.json()["at"] is not None
    assert (shown.json(), shown["ETag"], shown["Change-Cursor"]) == (
        answer.json(),
        answer["ETag"],
        answer["Change-Cursor"],
    )


def test_months_stay_marked_as_they_were_when_the_version_was_recorded(sat, planner):
    """January had closed and December had not; later it is the other way round."""
    plan = make.plan(sat, 2022)
    plan.periods.filter(month=12).update(closes_on=date(2199, 1, 1))
    activity = make.activity(plan)
    body = {"reason": "Recorte", "targets": [{"activity": activity.pk, "programmed": [1, *[2] * 10, 1]}]}
    answer = post(planner, f"/plans/{plan.pk}/versions/", body)
    assert answer.json()["changes"][0]["closed_months"] == [1]
    for month, days in ((1, ["2199-01-01", "2199-02-01"]), (12, ["2023-02-01", "2023-03-01"])):
        period = f"/periods/{plan.periods.get(month=month).pk}/"
        for day in days:
            assert patch(planner, period, {"closes_on": day, "reason": "Prórroga"}).status_code == 200
    shown = get(planner, answer["Location"].removeprefix("/api/v1"))
    assert shown.json() == answer.json()


def test_a_version_tells_what_itself_corrected_and_not_what_another_did(sat, planner):
    plan = make.plan(sat)
    code = make.activity(plan).code
    corrected = modify(planner, plan, correct=[{"activity": code, "accumulation": "last"}])
    changed = modify(planner, plan, targets=[target(code)])
    [first], [second] = (
        get(planner, answer["Location"].removeprefix("/api/v1")).json()["changes"] for answer in (corrected, changed)
    )
    assert (first["kind"], first["corrected"]["accumulation"]) == ("corrected", {"before": "sum", "after": "last"})
    assert (second["kind"], second["corrected"]) == ("changed", None)


def test_modifications_at_the_same_moment_get_different_numbers(sat, planner):
    plan = make.plan(sat)
    codes = [make.activity(plan, code=f"A{number}").code for number in range(4)]

    def modify(code):
        body = {"reason": code, "cancel": [{"activity": code, "from_month": 7}]}
        return lambda: post(planner, f"/plans/{plan.pk}/versions/", body).status_code

    assert together(*map(modify, codes)) == [201] * 4
    versions = results(planner, f"/plans/{plan.pk}/versions/")
    assert [version["number"] for version in versions] == [1, 2, 3, 4, 5]


def test_the_same_modification_twice_at_once_changes_the_plan_once(sat, planner):
    activity = make.activity(make.plan(sat))
    body = {"reason": "Recorte", "cancel": [{"activity": activity.pk, "from_month": 7}]}

    def modify():
        return post(planner, f"/plans/{activity.plan_id}/versions/", body).status_code

    assert sorted(together(modify, modify)) == [201, 400]
    assert activity.plan.versions.count() == 2


def test_a_plan_is_approved_once(sat, planner):
    plan = make.plan(sat, status=PlanStatus.DRAFT)
    make.activity(plan)

    def approve():
        return post(planner, f"/plans/{plan.pk}/approve/").status_code

    assert sorted(together(approve, approve, approve)) == [200, 409, 409]
    assert (plan.versions.count(), plan.periods.count()) == (1, 12)


def test_a_year_is_opened_once(sat, planner):
    first, second = make.plan(sat, 2020), make.plan(sat, 2021)

    def copy(plan):
        return lambda: post(planner, f"/plans/{plan.pk}/copy/", {"year": 2022}).status_code

    assert sorted(together(copy(first), copy(second))) == [201, 409]
    assert Plan.objects.filter(year=2022).count() == 1


def test_nothing_is_added_to_a_draft_once_it_is_approved(sat, planner):
    plan = make.plan(sat, status=PlanStatus.DRAFT)
    make.activity(plan)
    body = {
        "plan": plan.pk,
        "unit": "SAT",
        "mef_activity": make.mef_activity().code,
        "measurement_unit": make.measurement_unit().code,
        "name": "Informes",
    }

    def approve():
        return post(planner, f"/plans/{plan.pk}/approve/").status_code

    def add():
        return post(planner, "/activities/", body).status_code

    # Without a target it keeps the plan from being approved; added later it is refused
    assert together(approve, add) in ([200, 409], [409, 201])
