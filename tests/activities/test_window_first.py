"""Out of its window a month is told so, whatever else it lacks: no reason would help (domain.md, rules 10 and 11)."""

from datetime import date
from typing import Any

import pytest

from activities.models import Activity, Plan
from tests import factories as make
from tests.activities.pages import months as sheet
from tests.activities.sheets import filled, send_sheet, template
from tests.activities.submitting import entries, item_of, open_plan, put, send_batch, verdicts
from tests.api import refused
from tests.factories import Caller
from tests.in_one_state import for_each
from tests.pages_kit import visit
from units.choices import Role

pytestmark = pytest.mark.django_db

PAST, COMING = date(1999, 1, 1), date(2999, 1, 1)
of_each_side = for_each(("day", "code"), [(PAST, "period_closed"), (COMING, "period_not_open")])


@pytest.fixture
def plan() -> Plan:
    return open_plan(make.institution("SAT"), tolerance_percent=10)


@pytest.fixture
def activity(plan: Plan) -> Activity:
    return make.activity(plan, make.unit(plan.institution), code="A001")


@pytest.fixture
def reporter(activity: Activity) -> Caller:
    return make.client(Role.REPORTER, activity.unit)


def shut(plan: Plan, day: date) -> None:
    """Have the window of March be one day."""
    plan.periods.filter(month=3).update(opens_on=day, due_on=day, closes_on=day)


@of_each_side
def test_of_one_month(plan: Plan, activity: Activity, reporter: Caller, day: date, code: str) -> None:
    shut(plan, day)
    for executed in (9, None):
        assert refused(put(reporter, activity, 3, executed=executed), 409) == [(code, "month")]
    assert entries(activity, 3) == []


@of_each_side
def test_of_each_item_of_a_list(plan: Plan, activity: Activity, reporter: Caller, day: date, code: str) -> None:
    shut(plan, day)
    items = [item_of(activity, 3, 9), item_of(activity, 4, 9)]
    for dry_run in (False, True):
        assert verdicts(send_batch(reporter, items, dry_run=dry_run)) == [[code], ["reason_required"]]
    assert verdicts(send_batch(reporter, [item_of(activity, 3, None)])) == [[code]]


def test_of_a_template_that_was_filled_in_too_late(plan: Plan, activity: Activity, reporter: Caller) -> None:
    book = filled(template(reporter, activity.unit), {(2, "executed"): 9, (3, "executed"): 9})
    shut(plan, PAST)
    assert verdicts(send_sheet(reporter, book, mode="partial")) == [["period_closed"], ["reason_required"]]


def test_of_a_page_that_stood_open_too_long(plan: Plan, activity: Activity) -> None:
    shut(plan, PAST)
    browser: Any = visit(make.person(Role.REPORTER, activity.unit))
    page = sheet.send(browser, sheet.cells(activity, executed="9"))
    assert "cerró el 01/01/1999" in sheet.said(page, activity)
    assert "Motivo" not in sheet.said(page, activity)
    assert entries(activity, 3) == []
