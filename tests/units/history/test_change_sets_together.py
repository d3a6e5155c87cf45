"""A transaction has one change set, or one for each of several requests of one client (docs/decisions/0059)."""

from itertools import pairwise
from typing import Any

import psycopg
import pytest

from tests import factories as make
from tests.committed import Connect
from tests.history import world
from units.models import ChangeSet, LastChange

BEGIN = """
INSERT INTO units_changeset (actor, client_id, user_id, request_id, cause, known_from, xid)
SELECT {actor}, {client}, {user}, 'r-' || n, {cause}, {known_from}, 0 FROM generate_series(1, 3) n RETURNING id
"""
VERSION = "INSERT INTO activities_planversion (plan_id, number, reason, change_set_id) VALUES (%s, %s, 'x', %s)"
UNIT = "UPDATE units_unit SET name = name || ' x' WHERE id = %s"
SAME = {"actor": "'client:a'", "client": "%(client)s", "user": "NULL", "cause": "''", "known_from": "NULL::timestamptz"}


class Working:
    """A transaction in which a client's requests have begun."""

    def __init__(self, connect: Connect) -> None:
        self.world, self.client = world(), make.client().client
        self.link = connect()
        self.link.execute("BEGIN")
        self.sets = [row[0] for row in self.begin()]

    def begin(self, **other: str) -> Any:
        return self.link.execute(BEGIN.format(**SAME | other), {"client": self.client.pk}).fetchall()

    def change(self, *sets: int) -> None:
        """Add a version of the plan by each."""
        for number, one in enumerate(sets):
            self.link.execute(VERSION, [self.world.plan.pk, 10 + number, one])


@pytest.fixture
def working(connect: Connect) -> Working:
    return Working(connect)


def refused(act: Any) -> str | None:
    with pytest.raises(psycopg.Error) as refusal:
        act()
    return refusal.value.diag.constraint_name


def test_each_takes_a_place_of_its_own_and_what_changed_nothing_none(working: Working) -> None:
    before = ChangeSet.objects.latest("position").position or 0
    first, idle, last = working.sets
    working.change(first, last)
    working.link.execute("COMMIT")
    made = list(ChangeSet.objects.filter(pk__in=working.sets).order_by("position"))
    assert not ChangeSet.objects.filter(pk=idle).exists()
    assert [(one.pk, one.position, one.request_id) for one in made] == [
        (first, before + 1, "r-1"),
        (last, before + 2, "r-3"),
    ]
    assert all(one.committed_at < other.committed_at for one, other in pairwise(made))  # type: ignore[operator]
    assert LastChange.objects.get(unit_id=working.world.institution.pk).position == before + 2


OTHERS = {
    "another client": {"client": "NULL"},
    "another name": {"actor": "'client:b'"},
    "another reason": {"cause": "'x'"},
    "a person": {"user": "(SELECT min(id) FROM auth_user)"},
    "known earlier": {"known_from": "now()"},
}


@pytest.mark.parametrize("other", OTHERS)
def test_nothing_else_acts_in_the_same_transaction(working: Working, other: str) -> None:
    make.person()
    assert refused(lambda: working.begin(**OTHERS[other])) == "one_change_set_per_transaction"


def test_nobody_without_a_client_has_several(connect: Connect) -> None:
    link = connect()
    link.execute("BEGIN")
    assert refused(lambda: link.execute(BEGIN.format(**SAME | {"client": "NULL"}))) == "one_change_set_per_transaction"


def test_none_begins_after_something_changed(working: Working) -> None:
    working.change(working.sets[0])
    assert refused(working.begin) == "one_change_set_per_transaction"


def test_none_begins_after_one_has_its_place(connect: Connect) -> None:
    link = connect()
    client = make.client().client
    link.execute("BEGIN")
    link.execute(
        "SELECT set_config('poi.client', %s::text, true), set_config('poi.actor', 'client:a', true)", [client.pk]
    )
    link.execute("SET CONSTRAINTS ALL IMMEDIATE")
    link.execute("SELECT open_change_set()")
    begin = BEGIN.format(**SAME)
    assert refused(lambda: link.execute(begin, {"client": client.pk})) == "one_change_set_per_transaction"


def test_a_change_that_does_not_say_whose_it_is_is_refused(working: Working) -> None:
    act = [working.world.institution.pk]
    assert refused(lambda: working.link.execute(UNIT, act)) == "one_change_set_per_transaction"
