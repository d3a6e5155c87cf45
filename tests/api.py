"""How tests ask the API."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from poi_api.http import exact_json
from tests.factories import Caller

_CLIENT = Client()  # kept: a new one loads the middleware again, which looks for static files


def get(caller: Any, path: str, headers: Any = None, **query: Any) -> Any:
    """Ask for `/api/v1<path>` as `caller`, whose `headers` say who it is, or as nobody."""
    sent = {**(caller.headers if caller else {}), **(headers or {})}
    return _CLIENT.get(f"/api/v1{path}", query, headers=sent)


def send(method: str, caller: Caller | None, path: str, body: Any = None, headers: Any = None, **query: Any) -> Any:
    """Send `body` as JSON (None: no body) with any method to `/api/v1<path>`."""
    content = b"" if body is None else exact_json.dumps(body)
    return send_content(method, caller, path, content, "application/json", headers, **query)


def send_content(
    method: str, caller: Any, path: str, content: bytes, kind: str, headers: Any = None, **query: Any
) -> Any:
    """Send a body of some media type."""
    sent = {**(caller.headers if caller else {}), **(headers or {})}
    return _CLIENT.generic(method, f"/api/v1{path}", content, kind, headers=sent, query_params=query)


def post(caller: Caller | None, path: str, body: Any = None, headers: Any = None) -> Any:
    return send("POST", caller, path, body, headers)


def upload(caller: Caller | None, content: bytes, name: str = "poi.tsv", headers: Any = None, **parts: Any) -> Any:
    """Send a document as a form to `/api/v1/imports/`."""
    form = {"file": SimpleUploadedFile(name, content), **parts}
    return _CLIENT.post("/api/v1/imports/", form, headers={**(caller.headers if caller else {}), **(headers or {})})


def patch(caller: Caller | None, path: str, body: Any = None, headers: Any = None) -> Any:
    return send("PATCH", caller, path, body, headers)


def delete(caller: Caller | None, path: str, body: Any = None, headers: Any = None) -> Any:
    return send("DELETE", caller, path, body, headers)


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


def refused(answer: Any, status: int) -> list[tuple[str, str | None]]:
    """Return the codes and fields that a problem of that status gives."""
    assert answer.status_code == status, answer.content.decode()
    assert answer["Content-Type"] == "application/problem+json"
    return [(error["code"], error["field"]) for error in answer.json()["errors"]]


def refusals(answer: Any, status: int) -> list[tuple[str, str | None, int | None]]:
    """Return code, field and index of each error of a problem of that status."""
    assert answer.status_code == status, answer.content.decode()
    assert answer["Content-Type"] == "application/problem+json"
    return [(error["code"], error["field"], error["index"]) for error in answer.json()["errors"]]
