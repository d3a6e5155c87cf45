"""Pages go on after the last row: what stays is met once, whatever comes, goes or moves meanwhile (api.md, "Lists")."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import count, groupby
from operator import itemgetter
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.filters import ActivityQuery, CatalogueQuery, PeriodQuery, PlanQuery
from activities.models import Activity
from reports.execution.query import ExecutionQuery
from reports.matrix.query import MatrixQuery
from tests import factories as make
from tests.api import get, refused
from tests.days import let_it_be
from tests.made_once import as_made
from tests.searching import a_third
from units.choices import Role
from units.filters import ClientQuery, MembershipQuery, UnitQuery

pytestmark = pytest.mark.django_db


def orderings(query: Any) -> list[str]:
    field: Any = query.parameters()["ordering"]
    return ["", *field.child.choices]


GROUPS = "institution,unit,branch,mef_activity,measurement_unit,activity,oei,year,quarter"
_ASKED: list[tuple[str, dict[str, Any]]] = [
    *(("/units/", {"ordering": name}) for name in orderings(UnitQuery)),
    *(("/mef-activities/", {"ordering": name}) for name in orderings(CatalogueQuery)),
    *(("/plans/", {"ordering": name}) for name in orderings(PlanQuery)),
    *(("/periods/", {"ordering": name}) for name in orderings(PeriodQuery)),
    *(("/activities/", {"ordering": name}) for name in (*orderings(ActivityQuery), "-unit,name", "year,-code")),
    *(("/clients/", {"ordering": name}) for name in orderings(ClientQuery)),
    *(("/memberships/", {"ordering": name}) for name in orderings(MembershipQuery)),
    ("/progress/due/", {}),
    *(("/reports/matrix/", {"from_year": 2022, "to_year": 2023, "ordering": name}) for name in orderings(MatrixQuery)),
    *(
        ("/reports/execution/", {"from_year": 2022, "to_year": 2023, "group_by": GROUPS, "ordering": name})
        for name in orderings(ExecutionQuery)
        if name.removeprefix("-") in ("", *GROUPS.split(","), "progress", "band", "executed", "mixed_units")
    ),
    ("/reports/completeness/", {"from_year": 2022, "to_year": 2023}),
    ("/reports/alerts/", {"from_year": 2022, "to_year": 2023}),
    ("/reports/ceplan/", {"from_year": 2022, "to_year": 2023}),
]
QUESTIONS = [(path, {name: value for name, value in query.items() if value}) for path, query in _ASKED]
# Each address is asked, in a third of the orders of its rows
COSTS = [question for _, each in groupby(QUESTIONS, itemgetter(0)) for question in a_third(list(each))]


@pytest.fixture(scope="module")
def made(module_transaction: None) -> SimpleNamespace:
    """Two institutions with two years each, where many rows are alike in what they can be sorted by."""
    made: list[Activity] = []
    for number in range(2):
        institution = make.institution(f"I{number}", f"INSTITUCIÓN {1 - number}")
        units = [make.unit(institution, f"U{number}{place}", f"UNIDAD {place}") for place in range(2)]
        mef, measures = make.mef_activity(f"M{number}"), [make.measurement_unit(f"K{number}{n}") for n in range(2)]
        for year in (2022, 2023):
            plan = make.plan(institution, year)
            for place, unit in enumerate(units):
                for turn in range(2):
                    activity = make.activity(
                        plan,
                        unit,
                        code=f"A{turn}{place}",
                        name=f"ACCIÓN {turn}",
                        mef_activity=mef,
                        measurement_unit=measures[turn],
                        classified={"oei": (f"OEI.0{place}", f"NOMBRE {number}")} if turn else {},
                    )
                    make.entry(activity, month=1 + turn, executed=2 * turn)
                    made.append(activity)
        make.client(Role.READER, units[0])
        make.person(Role.READER, units[1])
        make.person(Role.READER, units[0])
    make.person(Role.PLANNER)
    make.mef_activity("M2")
    return SimpleNamespace(activities=made, caller=make.client(Role.PLANNER))


@pytest.fixture
def world(made: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    let_it_be(monkeypatch, date(2023, 12, 31))
    return as_made(made)


def told(row: dict[str, Any]) -> str:
    """Return which row it is, whatever its figures are."""
    if "rule" in row:
        row = {name: row[name] for name in ("rule", "year", "unit", "activity")}
    if "months" in row:
        row = {name: row[name] for name in ("year", "unit")}
    return repr({name: value for name, value in row.items() if name not in ("days_left", "last_used_at")})


def walked(
    caller: Any, path: str, query: dict[str, Any], way: str = "next", between: Callable[[int], None] = lambda page: None
) -> Iterator[str]:
    """Yield the rows of page after page, and let something happen in between."""
    page, number = get(caller, path, **query).json(), 0
    while True:
        rows = [told(row) for row in page["results"]]
        yield from rows if way == "next" else reversed(rows)
        if page[way] is None:
            return
        between(number := number + 1)
        page = get(caller, page[way].removeprefix("/api/v1")).json()


@pytest.mark.parametrize(("path", "query"), QUESTIONS, ids=str)
def test_page_after_page_has_all_rows_in_their_order_and_so_has_the_way_back(world, path, query):
    whole = [told(row) for row in get(world.caller, path, **query, limit=1000).json()["results"]]
    assert len(whole) > 2
    assert len(set(whole)) == len(whole)
    limit = max(3, len(whole) // 3)
    assert list(walked(world.caller, path, {**query, "limit": limit})) == whole
    last = {**query, "limit": limit, "offset": 2**31 - 1}
    assert list(walked(world.caller, path, last, "previous")) == whole[::-1]
    assert list(walked(world.caller, path, {**query, "limit": 2, "offset": 1}, "previous")) == whole[2::-1]
    assert get(world.caller, path, **query, limit=2, offset=1).json()["count"] == len(whole)


def test_what_stays_is_met_once_whatever_comes_and_goes(world):
    plan, unit = world.activities[0].plan, world.activities[0].unit
    staying = {activity.pk for activity in world.activities[4:]}
    goers, turns = iter(world.activities[:4]), count()

    def between(page: int) -> None:
        turn = next(turns)
        if goer := next(goers, None):
            Activity.objects.filter(pk=goer.pk).update(code=f"Z{turn}", name=f"ZZZ {turn}")
        if turn < 20:
            make.activity(plan, unit, code=f"0{turn}", name=f"0 {turn}")

    for path in ("/activities/", "/reports/matrix/"):
        for query in ({}, {"ordering": "name"}, {"ordering": "-name"}):
            asked = {**query, "limit": 2} | ({"from_year": 2022, "to_year": 2023} if "reports" in path else {})
            met = list(walked(world.caller, path, asked, between=between))
            for pk in staying:
                starts = f"{{'id': {pk},", f"{{'activity': {{'id': {pk},"
                assert sum(text.startswith(starts) for text in met) == 1, (path, query, pk)


def test_a_page_whose_last_row_went_goes_on_where_that_was(world):
    query = {"from_year": 2022, "to_year": 2023, "limit": 1}
    for path, name in (("/activities/", "limit"), ("/reports/matrix/", "")):
        asked = {"limit": 1} if name else query
        page = get(world.caller, path, **asked).json()
        activity = Activity.objects.order_by("plan_id", "code")[0]
        second = get(world.caller, page["next"].removeprefix("/api/v1")).json()["results"]
        Activity.objects.filter(pk=activity.pk).update(code="ZZ")
        assert get(world.caller, page["next"].removeprefix("/api/v1")).json()["results"] == second
        Activity.objects.filter(pk=activity.pk).update(code=activity.code)


def test_an_empty_page_leads_back_to_where_it_was_sought(world):
    path = "/mef-activities/"
    first = get(world.caller, path, limit=1).json()
    beyond = get(world.caller, f"{first['next'].removeprefix('/api/v1')}&search=M0").json()
    assert (beyond["count"], beyond["results"], beyond["next"]) == (1, [], None)
    back = get(world.caller, beyond["previous"].removeprefix("/api/v1")).json()
    assert back["results"] == first["results"]


@pytest.mark.parametrize(
    ("path", "query", "other"),
    [
        ("/units/", {}, {"ordering": "code"}),
        ("/activities/", {"ordering": "name"}, {"ordering": "-name"}),
        ("/reports/matrix/", {"from_year": 2022, "to_year": 2023}, {"ordering": "name"}),
        ("/reports/execution/", {"from_year": 2022, "to_year": 2023, "group_by": "unit"}, {"group_by": "activity"}),
        ("/reports/alerts/", {"from_year": 2022, "to_year": 2023}, {"rule": "over,identical"}),
    ],
)
def test_a_page_that_is_damaged_or_of_another_order_is_refused(world, path, query, other):
    page = get(world.caller, path, **query, limit=1).json()["next"]
    token = page.partition("page=")[2].partition("&")[0]
    assert token.replace("~", "").replace("-", "").replace("_", "").replace(".", "").isalnum()
    for wrong in ("x", token[:-1], token + "A", token.swapcase(), "~", "eyJ~x", "." + token):
        assert refused(get(world.caller, path, **query, page=wrong), 400) == [("invalid_page", "page")]
    assert refused(get(world.caller, path, **(query | other), page=token), 400) == [("invalid_page", "page")]
    assert refused(get(world.caller, path, **query, page=token, offset=0), 400) == [("invalid", "offset")]
    elsewhere = "/mef-activities/" if path == "/units/" else "/units/"
    assert refused(get(world.caller, elsewhere, page=token), 400) == [("invalid_page", "page")]


@pytest.mark.parametrize(("path", "query"), COSTS, ids=str)
def test_the_last_page_costs_as_many_statements_as_the_first(world, path, query):
    caller, last = world.caller, get(world.caller, path, **query, limit=1, offset=10**6).json()["previous"]
    costs = []
    for ask in (
        lambda: get(caller, path, **query, limit=1),
        lambda: get(caller, last.removeprefix("/api/v1")),
    ):
        ask()
        with CaptureQueriesContext(connection) as queries:
            assert ask().status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_an_index_leads_to_a_page_deep_inside(world):
    """The condition on the first key alone is one that an index on it can take."""
    page = get(world.caller, "/activities/", limit=9).json()["next"]
    with CaptureQueriesContext(connection) as queries:
        get(world.caller, page.removeprefix("/api/v1"))
    assert [query for query in queries if '"activities_activity"."plan_id" >= ' in query["sql"]]
