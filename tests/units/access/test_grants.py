"""What tells callers apart, and what makes them alike."""

import pytest
from django.contrib.auth.models import User

from units.access.grants import Access, Grant
from units.access.lookup import confirmed_person
from units.choices import Role


def test_a_client_and_a_person_of_one_number_are_two_callers():
    assert Access("client:x", (), client_id=7).pk != Access("user:x", (), user_id=7).pk


@pytest.mark.parametrize(
    "other",
    [
        (),
        (Grant(Role.REPORTER, 7),),
        (Grant(Role.READER, 8),),
        (Grant(Role.READER, None),),
        (Grant(Role.READER, 7), Grant(Role.READER, 8)),
    ],
)
def test_rights_are_named_by_all_that_one_may_do(other):
    assert Access("x", (Grant(Role.READER, 7),)).rights != Access("x", other).rights


def test_rights_are_the_same_for_all_who_may_do_the_same():
    one, other = Grant(Role.READER, 7), Grant(Role.PLANNER, 8)
    assert Access("x", (one, other)).rights == Access("y", (other, one, one), client_id=1).rights


@pytest.mark.django_db
def test_who_may_enter_the_administration_plans_nothing_by_that():
    person = User.objects.create_user("alguien", is_staff=True)
    assert confirmed_person(person).access.grants == ()
