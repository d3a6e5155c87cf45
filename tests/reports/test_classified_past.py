"""Reports by what activities were classified by at a moment, and who sees it (domain.md, rule 9)."""

from typing import Any

import pytest

from activities.models import Activity
from tests import factories as make
from tests.api import get, patch, refused
from units.choices import Role
from units.models import Unit

pytestmark = pytest.mark.usefixtures("committed")
PATH = "/reports/execution/"
FIRST, SECOND = ("OEI.01", "RECAUDAR"), ("OEI.02", "ATENDER")


def named(pair: tuple[str, str]) -> dict[str, str]:
    return dict(zip(("code", "name"), pair, strict=True))


@pytest.fixture
def planner() -> make.Caller:
    return make.client(Role.PLANNER)


@pytest.fixture
def activity() -> Activity:
    plan = make.plan(make.institution("I"))
    made = make.activity(plan, make.unit(plan.institution, "U1"), code="A1", classified={"oei": FIRST})
    make.entry(made, 1, 5)
    return made


@pytest.fixture
def moment(planner: make.Caller, activity: Activity) -> str:
    """The moment after which the activity is of another objective, and has done more."""
    known: str = get(planner, "/reports/matrix/", year=2022).json()["as_of"]
    patch(planner, f"/activities/{activity.pk}/", {"classification": {"oei": named(SECOND)}})
    make.entry(activity, 2, 3)
    return known


def groups(caller: make.Caller, **query: Any) -> list[tuple[Any, Any]]:
    answer = get(caller, PATH, year=2022, group_by="oei", **query)
    assert answer.status_code == 200, answer.content
    return [(row["oei"], row["executed"]) for row in answer.json()["results"]]


def test_groups_are_those_of_their_moment(planner: make.Caller, moment: str) -> None:
    assert groups(planner) == [(named(SECOND), 8)]
    assert groups(planner, as_of=moment) == [(named(FIRST), 5)]
    assert groups(planner, as_of=moment, labels="today") == [(named(SECOND), 5)]


def test_so_are_the_rows_of_the_matrix_and_of_ceplan(planner: make.Caller, moment: str) -> None:
    for asked, objective in (({}, SECOND), ({"as_of": moment}, FIRST), ({"as_of": moment, "labels": "today"}, SECOND)):
        [row] = get(planner, "/reports/matrix/", year=2022, **asked).json()["results"]
        assert row["classification"]["oei"] == named(objective)
        [row] = get(planner, "/reports/ceplan/", year=2022, **asked).json()["results"]
        assert row["columns"]["OEI"] == objective[0]


def test_a_code_is_looked_up_as_of_its_moment_and_else_as_of_today(planner: make.Caller, moment: str) -> None:
    assert groups(planner, as_of=moment, oei="OEI.01") == [(named(FIRST), 5)]
    assert groups(planner, as_of=moment, oei="OEI.02") == []
    assert groups(planner, as_of=moment, oei="OEI.02", labels="today") == [(named(SECOND), 5)]
    assert refused(get(planner, PATH, year=2022, oei="OEI.01"), 400) == [("unknown_code", "oei")]
    assert refused(get(planner, PATH, year=2022, oei="OEI.03", as_of=moment), 400) == [("unknown_code", "oei")]


def test_a_code_of_the_past_is_known_to_who_sees_the_activity(planner: make.Caller, moment: str) -> None:
    unit = Unit.objects.get(code="U1")
    sibling = make.unit(unit.parent, "U2")
    assert groups(make.client(Role.READER, unit), as_of=moment, oei="OEI.01") == [(named(FIRST), 5)]
    answer = get(make.client(Role.READER, sibling), PATH, year=2022, oei="OEI.01", as_of=moment)
    assert refused(answer, 400) == [("unknown_code", "oei")]
