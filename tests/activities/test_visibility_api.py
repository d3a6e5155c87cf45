"""What lists hold for whom (domain.md, "Roles"): every role, at every place; test_role_matrix asks for objects."""

import re

import pytest

from tests import factories as make
from tests.api import get
from tests.in_one_state import for_each
from tests.made_once import as_made
from tests.searching import a_third
from units.choices import Role

pytestmark = pytest.mark.django_db

# From where the caller stands: is the unit U1 in its sight, and is it a member of U1's institution?
PLACES = {
    "installation": (True, True),
    "institution": (True, True),
    "organ": (True, True),
    "unit": (True, True),
    "sibling": (False, True),
    "other institution": (False, False),
}


@pytest.fixture(scope="module")
def made(module_transaction):
    """A tree with an activity of the unit U1, and the addresses of all that hangs from them."""
    sat = make.institution("SAT")
    organ = make.organ(sat, "O1")
    unit = make.unit(organ, "U1")
    units = {
        "installation": None,
        "institution": sat,
        "organ": organ,
        "unit": unit,
        "sibling": make.unit(organ),
        "other institution": make.institution(),
    }
    plan = make.plan(sat)
    activity = make.activity(plan, unit)
    make.entry(activity)
    make.settle()
    contents = [
        f"/units/{unit.pk}/",
        f"/activities/{activity.pk}/",
        f"/activities/{activity.pk}/revisions/",
        f"/activities/{activity.pk}/progress/1/",
        f"/activities/{activity.pk}/progress/1/history/",
    ]
    headers = [
        f"/plans/{plan.pk}/",
        f"/plans/{plan.pk}/versions/",
        f"/plans/{plan.pk}/versions/{plan.versions.get().pk}/",
        f"/periods/{plan.periods.get(month=1).pk}/",
    ]
    return units, contents, headers


@pytest.fixture
def world(made):
    return as_made(made)


@for_each(
    ("role", "place"),
    [case for turn, role in enumerate(Role) for case in a_third([(role, place) for place in PLACES], turn)],
)
def test_a_list_holds_what_its_caller_may_see(world, role, place):
    units, *_ = world
    sees_unit, is_member = PLACES[place]
    caller = make.client(role, units[place])
    counts = {path: get(caller, path).json()["count"] for path in ("/activities/", "/plans/", "/periods/")}
    assert counts == {"/activities/": int(sees_unit), "/plans/": int(is_member), "/periods/": 12 * is_member}
    shown = {row["code"] for row in get(caller, "/units/").json()["results"]}
    assert ("U1" in shown) == sees_unit


def test_what_is_out_of_sight_and_what_does_not_exist_are_answered_alike(world):
    _, contents, headers = world
    caller = make.client(unit=make.unit())
    for path in contents + headers:
        missing = re.sub(r"\d+", "999999999", path, count=1)
        assert get(caller, path).content == get(caller, missing).content
