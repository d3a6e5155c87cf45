"""Pages of activities are those of a plain list, however they are sorted."""

from collections.abc import Iterator
from itertools import product
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from activities.choices import PlanStatus
from activities.models import Activity
from tests import factories as make
from tests import many
from tests.api import get
from tests.factories import Caller
from tests.made_once import as_made
from tests.searching import a_third
from units.choices import Role
from units.models import Unit

pytestmark = pytest.mark.django_db
PATHS = ("/reports/matrix/", "/reports/ceplan/")
YEARS = {"from_year": 2021, "to_year": 2023}
ORDERS = ("", "-year,institution", "-institution,name", "measurement_unit,-activity")


@pytest.fixture(scope="module")
def made(module_transaction: None) -> dict[str, Unit]:
    """Three institutions, two of one name, with plans of three years; one is a draft, and some of it struck out."""
    units = {code: make.institution(code, name) for code, name in (("B", "Ñ"), ("A", "Ñ"), ("C", "Á"))}
    units["B1"], units["B2"] = make.organ(units["B"], "B1"), make.organ(units["B"], "B2")
    for number, code in enumerate(("A", "B", "C")):
        for year in (2021, 2022, 2023):
            plan = make.plan(
                units[code], year, PlanStatus.DRAFT if (code, year) == ("C", 2023) else PlanStatus.APPROVED
            )
            for place, unit in enumerate(units[name] for name in (code, f"{code}1", f"{code}2") if name in units):
                names = {
                    f"A{(7 * each) % 11}-{place}": f"N{(5 * each) % 11}-{place}"
                    for each in range(2 + number + year % 3)
                }
                many.activities(plan, names, unit)
    Activity.objects.filter(code__startswith="A7").update(is_struck_out=True)
    return units


@pytest.fixture
def world(made: dict[str, Unit]) -> dict[str, Unit]:
    return as_made(made)


def page(caller: Caller, path: str, **query: Any) -> dict[str, Any]:
    answer = get(caller, path, **query)
    assert answer.status_code == 200, answer.content.decode()
    found: dict[str, Any] = answer.json()
    return found


def walked(caller: Caller, path: str, link: str, start: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the pages from `start` on by their links of that name."""
    query: dict[str, Any] | None = start
    while query:
        found = page(caller, path, **query)
        yield found
        query = {name: value for name, [value] in parse_qs(urlsplit(found[link] or "").query).items()}


def ids(found: dict[str, Any]) -> list[int]:
    return [row["activity"]["id"] for row in found["results"]]


def standing(of: tuple[str, ...], *, drafts: bool = False) -> set[int]:
    """Return the ids of what is to be there: of these units, none struck out, and none of a draft unless asked for."""
    found = Activity.objects.filter(unit__code__in=of)
    return set((found if drafts else found.exclude(plan__status=PlanStatus.DRAFT)).values_list("pk", flat=True))


CALLERS = {None: ("A", "B", "C", "B1", "B2"), "B": ("B", "B1", "B2"), "B1": ("B1",)}


@pytest.mark.parametrize(("of", "order"), a_third(list(product(CALLERS, ORDERS))))
def test_pages_either_way_are_the_parts_of_one_list(world: dict[str, Unit], of: str | None, order: str) -> None:
    caller, [path, _] = make.client(unit=world[of] if of else None), PATHS
    query = YEARS | ({"ordering": order} if order else {})
    everything = page(caller, path, **query, limit=1000)
    expected = ids(everything)
    assert set(expected) == standing(CALLERS[of])
    assert len(expected) == everything["count"]
    for limit in (4, len(expected) - 1, len(expected)):
        forth = list(walked(caller, path, "next", query | {"limit": limit}))
        assert [each for found in forth for each in ids(found)] == expected
        back = list(walked(caller, path, "previous", query | {"limit": limit, "offset": len(expected)}))
        assert [each for found in reversed(back) for each in ids(found)] == expected
        assert {found["count"] for found in (*forth, *back)} == {len(expected)}


@pytest.mark.parametrize("path", PATHS)
def test_the_order_of_the_document(world: dict[str, Unit], path: str) -> None:
    caller = make.client()
    rows = [row for found in walked(caller, path, "next", {"year": 2022, "limit": 3}) for row in found["results"]]
    keys = [(row["institution"]["name"] == "Ñ", row["institution"]["code"], row["activity"]["code"]) for row in rows]
    assert keys == sorted(keys)
    assert len(keys) == len(set(keys)) == page(caller, path, year=2022, limit=1)["count"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("query", "of", "drafts"),
    [
        ({}, CALLERS[None], False),
        ({"institution": "B"}, ("B", "B1", "B2"), False),
        ({"institution": ["A", "C"]}, ("A", "C"), False),
        ({"within": "B1"}, ("B1",), False),
        ({"unit": "B"}, ("B",), False),
        ({"institution": "C", "draft": "true"}, ("C",), True),
    ],
)
def test_the_count_is_that_of_what_stands(
    world: dict[str, Unit], path: str, query: dict[str, Any], of: tuple[str, ...], drafts: bool
) -> None:
    caller = make.client(Role.PLANNER)
    for _ in range(2):
        assert page(caller, path, **YEARS, **query, limit=1)["count"] == len(standing(of, drafts=drafts))
        Activity.objects.filter(unit__code__in=("A", "B1", "C"), code__startswith="A0").update(is_struck_out=True)
