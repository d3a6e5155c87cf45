"""OPTIONS says which methods an address has, and nothing of what is there (RFC 9110, section 9.3.7)."""

import json

import pytest
from django.test import Client

from tests import factories as make
from tests.operations import OPERATIONS, ids_of
from units.choices import Role

pytestmark = pytest.mark.django_db

_CLIENT = Client()
OPEN = {path for (_, path), operation in OPERATIONS.items() if operation.needs == "nothing"}
BY_PATH = {path: {method for method, other in OPERATIONS if other == path} for _, path in OPERATIONS}


@pytest.fixture
def world(everything):
    return everything


def asked(caller, path):
    answer = _CLIENT.options(path, headers=caller.headers if caller else {})
    return answer.status_code, answer.content, set(answer.get("Allow", "").split(", "))


def names(path):
    return next(operation.names for (_, other), operation in OPERATIONS.items() if other == path)


def offered(methods):
    return methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())


def test_every_address_answers_with_its_methods_and_without_a_body(world):
    caller = make.client(Role.PLANNER)
    answers = {path: asked(caller, "/api/v1" + path.format(**ids_of(world, names(path)))) for path in BY_PATH}
    assert answers == {path: (204, b"", offered(methods)) for path, methods in BY_PATH.items()}


def test_what_is_out_of_sight_and_what_is_not_there_are_answered_alike(world):
    caller = make.client(Role.READER, world.elsewhere)
    for path in (path for path in BY_PATH if "{pk}" in path):
        there = "/api/v1" + path.format(**ids_of(world, names(path)))
        nowhere = "/api/v1" + path.format(**{**ids_of(world, names(path)), "pk": 10**17})
        assert asked(caller, there) == asked(caller, nowhere) == (204, b"", offered(BY_PATH[path]))


def test_without_a_key_it_is_a_401_as_every_other_method(world):
    for path in BY_PATH.keys() - OPEN:
        assert asked(None, "/api/v1" + path.format(**ids_of(world, names(path))))[0] == 401


@pytest.mark.parametrize("path", ["/api/v1/", "/api/schema/", "/api/docs/"])
def test_the_documentation_answers_alike_and_without_a_key(path):
    assert asked(None, path) == (204, b"", {"GET", "HEAD", "OPTIONS"})


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_what_has_no_options_does_not_offer_it(path):
    status, body, methods = asked(None, path)
    assert (status, methods) == (405, {"GET", "HEAD"})
    assert json.loads(body)["errors"][0]["code"] == "method_not_allowed"


def test_what_a_405_allows_is_what_there_is(world):
    caller = make.client(Role.PLANNER)
    for path, methods in BY_PATH.items():
        answer = _CLIENT.generic("TRACE", "/api/v1" + path.format(**ids_of(world, names(path))), headers=caller.headers)
        assert (answer.status_code, set(answer["Allow"].split(", "))) == (405, offered(methods)), path
