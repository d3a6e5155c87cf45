"""Who may do what (domain.md, "Roles"): every role, at every place of the tree, with every verb of every address.

Of the callers whom an address answers alike a third ask it (`tests/searching.py`), others than ask the next one: each
status that it has to give is asked for.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests import factories as make
from tests.operations import ANYWHERE, OPERATIONS, Operation, endpoints, ids_of
from tests.searching import a_third
from units.choices import Role

pytestmark = pytest.mark.django_db
VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PLACES = sorted(ANYWHERE)
Name = tuple[str, str]
_CLIENT = Client()


@pytest.fixture
def world(everything: SimpleNamespace) -> SimpleNamespace:
    return everything


def stand(world: SimpleNamespace, place: str) -> Any:
    """Return the unit of a place; None is the installation."""
    at = {"installation": None, "other institution": world.elsewhere}
    return at[place] if place in at else getattr(world, place)


def asked_of(operations: Mapping[Name, Operation], role: Role, place: str) -> list[Name]:
    """Return which of these a caller with `role` at `place` is to ask."""
    return [name for turn, (name, each) in enumerate(operations.items()) if (place, role) in asking(each, turn)]


def asking(operation: Operation, turn: int) -> Iterator[tuple[str, Role]]:
    """Yield who asks an operation: of those who are answered alike a third, and one at least."""
    alike = defaultdict(list)
    for place, role in product(PLACES, Role):
        alike[operation.expected(role, place)].append((place, role))
    for callers in alike.values():
        yield from a_third(callers, turn % len(callers))


def ask(client: Client, world: SimpleNamespace, method: str, path: str, headers: dict[str, str]) -> int:
    """Return the status of an operation, whose effect is undone."""
    operation = OPERATIONS[method, path]
    content, kind = operation.content(world)
    with transaction.atomic():
        address = address_of(world, method, path)
        answer = client.generic(method, address, content, kind, headers=headers, query_params=operation.query)
        transaction.set_rollback(True)
    return answer.status_code


def address_of(world: SimpleNamespace, method: str, path: str) -> str:
    return "/api/v1" + path.format(**ids_of(world, OPERATIONS[method, path].names))


def test_every_verb_of_every_address_has_an_expectation():
    assert endpoints() == set(OPERATIONS)


@pytest.mark.parametrize(("role", "place"), list(product(Role, PLACES)))
def test_a_role_may_at_its_place_what_it_should_and_nothing_else(world, role, place):
    headers, asked = make.client(role, stand(world, place)).headers, asked_of(OPERATIONS, role, place)
    answers = {(method, path): ask(_CLIENT, world, method, path, headers) for method, path in asked}
    assert answers == {name: OPERATIONS[name].expected(role, place) for name in asked}


@pytest.mark.parametrize("place", PLACES)
def test_a_person_may_what_a_machine_client_with_the_same_role_may(world, place, client):
    client.force_login(make.person(Role.PLANNER, stand(world, place)))
    asked = a_third(list(OPERATIONS), PLACES.index(place))
    answers = {(method, path): ask(client, world, method, path, {}) for method, path in asked}
    assert answers == {name: OPERATIONS[name].expected(Role.PLANNER, place) for name in asked}


def test_without_a_key_everything_but_the_index_is_a_401(world):
    answers = {(method, path): ask(_CLIENT, world, method, path, {}) for method, path in OPERATIONS}
    assert answers == {name: 200 if operation.needs == "nothing" else 401 for name, operation in OPERATIONS.items()}


def test_without_a_role_no_object_is_there_and_no_list_is_open(world, client):
    client.force_login(world.newcomer)
    answers = {(method, path): ask(client, world, method, path, {}) for method, path in OPERATIONS}
    closed = {name: 404 if operation.names else 403 for name, operation in OPERATIONS.items()}
    assert answers == closed | {name: 200 for name, operation in OPERATIONS.items() if operation.needs != "role"}


def test_a_verb_that_an_address_does_not_have_is_a_405_even_for_who_may_everything(world):
    headers = make.client(Role.PLANNER).headers
    for path in {path for _, path in OPERATIONS}:
        there = [method for method in VERBS if (method, path) in OPERATIONS]
        address = address_of(world, there[0], path)
        for method in set(VERBS) - set(there):
            body = b"" if method == "GET" else b"{}"
            answer = _CLIENT.generic(method, address, body, content_type="application/json", headers=headers)
            assert answer.status_code == 405, (method, path)
