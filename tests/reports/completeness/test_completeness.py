"""Who reported and when: expected, reported, on time, late, imported, missing and overdue, up the tree."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.choices import Origin, PlanStatus, Verdict
from activities.models import Plan, ReportingPeriod
from tests import factories as make
from tests.api import get, refused_fields
from tests.days import let_it_be
from units.models import Unit

pytestmark = pytest.mark.django_db
PATH = "/reports/completeness/"


@pytest.fixture
def tree() -> dict[str, Unit]:
    """SAT over U1 (over U11) and U2."""
    made = {"SAT": make.institution("SAT", "SAT LIMA")}
    for code, above in (("U1", "SAT"), ("U11", "U1"), ("U2", "SAT")):
        made[code] = make.unit(made[above], code, f"Unidad {code}")
    return made


@pytest.fixture
def plan(tree: dict[str, Unit]) -> Plan:
    return make.plan(tree["SAT"])


def ask(caller: make.Caller | None = None, **query: Any) -> dict[str, Any]:
    answer = get(caller or make.client(), PATH, **{"year": 2022, **query})
    assert answer.status_code == 200, answer.content.decode()
    found: dict[str, Any] = answer.json()
    return found


def tally(row: dict[str, Any]) -> tuple[Any, ...]:
    """Return expected, reported, on time, late, imported, missing."""
    return tuple(row[name] for name in ("expected", "reported", "on_time", "late", "imported", "missing"))


def by_unit(answer: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    return {row["unit"]["code"]: tally(row) for row in answer["results"]}


def test_a_month_is_expected_when_its_programme_is_above_zero(plan: Plan) -> None:
    activity = make.activity(plan, programmed=[1, 0, 2, *[0] * 9])
    make.entry(activity, 2, 5)  # reported, but nobody expected it
    [row] = ask()["results"]
    assert tally(row) == (2, 0, 0, 0, 0, 2)
    assert [month["month"] for month in row["months"]] == [1, 3]


def test_on_time_late_imported_and_missing_are_told_apart(plan: Plan) -> None:
    activity = make.activity(plan, programmed=[1] * 12)
    make.entry(activity, 1)
    make.entry(activity, 2, is_late=True)
    make.entry(activity, 3, origin=Origin.IMPORT)
    make.entry(activity, 4, 0)
    answer = ask()
    assert tally(answer["total"]) == (12, 4, 2, 1, 1, 8)
    [row] = answer["results"]
    assert [tally(month) for month in row["months"]][:5] == [
        (1, 1, 1, 0, 0, 0),
        (1, 1, 0, 1, 0, 0),
        (1, 1, 0, 0, 1, 0),
        (1, 1, 1, 0, 0, 0),
        (1, 0, 0, 0, 0, 1),
    ]


def test_the_counts_go_up_the_tree_and_the_total_counts_each_month_once(tree: dict[str, Unit], plan: Plan) -> None:
    for code in tree:
        make.entry(make.activity(plan, tree[code], [1] * 12), 1)
    answer = ask(through=1)
    assert by_unit(answer) == {
        "SAT": (4, 4, 4, 0, 0, 0),
        "U1": (2, 2, 2, 0, 0, 0),
        "U11": (1, 1, 1, 0, 0, 0),
        "U2": (1, 1, 1, 0, 0, 0),
    }
    assert [row["unit"]["code"] for row in answer["results"]] == ["SAT", "U1", "U11", "U2"]
    assert tally(answer["total"]) == (4, 4, 4, 0, 0, 0)
    assert [row["parent"] and row["parent"]["code"] for row in answer["results"]] == [None, "SAT", "U1", "SAT"]


def test_the_official_entry_decides(plan: Plan) -> None:
    """A correction that waits or was returned leaves the old one; a withdrawn figure is missing again."""
    plan.requires_review = True
    activity = make.activity(plan, programmed=[1, 1, 1, 1, *[0] * 8])
    make.entry(activity, 1)
    make.entry(activity, 1, 3, is_late=True, needs_review=True)
    make.review(make.entry(activity, 2, is_late=True, needs_review=True))
    make.review(make.entry(activity, 3, needs_review=True), Verdict.RETURN, "Falta sustento")
    make.entry(activity, 4)
    make.entry(activity, 4, None, reason="Se retira")
    assert tally(ask()["total"]) == (4, 2, 1, 1, 0, 2)
    # the pending correction of January is late
    assert tally(ask(include="submitted")["total"]) == (4, 2, 0, 2, 0, 2)


def test_what_was_imported_stays_so_until_a_later_entry_is_accepted(plan: Plan) -> None:
    activity = make.activity(plan, programmed=[1, *[0] * 11])
    make.entry(activity, origin=Origin.IMPORT)
    assert tally(ask()["total"]) == (1, 1, 0, 0, 1, 0)
    later = make.entry(activity, needs_review=True)
    assert tally(ask()["total"]) == (1, 1, 0, 0, 1, 0)
    make.review(later, Verdict.RETURN, "Falta el sustento")
    assert tally(ask()["total"]) == (1, 1, 0, 0, 1, 0)
    make.review(later)
    assert tally(ask()["total"]) == (1, 1, 1, 0, 0, 0)


def test_a_pending_entry_counts_only_when_asked_and_only_if_nothing_newer_was_returned(plan: Plan) -> None:
    activity = make.activity(plan, programmed=[1, 1, *[0] * 10])
    make.entry(activity, 1, needs_review=True)
    make.entry(activity, 2, needs_review=True)
    make.review(make.entry(activity, 2, 3, needs_review=True), Verdict.RETURN, "Falta sustento")
    assert tally(ask()["total"]) == (2, 0, 0, 0, 0, 2)
    assert tally(ask(include="submitted")["total"]) == (2, 1, 1, 0, 0, 1)


def test_punctuality_is_on_time_among_what_is_due(plan: Plan) -> None:
    activity = make.activity(plan, programmed=[1] * 12)
    make.entry(activity, 1)
    make.entry(activity, 2, is_late=True)
    make.entry(activity, 3, origin=Origin.IMPORT)
    ReportingPeriod.objects.filter(plan=plan, month__gte=5).update(due_on=date(2199, 1, 1), closes_on=date(2199, 2, 1))
    total = ask()["total"]
    assert (total["missing"], total["overdue"], total["punctuality"]) == (9, 1, 33.33)


def test_what_was_only_imported_has_no_punctuality(plan: Plan) -> None:
    make.entry(make.activity(plan, programmed=[1, *[0] * 11]), 1, origin=Origin.IMPORT)
    assert ask()["total"]["punctuality"] is None


@pytest.mark.parametrize(("day", "overdue"), [(date(2022, 2, 9), 0), (date(2022, 2, 10), 0), (date(2022, 2, 11), 1)])
def test_a_month_is_overdue_from_the_day_after_it_was_due(
    plan: Plan, monkeypatch: pytest.MonkeyPatch, day: date, overdue: int
) -> None:
    make.activity(plan, programmed=[1, *[0] * 11])
    let_it_be(monkeypatch, day)
    answer = ask()
    assert (answer["due_by"], answer["total"]["overdue"]) == (day.isoformat(), overdue)


def test_a_new_day_is_a_new_answer(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    make.activity(plan)
    caller = make.client()
    first = get(caller, PATH, year=2022)
    again = {"If-None-Match": first["ETag"]}
    assert get(caller, PATH, again, year=2022).status_code == 304
    let_it_be(monkeypatch, date(2199, 1, 1))
    assert get(caller, PATH, again, year=2022).status_code == 200


def test_the_version_decides_what_is_expected(plan: Plan) -> None:
    activity = make.activity(plan, programmed=[1] * 12)
    make.version(plan)
    make.target(activity, [1, 1, *[0] * 10], version=2)
    assert ask()["total"]["expected"] == 2
    assert ask(version="initial")["total"]["expected"] == 12
    assert ask(through=1)["total"]["expected"] == 1


def test_everybody_sees_their_units_and_nothing_of_those_above(tree: dict[str, Unit], plan: Plan) -> None:
    for code in tree:
        make.activity(plan, tree[code], [1, *[0] * 11])
    answer = ask(make.client(unit=tree["U1"]))
    assert {code: counts[0] for code, counts in by_unit(answer).items()} == {"U1": 2, "U11": 1}
    assert answer["results"][0]["parent"] is None
    assert answer["total"]["expected"] == 2
    assert [unit["code"] for unit in answer["scope"]["units"]] == ["U1"]


def test_filters_narrow_what_is_counted_and_which_units_are_shown(tree: dict[str, Unit], plan: Plan) -> None:
    for code in tree:
        make.activity(plan, tree[code], [1, *[0] * 11])
    assert {code: counts[0] for code, counts in by_unit(ask(within="U1")).items()} == {"U1": 2, "U11": 1}
    assert {code: counts[0] for code, counts in by_unit(ask(unit="U1")).items()} == {"U1": 1}


def test_drafts_stay_out_and_years_are_apart(tree: dict[str, Unit], plan: Plan) -> None:
    make.activity(plan, programmed=[1, *[0] * 11])
    make.activity(make.plan(tree["SAT"], 2023), programmed=[1, 1, *[0] * 10])
    make.activity(make.plan(tree["SAT"], 2024, PlanStatus.DRAFT))
    answer = ask(year=[], from_year=2022, to_year=2024)
    assert [(row["year"], row["expected"]) for row in answer["results"]] == [(2022, 1), (2023, 2)]


def test_pages_and_the_empty_answer(tree: dict[str, Unit], plan: Plan) -> None:
    assert ask()["results"] == []
    assert tally(ask()["total"]) == (0, 0, 0, 0, 0, 0)
    for code in tree:
        make.activity(plan, tree[code])
    page = ask(limit=2, offset=1)
    assert (page["count"], [row["unit"]["code"] for row in page["results"]]) == (4, ["U1", "U11"])
    following = get(make.client(), page["next"].removeprefix("/api/v1")).json()
    assert (following["count"], [row["unit"]["code"] for row in following["results"]]) == (4, ["U2"])
    assert ask(offset=9)["count"] == 4


@pytest.mark.parametrize("count", [1, 30])
def test_it_costs_the_same_for_few_and_for_many(plan: Plan, tree: dict[str, Unit], count: int) -> None:
    for _ in range(count):
        make.activity(plan, make.unit(tree["U1"]))
    caller = make.client()
    ask(caller)
    with CaptureQueriesContext(connection) as queries:
        ask(caller)
    assert len(queries) == 2


@pytest.mark.parametrize(
    ("query", "field"),
    [({"through": 0}, "through"), ({"through": 13}, "through"), ({"format": "pdf"}, "format"), ({"x": 1}, "x")],
)
def test_a_wrong_question_is_refused_by_name(query: dict[str, Any], field: str) -> None:
    assert refused_fields(get(make.client(), PATH, **{"year": 2022, **query})) == [field]


def test_a_table_has_a_line_for_each_unit_and_month(plan: Plan, tree: dict[str, Unit], monkeypatch: Any) -> None:
    monkeypatch.setattr("reports.shared.tables.LARGEST_PAGE", 1)  # several pages make one table
    make.entry(make.activity(plan, tree["U11"], programmed=[1, 0, 2, *[0] * 9]), 1)
    make.activity(plan, tree["U2"], programmed=[0] * 11 + [4])
    answer = get(make.client(), PATH, year=2022, format="csv")
    found = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    told = [(line["unit_code"], line["month"], line["expected"], line["reported"], line["missing"]) for line in found]
    assert told == [
        *(("SAT", "1", "1", "1", "0"), ("SAT", "3", "1", "0", "1"), ("SAT", "12", "1", "0", "1")),
        *(("U1", "1", "1", "1", "0"), ("U1", "3", "1", "0", "1")),
        *(("U11", "1", "1", "1", "0"), ("U11", "3", "1", "0", "1")),
        ("U2", "12", "1", "0", "1"),
    ]
    assert (found[3]["parent_code"], found[3]["kind"]) == ("SAT", tree["U1"].kind)
    assert get(make.client(), PATH, year=2022, format="xlsx").content[:2] == b"PK"
