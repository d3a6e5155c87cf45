"""`/progress/due/`: what units still owe, what was returned, what closes when."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.choices import PlanStatus, Verdict
from poi_api.database.clock import today
from tests import factories as make
from tests.activities.submitting import put
from tests.api import get, refused_fields, results
from tests.days import let_it_be
from tests.in_one_state import for_each
from units.choices import Role

pytestmark = pytest.mark.django_db
FAR = 3650


def days(count: int) -> timedelta:
    return timedelta(days=count)


@pytest.fixture
def plan():
    """A plan of which January alone is open, due in five days."""
    made = make.plan(make.institution("SAT"))
    day = today()
    made.periods.update(opens_on=day + days(FAR), due_on=day + days(FAR), closes_on=day + days(FAR))
    made.periods.filter(month=1).update(opens_on=day, due_on=day + days(5), closes_on=day + days(9))
    return made


@pytest.fixture
def activity(plan):
    return make.activity(plan, code="A001")


def move(plan: Any, opens: int, due: int, closes: int, month: int = 1) -> None:
    """Set a month's dates, in days from today."""
    day = today()
    plan.periods.filter(month=month).update(
        opens_on=day + days(opens), due_on=day + days(due), closes_on=day + days(closes)
    )


def owed(caller: Any, **query: Any) -> list[tuple[str, int]]:
    return [(row["activity"]["code"], row["month"]) for row in results(caller, "/progress/due/", **query)]


def test_an_open_expected_month_that_nobody_reported_is_owed(plan, activity, reporter):
    day = today()
    (row,) = results(reporter, "/progress/due/")
    assert row == {
        "activity": {"id": activity.pk, "code": "A001", "name": activity.name},
        "unit": {"id": plan.institution.pk, "code": "SAT", "name": plan.institution.name},
        "institution": {"id": plan.institution.pk, "code": "SAT", "name": plan.institution.name},
        "year": 2022,
        "month": 1,
        "programmed": 2,
        "status": "unreported",
        "entry_version": 0,
        "due_on": (day + days(5)).isoformat(),
        "closes_on": (day + days(9)).isoformat(),
        "reopened_until": None,
        "days_left": 5,
        "late": False,
        "closed": False,
        "returned": None,
    }


@for_each(
    ("opens", "due", "closes", "shown"),
    [
        (1, 2, 3, None),
        (0, 0, 0, (0, False, False)),
        (-3, -1, 0, (-1, True, False)),
        (-9, -4, -1, (-4, True, True)),
    ],
)
def test_days_count_from_today_in_lima(plan, activity, reporter, opens, due, closes, shown):
    move(plan, opens, due, closes)
    found = [(row["days_left"], row["late"], row["closed"]) for row in results(reporter, "/progress/due/")]
    assert found == ([] if shown is None else [shown])


def test_a_reopened_month_says_until_when_it_is_received(plan, activity, reporter):
    move(plan, -9, -4, -1)
    make.reopening(plan, 1, plan.institution, until=today())
    (row,) = results(reporter, "/progress/due/")
    assert (row["closed"], row["reopened_until"]) == (False, today().isoformat())


def test_what_is_reported_is_owed_no_more(activity, reporter):
    put(reporter, activity, executed=0)
    assert owed(reporter) == []


def test_a_withdrawn_figure_is_owed_again(activity, reporter):
    put(reporter, activity, executed=2)
    put(reporter, activity, executed=None, reason="Error")
    assert owed(reporter) == [("A001", 1)]


def test_what_waits_for_its_review_is_not_owed(activity, reporter):
    make.entry(activity, needs_review=True)
    assert owed(reporter) == []


def test_what_was_returned_is_owed_with_the_reviewers_comment(activity, reporter):
    entry = make.entry(activity, needs_review=True)
    make.review(entry, Verdict.RETURN, "Falta el informe")
    make.settle()
    (row,) = results(reporter, "/progress/due/")
    assert (row["status"], row["entry_version"]) == ("returned", 1)
    assert row["returned"]["comment"] == "Falta el informe"
    assert set(row["returned"]) == {"comment", "by", "client", "at"}
    assert row["returned"]["client"] is None
    assert row["returned"]["at"]


