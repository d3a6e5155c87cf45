"""Who saw a thing of a unit is told that it was deleted, and nobody else."""

import pytest

from activities.choices import PlanStatus
from tests import factories as make
from tests.units.history.feed import feed, named
from units.choices import Role

pytestmark = pytest.mark.usefixtures("committed")


def draft_activity(unit):
    plan = make.plan(unit.institution, status=PlanStatus.DRAFT)
    return make.activity(plan, unit, programmed=None)


THINGS = {
    "activity": (draft_activity, Role.READER),
    "unit_alias": (lambda unit: make.alias(unit, "Otro nombre"), Role.READER),
    "membership": (lambda unit: make.person(Role.READER, unit).memberships.get(), Role.PLANNER),
}


@pytest.mark.parametrize("entity", THINGS)
def test_who_saw_it_is_told_that_it_was_deleted_and_who_did_not_is_not(entity):
    thing, role = THINGS[entity]
    institution = make.institution()
    unit, sibling = make.unit(institution), make.unit(institution)
    gone = thing(unit)
    callers = [make.client(role, place) for place in (unit, institution, None, sibling)]
    starts = [feed(caller)["next"] for caller in callers]
    deleted = (entity, gone.pk, "deleted")
    gone.delete()
    told = [
        deleted in named(feed(caller, after=start)["results"]) for caller, start in zip(callers, starts, strict=True)
    ]
    assert told == [True, True, True, False]
    assert [deleted in named(feed(caller, limit=1000)["results"]) for caller in callers] == told
