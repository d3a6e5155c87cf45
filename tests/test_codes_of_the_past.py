"""A code asked of a list's past is what bore it then, else what bears it today (domain.md, rule 9)."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests import factories as make
from tests.api import get, patch, post, refused, results
from units.choices import Role

pytestmark = pytest.mark.usefixtures("committed")


def moment(caller: Any) -> Any:
    return get(caller, "/reports/matrix/", year=2022).json()["as_of"]


@pytest.fixture
def world() -> SimpleNamespace:
    """Make a unit that was called U1 when its activity was reported, and is U9 today; U2 was made later."""
    institution = make.institution("SAT")
    planner = make.client(Role.PLANNER)
    unit = make.unit(institution, "U1")
    activity = make.activity(make.plan(institution, 2022), unit, code="A1")
    make.entry(activity, executed=2)
    before = moment(planner)
    assert patch(planner, f"/units/{unit.pk}/", {"code": "U9"}).status_code == 200
    later = {"code": "U2", "name": "Otra", "kind": "organic_unit", "parent": "SAT"}
    assert post(planner, "/units/", later).status_code == 201
    return SimpleNamespace(planner=planner, unit=unit, activity=activity, before=before)


@pytest.mark.parametrize(
    ("path", "name"), [("/units/", "within"), ("/activities/", "unit"), ("/activities/", "within")]
)
def test_a_filter_takes_the_code_of_then_and_that_of_today(world: SimpleNamespace, path: str, name: str) -> None:
    then = results(world.planner, path, as_of=world.before, **{name: "U1"})
    assert len(then) == 1
    assert results(world.planner, path, as_of=world.before, **{name: "U9"}) == then
    assert results(world.planner, path, as_of=world.before, **{name: "U2"}) == []
    assert refused(get(world.planner, path, as_of=world.before, **{name: "U3"}), 400) == [("unknown_code", name)]


def test_rows_are_picked_by_the_code_of_then_and_that_of_today(world: SimpleNamespace) -> None:
    for code in ("U1", "U9", "U1,U9"):
        assert [row["code"] for row in results(world.planner, "/units/", as_of=world.before, code=code)] == ["U1"]
    assert results(world.planner, "/units/", as_of=world.before, code="U2") == []
    assert refused(get(world.planner, "/units/", code="U1"), 400) == [("unknown_code", "code")]


def test_what_bore_the_code_then_goes_before_what_bears_it_today(world: SimpleNamespace) -> None:
    [other] = [row for row in results(world.planner, "/units/") if row["code"] == "U2"]
    assert patch(world.planner, f"/units/{other['id']}/", {"code": "U1"}).status_code == 200
    assert [row["id"] for row in results(world.planner, "/units/", as_of=world.before, code="U1")] == [world.unit.pk]


def test_what_was_made_later_was_not_known(world: SimpleNamespace) -> None:
    [later] = [row["id"] for row in results(world.planner, "/units/") if row["code"] == "U2"]
    assert results(world.planner, "/units/", as_of=world.before, id=later) == []
    assert results(world.planner, "/activities/", as_of="2000-01-01", code="A1", unit="U9") == []


def test_the_etag_changes_when_a_code_comes_to_name_something_else(world: SimpleNamespace) -> None:
    asked = {"as_of": world.before, "unit": "U9"}
    answer = get(world.planner, "/activities/", **asked)
    assert answer.json()["count"] == 1
    patch(world.planner, f"/units/{world.unit.pk}/", {"code": "U8"})
    [other] = [row["id"] for row in results(world.planner, "/units/") if row["code"] == "U2"]
    patch(world.planner, f"/units/{other}/", {"code": "U9"})
    again = get(world.planner, "/activities/", {"If-None-Match": answer["ETag"]}, **asked)
    assert (again.status_code, again.json()["count"]) == (200, 0)


def test_what_is_out_of_sight_stays_unknown(world: SimpleNamespace) -> None:
    narrow = make.client(Role.READER, make.unit(make.institution("OTRA"), "X1"))
    for code in ("U1", "U9"):
        answer = get(narrow, "/activities/", as_of=world.before, unit=code)
        assert refused(answer, 400) == [("unknown_code", "unit")]