def test_of_several_returns_the_latest_is_shown(activity, reporter):
    entry = make.entry(activity, needs_review=True)
    for comment in ("Falta el informe", "El informe no es de enero"):
        make.review(entry, Verdict.RETURN, comment)
    (row,) = results(reporter, "/progress/due/")
    assert row["returned"]["comment"] == "El informe no es de enero"


def test_a_returned_correction_is_owed_even_where_nothing_was_programmed(plan, reporter):
    activity = make.activity(plan, programmed=[0] * 12, code="A2")
    make.entry(activity, executed=1)
    make.review(make.entry(activity, executed=3, needs_review=True), Verdict.RETURN, "No")
    assert owed(reporter) == [("A2", 1)]


def test_after_the_correction_it_is_not(activity, reporter):
    make.review(make.entry(activity, needs_review=True), Verdict.RETURN, "No")
    make.entry(activity, executed=3, needs_review=True)
    assert owed(reporter) == []


def test_an_unprogrammed_month_is_not_owed(plan, reporter):
    make.activity(plan, programmed=[0] * 12)
    assert owed(reporter) == []


def test_the_programme_is_that_of_the_current_version(plan, activity, reporter):
    make.version(plan)
    make.target(activity, [Decimal("0.5")] * 12, version=2)
    assert results(reporter, "/progress/due/")[0]["programmed"] == 0.5
    make.version(plan)
    make.target(activity, [0] * 12, version=3, is_cancelled=True)
    assert owed(reporter) == []


@pytest.mark.parametrize("status", [PlanStatus.DRAFT, PlanStatus.CLOSED])
def test_only_approved_plans_are_owed_anything(plan, activity, reporter, status):
    plan.status = status
    plan.save()
    assert owed(reporter) == []


def test_what_is_due_first_comes_first(plan, reporter):
    make.activity(plan, code="B")
    make.activity(plan, code="A")
    move(plan, -1, 3, 5, month=2)
    assert owed(reporter) == [("A", 2), ("B", 2), ("A", 1), ("B", 1)]


def test_pages(plan, reporter):
    for n in range(5):
        make.activity(plan, code=f"A{n}")
    first = get(reporter, "/progress/due/", limit=2, offset=1).json()
    assert (first["count"], [row["activity"]["code"] for row in first["results"]]) == (5, ["A1", "A2"])
    assert first["next"]


def test_the_callers_units_alone(plan):
    unit = make.unit(plan.institution)
    make.activity(plan, unit, code="A1")
    make.activity(plan, code="A2")
    assert owed(make.client(Role.REPORTER, unit)) == [("A1", 1)]


def test_filters(plan, reporter):
    organ = make.organ(plan.institution, "ORG")
    make.activity(plan, organ, code="A1")
    make.activity(plan, make.unit(organ, "UO"), code="A2")
    make.activity(plan, code="A3")
    assert owed(reporter, unit="ORG") == [("A1", 1)]
    assert owed(reporter, within="ORG") == [("A1", 1), ("A2", 1)]
    assert (owed(reporter, year=2021), len(owed(reporter, year=2022))) == ([], 3)
    assert len(owed(reporter, institution="SAT")) == 3


@for_each("query", [{"unit": "NO"}, {"within": "NO"}, {"year": "x"}, {"due_on": 1}])
def test_an_unknown_question_is_refused_by_name(reporter, query):
    assert refused_fields(get(reporter, "/progress/due/", **query)) == list(query)


def test_as_many_queries_for_one_month_as_for_many(plan, activity, reporter):
    with CaptureQueriesContext(connection) as few:
        get(reporter, "/progress/due/")
    for _ in range(20):
        other = make.activity(plan, make.unit(plan.institution))
        make.review(make.entry(other, needs_review=True), Verdict.RETURN, "No")
    with CaptureQueriesContext(connection) as many:
        assert len(results(reporter, "/progress/due/")) == 21
    assert len(few) == len(many)


def test_its_etag_is_of_the_day(plan, activity, reporter, monkeypatch):
    make.settle()
    etag = get(reporter, "/progress/due/")["ETag"]
    assert get(reporter, "/progress/due/", {"If-None-Match": etag}).status_code == 304
    let_it_be(monkeypatch, today() + days(1))
    tomorrow = get(reporter, "/progress/due/", {"If-None-Match": etag})
    assert tomorrow.status_code == 200
    assert tomorrow.json()["results"][0]["days_left"] == 4
