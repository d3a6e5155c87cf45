"""How tests ask the API."""

from typing import Any

from django.test import Client

from tests.factories import Caller

_CLIENT = Client()  # kept: a new one loads the middleware again, which looks for static files


def get(caller: Caller | None, path: str, headers: Any = None, **query: Any) -> Any:
    """Ask for `/api/v1<path>` as `caller`, or without a key."""
    sent = {**(caller.headers if caller else {}), **(headers or {})}
    return _CLIENT.get(f"/api/v1{path}", query, headers=sent)


def results(caller: Caller, path: str, **query: Any) -> Any:
    """Return a list's results, which must be answered with 200."""
    answer = get(caller, path, **query)
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()["results"]


def codes(caller: Caller, path: str, **query: Any) -> list[str]:
    """Return the codes of a list's results, in order."""
    return [row["code"] for row in results(caller, path, **query)]


def refused_fields(answer: Any, status: int = 400) -> list[str]:
    """Return the fields that a problem of that status names."""
    assert answer.status_code == status, answer.content.decode()
    assert answer["Content-Type"] == "application/problem+json"
    return [error["field"] for error in answer.json()["errors"]]
