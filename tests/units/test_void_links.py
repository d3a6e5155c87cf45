"""A link for a password is void once its person gets a role that whoever made it could not give."""

import pytest

from tests import factories as make
from units.access.lookup import confirmed_person
from units.choices import Role
from units.history.change_sets import recorded_transaction
from units.services.people import create_membership, invited_by, new_link

pytestmark = pytest.mark.usefixtures("committed")


@pytest.mark.parametrize(("maker_plans", "lasts"), [("the institution", False), ("all", True), ("nothing", True)])
def test_a_link_lasts_as_long_as_its_maker_could_make_it(maker_plans: str, lasts: bool) -> None:
    institution, another = make.institution(), make.institution()
    person, planner = make.person(Role.READER, institution), make.person(Role.PLANNER)
    makers = {"the institution": make.person(Role.PLANNER, institution).pk, "all": planner.pk, "nothing": None}
    with recorded_transaction(actor="x", user_id=makers[maker_plans]):
        secret = new_link(person)
    giver = confirmed_person(planner).access
    create_membership(user=person, role=Role.REPORTER, unit=make.unit(institution), granted_by=giver)
    assert invited_by(secret) == person
    create_membership(user=person, role=Role.READER, unit=another, granted_by=giver)
    assert (invited_by(secret) == person) is lasts
