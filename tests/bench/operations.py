"""What is measured: the operations of docs/performance.md with their goals, as the product and its rivals are asked."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, count, cycle

from tests.bench.client import request
from tests.bench.data import YEAR, Prepared

BATCH = 1000
_MONTHS_AT_ONCE = 4
# What is written differs from what is there: whole parts come again only after many others, and every run and
# operation has thousandths of its own
_VALUES = 9973
_THOUSANDTHS = int(time.time()) % 250 * 4
OURS, FASTAPI, PROMISES, DRF, TODAY = "ours", "FastAPI", "promises", "DRF", "today"
Asked = Mapping[str, Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Operation:
    """What each contender is asked, and how many times as many answers as each rival the product is to give (goals).

    The product answers with `status`, the rivals with 200. `writes` is how many values a request changes on average.
    Answers that are `compared` are held to be the same as the rivals' before anything is measured.
    """

    name: str
    what: str
    asked: Asked
    goals: Mapping[str, float] = field(default_factory=dict)
    status: int = 200
    writes: float = 0
    connections: int = 8
    compared: bool = True


def small(at: Prepared, etags: Mapping[str, str]) -> list[Operation]:
    """Return the operations at size S; `etags` are by path, for the 304s."""
    key, activities = at.reader, at.years[-1]
    r1, plain_r1 = [activity_path(number) for number in activities], [_PLAIN_R1.format(number) for number in activities]
    r3, plain_r3 = _EXECUTION.format("unit"), _PLAIN_R3.format("unit")
    past = {OURS: _gets(key, f"{r3}&as_of={at.past}"), TODAY: _gets(key, r3)}
    return [
        Operation("R1", "an activity with its months", _reads(key, r1, plain_r1), {FASTAPI: 1, DRF: 6}),
        Operation("R2", "a page of 100 activities", _reads(key, [MATRIX], [_PLAIN_R2]), {FASTAPI: 2.4, DRF: 16}),
        Operation("R3", "sums by unit and quarter", _reads(key, [r3], [plain_r3]), {FASTAPI: 4, DRF: 8}),
        Operation("R3 as_of", "the same 1,000 changes ago", past, {TODAY: 0.2}),
        Operation("R4", _R4, _reads(key, [_EXPORT], [_PLAIN_R4]), {FASTAPI: 1, DRF: 8}),
        _not_modified("304 of R1", r1[0], key, etags, plain_r1, {FASTAPI: 1.3}),
        _not_modified("304 of R2", MATRIX, key, etags, [_PLAIN_R2], {FASTAPI: 12}),
        _written("R3W", "in turn: W1, R3", at, r3, plain_r3, {FASTAPI: 0.9, DRF: 2}),
        Operation("W1", "one month's value", months(at, 1), {PROMISES: 1, DRF: 2}, writes=1),
        _batch(at),
    ]


def large(at: Prepared) -> list[Operation]:
    """Return the operations at size L. A download is measured alone: what counts is how long it takes. DRF is not
    asked for that one, which takes it a minute."""
    ours, plain = _EXECUTION.format("institution"), _PLAIN_R3.format("institution")
    r3c = _reads(at.reader, [ours], [plain])
    lines = {OURS: _gets(at.reader, _EXPORT), FASTAPI: _gets(at.reader, _PLAIN_R4)}  # four million
    return [
        Operation("R3C", "sums by institution and quarter", r3c, {FASTAPI: 20, DRF: 20}, connections=4),
        Operation("R4", _R4, lines, {FASTAPI: 1}, connections=1, compared=False),
        _written("R3CW", "in turn: W1, R3C", at, ours, plain, {FASTAPI: 2, DRF: 2}, connections=2),
        _batch(at),
    ]


MATRIX = f"/api/v1/reports/matrix/?year={YEAR}"
_EXECUTION = f"/api/v1/reports/execution/?year={YEAR}&group_by={{}},quarter&limit=1000"
_EXPORT = f"/api/v1/exports/months/?year={YEAR}&format=csv"
_R4 = "a year's months as CSV"
_PLAIN_R1 = "/plain/activities/{}/progress/"
_PLAIN_R2 = f"/plain/matrix/?year={YEAR}"
_PLAIN_R3 = f"/plain/execution/{{}}/?year={YEAR}"
_PLAIN_R4 = f"/plain/months/?year={YEAR}"
_WRITERS = {OURS: "/api/v1", FASTAPI: "/plain", PROMISES: "/promises", DRF: "/plain"}


def activity_path(number: int) -> str:
    return f"/api/v1/activities/{number}/progress/"


def _reads(key: str, ours: list[str], plain: list[str]) -> Asked:
    return {OURS: _gets(key, *ours), FASTAPI: _gets(key, *plain), DRF: _gets(key, *plain)}


def _not_modified(
    name: str, path: str, key: str, etags: Mapping[str, str], plain: list[str], goals: Mapping[str, float]
) -> Operation:
    ours = cycle([request("GET", path, key=key, headers={"If-None-Match": etags[path]})])
    asked = {**_reads(key, [], plain), OURS: ours}
    return Operation(name, "the others answer in full", asked, goals, status=304, compared=False)


def _written(
    name: str, what: str, at: Prepared, ours: str, plain: str, goals: Mapping[str, float], connections: int = 8
) -> Operation:
    """Return an operation that writes a month and reads a sum, in turn."""
    writing = months(at, 2)
    asked = {
        contender: _in_turn(writing[contender], _gets(at.reader, path))
        for contender, path in ((OURS, ours), (FASTAPI, plain), (DRF, plain))
    }
    return Operation(name, what, asked, goals, writes=0.5, connections=connections)


def _batch(at: Prepared) -> Operation:
    asked = {
        contender: _batches(at, f"{root}/progress/batch/", b'{"items": [%b]}' if contender == OURS else b"[%b]")
        for contender, root in _WRITERS.items()
    }
    goals = {PROMISES: 1.0, DRF: 6.0}
    return Operation("W2", "1,000 values in one request", asked, goals, writes=BATCH, connections=4)


def _gets(key: str, *paths: str) -> Iterator[bytes]:
    return cycle([request("GET", path, key=key) for path in paths])


def _in_turn(*series: Iterator[bytes]) -> Iterator[bytes]:
    return chain.from_iterable(zip(*series, strict=True))


def months(at: Prepared, more: int) -> Asked:
    """Return what writes a month at each contender; values have so many thousandths `more`."""
    paths = {contender: f"{root}/activities/{{}}/progress/{{}}/" for contender, root in _WRITERS.items()}
    return {contender: _puts(at.reporter, path, at.years[-1], more) for contender, path in paths.items()}


def _puts(key: str, path: str, activities: list[int], more: int) -> Iterator[bytes]:
    """Yield single months, another value for each at every turn."""
    for turn in count():
        activity, month = activities[turn % len(activities)], 1 + turn // len(activities) % 12
        body = b'{"executed": %d.%03d}' % (100 + turn % _VALUES, _THOUSANDTHS + more)
        yield request("PUT", path.format(activity, month), key=key, body=body)


def _batches(at: Prepared, path: str, body: bytes) -> Iterator[bytes]:
    """Yield lists of four months of 250 activities, year by year, other values at every turn."""
    first_year, a_year = YEAR - len(at.years) + 1, BATCH // _MONTHS_AT_ONCE
    lists = [
        _items(first_year + place, ids[:a_year], range(start, start + _MONTHS_AT_ONCE))
        for start in range(1, 12, _MONTHS_AT_ONCE)
        for place, ids in enumerate(at.years)
    ]
    for turn in count():
        items = lists[turn % len(lists)].replace(b"@", b"%d.%03d" % (100 + turn % _VALUES, _THOUSANDTHS + 3))
        yield request("POST", path, key=at.reporter, body=body % items)


def _items(year: int, activities: list[int], months: range) -> bytes:
    """Return the JSON of one item a month, with @ where its value goes."""
    item = b'{"activity": %d, "year": %d, "month": %d, "executed": @}'
    return b", ".join(item % (activity, year, month) for activity in activities for month in months)
