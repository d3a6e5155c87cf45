"""A link for a password is void once its person gets a role that whoever made it could not give."""

import psycopg
import pytest

from tests import factories as make
from tests.committed import connection_parameters
from tests.threads import in_threads, until_blocked
from units.access.lookup import confirmed_person
from units.choices import Role
from units.history.change_sets import recorded_transaction
from units.services.merging import hand_over
from units.services.people import create_membership, invited_by, new_link, require_manages

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


@pytest.mark.parametrize(("of", "lasts"), [("what it leaves", False), ("itself", True), ("the institution", True)])
def test_a_link_for_who_goes_over_with_a_unit_lasts_where_its_maker_plans_there_too(of: str, lasts: bool) -> None:
    institution = make.institution()
    organ, into = make.organ(institution), make.organ(institution)
    unit = make.unit(organ)
    person = make.person(Role.REPORTER, unit)
    maker = make.person(Role.PLANNER, {"what it leaves": organ, "itself": unit, "the institution": institution}[of])
    with recorded_transaction(actor="x", user_id=maker.pk):
        secret = new_link(person)
    with recorded_transaction(actor="y"):
        hand_over(access=confirmed_person(make.person(Role.PLANNER)).access, unit=unit, into=into)
    assert (invited_by(secret) == person) is lasts


def test_a_link_that_is_being_made_while_a_role_is_given_is_void_too() -> None:
    institution = make.institution()
    unit = make.unit(institution)
    person, maker = make.person(Role.READER, unit), make.person(Role.PLANNER, unit)
    giver = confirmed_person(make.person(Role.PLANNER)).access

    def give() -> None:
        create_membership(user=person, role=Role.PLANNER, unit=institution, granted_by=giver)

    with psycopg.connect(**connection_parameters(), autocommit=True) as watch:
        with recorded_transaction(actor="x", user_id=maker.pk):
            require_manages(confirmed_person(maker).access, person)
            given = in_threads(give)
            until_blocked(watch, 1)
            secret = new_link(person)
        given()
    assert invited_by(secret) is None
