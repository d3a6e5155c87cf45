"""The rivals answer as the product does: what they say is part of what it says."""

import csv
import io
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

from tests.bench.client import request
from tests.bench.data import Prepared
from tests.bench.operations import FASTAPI, OURS, TODAY, Operation, activity_path
from tests.bench.servers import Server

_OF_EACH = {"entry_version", "next", "previous"}  # each has versions and pages of its own


def compare(operation: Operation, servers: Mapping[str, Server], at: Prepared) -> None:
    """Ask the same of the product and of each rival, and of those that write read what they wrote.

    Rivals write to one table: each writes other values than the one before, so that none finds them there.
    Raises SystemExit for the first difference.
    """
    for rival in operation.asked:
        for _ in range(2 if operation.writes else 1):
            asked = {contender: next(requests) for contender, requests in operation.asked.items()}
            if rival in {OURS, TODAY}:
                continue
            theirs, ours = (_answer(servers[contender], asked[contender]) for contender in (rival, OURS))
            if isinstance(theirs, dict):  # a batch is answered item by item: what it did is read
                _require_same(f"{operation.name}, {rival}", theirs, ours)
            for activities in at.years if operation.writes else ():
                _require_same(f"after {operation.name}, {rival}", *_read(servers, at.reader, activities[0]))


def differences(theirs: Any, ours: Any, where: str = "") -> Iterator[str]:
    """Yield what a rival says and the product does not, or says otherwise."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for name in [name for name in theirs if name not in _OF_EACH]:
            yield from differences(theirs[name], ours.get(name), f"{where}/{name}")
    elif isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        for place, (their, our) in enumerate(zip(theirs, ours, strict=True)):
            yield from differences(their, our, f"{where}/{place}")
    elif _comparable(theirs) != _comparable(ours):
        yield f"{where}: {str(theirs)[:200]}, and ours {str(ours)[:200]}"


def _require_same(what: str, theirs: Any, ours: Any) -> None:
    for difference in differences(theirs, ours):
        raise SystemExit(f"{what}: {difference}")


def _read(servers: Mapping[str, Server], key: str, activity: int) -> tuple[Any, Any]:
    plain = request("GET", f"/plain/activities/{activity}/progress/", key=key)
    return _answer(servers[FASTAPI], plain), _answer(servers[OURS], request("GET", activity_path(activity), key=key))


def _answer(server: Server, asked: bytes) -> Any:
    """Return the content of an answer, months as lists of quantities. Raises SystemExit for any status but 200."""
    answer, body = server.ask(asked)
    if answer.status != 200:
        raise SystemExit(f"{asked[:200].decode()}: {answer.status} {body[:500].decode()}")
    if answer.headers.get_content_type() == "text/csv":
        return {"lines": list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))}
    return _listed(orjson.loads(body))


def _listed(content: Any) -> Any:
    if isinstance(content, list):
        return [_listed(each) for each in content]
    if not isinstance(content, dict):
        return content
    months = content.pop("months", [])
    lists = {name: [month[name] for month in months] for name in ("programmed", "executed")} if months else {}
    return {name: _listed(value) for name, value in content.items()} | lists


def _comparable(value: Any) -> Any:
    """Return a number, also one in a text, as a Decimal, and nothing else than it is."""
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return value
