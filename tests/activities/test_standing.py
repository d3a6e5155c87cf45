"""How many activities of a plan stand is kept, whoever writes them."""

import pytest
from django.db import connection

from activities.models import Activity, Plan
from activities.services.rebuilding import rebuild_figures
from tests import factories as make
from tests import many
from tests.committed import Connect


def kept() -> dict[int, int]:
    """Return how many activities are said to stand, by plan."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT plan_id, sum(activities) FROM activities_standing GROUP BY 1 HAVING sum(activities) <> 0"
        )
        return dict(cursor.fetchall())


@pytest.fixture
def plans(db: None) -> list[Plan]:
    """Plans with three and two activities, and an empty one."""
    plans = [make.plan() for _ in range(3)]
    for plan, number in zip(plans, (3, 2), strict=False):
        many.activities(plan, {f"A{each}": f"N{each}" for each in range(number)})
    return plans


def test_those_made_by_one_statement_and_one_by_one(plans: list[Plan]) -> None:
    make.activity(plans[1])
    make.activity(plans[2])
    assert kept() == {plans[0].pk: 3, plans[1].pk: 3, plans[2].pk: 1}


def test_what_is_struck_out_does_not_count_until_it_stands_again(plans: list[Plan]) -> None:
    Activity.objects.exclude(code="A0").update(is_struck_out=True)
    assert kept() == {plans[0].pk: 1, plans[1].pk: 1}
    Activity._base_manager.filter(plan=plans[0], code="A2").update(is_struck_out=False)
    assert kept() == {plans[0].pk: 2, plans[1].pk: 1}
    Activity._base_manager.filter(is_struck_out=True).update(name="Otra")
    assert kept() == {plans[0].pk: 2, plans[1].pk: 1}


def test_what_is_deleted_counts_no_more_and_what_was_struck_out_never_did(plans: list[Plan]) -> None:
    for plan in plans[1:]:
        for _ in range(2):
            make.activity(plan, programmed=None, name="Otra")
    struck_out = Activity.objects.filter(plan=plans[1], name="Otra").latest("pk")
    Activity.objects.filter(pk=struck_out.pk).update(is_struck_out=True)
    Activity._base_manager.filter(name="Otra").delete()
    assert kept() == {plans[0].pk: 3, plans[1].pk: 2}


def test_two_at_once_wait_for_nobody_and_the_next_one_adds_them_up(committed: None, connect: Connect) -> None:
    plan, mef, measure = make.plan(), make.mef_activity(), make.measurement_unit()
    one, other = connect(), connect()
    make.activity(plan)
    for number, each in enumerate((one, other)):
        each.execute("BEGIN")
        each.execute("SET LOCAL lock_timeout = 1000")
        each.execute(_ADDED, [plan.pk, plan.institution_id, mef.pk, measure.pk, number, number])
    assert kept() == {plan.pk: 1}
    one.execute("COMMIT")
    assert kept() == {plan.pk: 2}
    other.execute("COMMIT")
    assert kept() == {plan.pk: 3}
    assert rows() == 2
    make.activity(plan)
    assert kept() == {plan.pk: 4}
    assert rows() == 1


_ADDED = """
INSERT INTO activities_activity (plan_id, unit_id, mef_activity_id, measurement_unit_id, code, name)
VALUES (%s, %s, %s, %s, 'X' || %s::int, 'N' || %s::int)"""


def rows() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM activities_standing")
        return int(cursor.fetchone()[0])


def test_an_edit_touches_no_number(plans: list[Plan]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(xmin::text || ctid::text ORDER BY plan_id) FROM activities_standing")
        before = cursor.fetchone()
        Activity.objects.filter(code="A0").update(name="Otra")
        cursor.execute("SELECT array_agg(xmin::text || ctid::text ORDER BY plan_id) FROM activities_standing")
        assert cursor.fetchone() == before


def test_computing_anew_mends_what_is_wrong_or_missing(plans: list[Plan]) -> None:
    right = kept()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE activities_standing SET activities = 7 WHERE plan_id = %s", [plans[0].pk])
        cursor.execute("DELETE FROM activities_standing WHERE plan_id = %s", [plans[1].pk])
        cursor.execute("INSERT INTO activities_standing VALUES (%s, 5)", [plans[2].pk])
    assert rebuild_figures() == 3
    assert kept() == right
    assert rebuild_figures() == 0
