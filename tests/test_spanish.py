"""What is said about a body that is wrong is Spanish, at every address that takes one (api.md, "Errors")."""

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from poi_api.http import exact_json
from tests import factories as make
from tests.operations import OPERATIONS, ids_of
from tests.searching import a_third
from units.choices import Role

pytestmark = pytest.mark.django_db
NOT_SPANISH = re.compile(
    r"\b(the|this|that|is|not|may|must|be|of|with|data|expected|provided|invalid|ensure|field|value|item|items"
    r"|dict|list|str|int|bool|None|NoneType|Decimal)\b"
)
WRITES = [name for name, operation in OPERATIONS.items() if name[0] != "GET" and not operation.takes_files]
WRONG: tuple[Any, ...] = (None, [], [None], {}, "a", "", 7, -1, 1.5, True, "x" * 2000, "\0", {"a": 1}, [[]], [{}])


def wrong_bodies(good: dict[str, Any]) -> Iterator[Any]:
    """Yield what is no body, then good ones in which one member is something else; in lists, in their first item."""
    yield from a_third(WRONG, len(good))
    for turn, (name, value) in enumerate(good.items()):
        yield from ({**good, name: wrong} for wrong in a_third(WRONG, turn))
        if isinstance(value, list) and isinstance(value[0], dict):
            yield from ({**good, name: [item]} for item in wrong_bodies(value[0]))


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_no_error_of_a_body_is_in_another_language(everything: SimpleNamespace, method: str, path: str) -> None:
    world, caller, client = everything, make.client(Role.PLANNER), Client()
    operation = OPERATIONS[method, path]
    said: set[str] = set()
    for body in wrong_bodies(operation.body(world)):
        address = "/api/v1" + path.format(**ids_of(world, operation.names))
        said |= details(client, method, address, body, caller.headers)
    assert said
    assert {detail for detail in said if NOT_SPANISH.search(detail)} == set()


FORMS = [name for name, operation in OPERATIONS.items() if operation.form]
WRONG_TEXTS = ("", "-1", "[1]", "\0")
MEMBERS = ("file", "institution", "year", "sheet", "layout", "columns", "draft", "zzz")


@pytest.mark.parametrize(("method", "path"), FORMS)
def test_no_error_of_a_form_is_in_another_language(everything: SimpleNamespace, method: str, path: str) -> None:
    caller, client, form = make.client(Role.PLANNER), Client(), OPERATIONS[method, path].form
    assert form
    said: set[str] = set()
    for name in MEMBERS:
        for wrong in WRONG_TEXTS:
            answer = client.post(f"/api/v1{path}", {**form(everything), name: wrong}, headers=caller.headers)
            said |= {item["detail"] for item in answer.json().get("errors", ())}
    assert len(said) > 5
    assert {detail for detail in said if NOT_SPANISH.search(detail)} == set()


def details(client: Client, method: str, address: str, body: Any, headers: dict[str, str]) -> set[str]:
    """Return what was found wrong with a body; nothing where it was taken."""
    answer = client.generic(method, address, exact_json.dumps(body), "application/json", headers=headers)
    errors = answer.json()["errors"] if answer.status_code >= 400 else []
    return {item["detail"] for item in errors}


@pytest.mark.parametrize(("body", "code"), [("null", "null"), ("[]", "invalid"), ('"a"', "invalid"), ("7", "invalid")])
def test_what_is_no_object_is_told_so(body: str, code: str) -> None:
    caller = make.client(Role.PLANNER)
    answer = Client().post("/api/v1/clients/", body, "application/json", headers=caller.headers)
    item = {
        "code": code,
        "detail": "Se espera un objeto de JSON, con sus miembros entre llaves.",
        "field": None,
        "index": None,
    }
    assert (answer.status_code, answer.json()["errors"]) == (400, [item])
