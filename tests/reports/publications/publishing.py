"""How tests publish, and read what was published."""

from typing import Any

from django.test import Client

from tests import factories as make
from tests.api import get, post

PATH = "/publications/"


def asking(report: str = "matrix", **parameters: Any) -> dict[str, Any]:
    return {"report": report, "parameters": {"institution": "SAT", "year": 2022, **parameters}}


def published(caller: make.Caller, report: str = "matrix", **parameters: Any) -> dict[str, Any]:
    answer = post(caller, PATH, asking(report, **parameters))
    assert answer.status_code == 201, answer.content.decode()
    made: dict[str, Any] = answer.json()
    return made


def alone(caller: make.Caller, body: dict[str, Any]) -> Any:
    """Post from a thread, with a client of its own."""
    return Client().post(f"/api/v1{PATH}", body, "application/json", headers=caller.headers)


def content(caller: make.Caller, publication: dict[str, Any], variant: str = "json") -> bytes:
    answer = get(caller, f"{PATH}{publication['id']}/content/", format=variant)
    assert answer.status_code == 200
    frozen: bytes = answer.content
    return frozen


def diff(caller: make.Caller, publication: dict[str, Any]) -> dict[str, Any]:
    answer = get(caller, f"{PATH}{publication['id']}/diff/")
    assert answer.status_code == 200, answer.content.decode()
    found: dict[str, Any] = answer.json()
    return found
