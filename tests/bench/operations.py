"""What is measured: the operations of docs/performance.md, as the product, plain DRF and raw SQL do them."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, cycle

from tests.bench import raw
from tests.bench.client import request
from tests.bench.data import YEAR

MATRIX = f"/api/v1/reports/matrix/?year={YEAR}"
_PLAIN_MATRIX = f"/plain/matrix/?year={YEAR}"
# What is written differs from what is there: whole parts come again only after many others, and every run and
# operation has thousandths of its own
_VALUES = 9973
_THOUSANDTHS = int(time.time()) % 500 * 2


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a reader and of who reports."""

    reader: str
    reporter: str


@dataclass(frozen=True, slots=True)
class Operation:
    """Requests to the product, answered with `status`, and the same to the rivals, answered with 200.

    `goal` is how many times faster than plain DRF it is to be; `writes` is how many values each request
    changes. With `against_itself` the product answers what is in the place of plain DRF too.
    """

    name: str
    product: Iterator[bytes]
    plain: Iterator[bytes]
    sql: str
    goal: float | None = None
    status: int = 200
    writes: int = 0
    connections: int = 8
    against_itself: bool = False


def activity_path(number: int) -> str:
    return f"/api/v1/activities/{number}/progress/"


def small(keys: Keys, years: list[list[int]], etags: dict[str, str], past: str) -> list[Operation]:
    """Return the operations at size S; `years` are the activities of each, `etags` are by path, for the 304s.

    `past` is a moment 1,000 changes ago.
    """
    key, activities = keys.reader, years[-1]
    one = activity_path(activities[0])
    plain_one = [f"/plain/activities/{n}/progress/" for n in activities]
    return [
        Operation("R1", _gets(key, *map(activity_path, activities)), _gets(key, *plain_one), raw.R1, goal=7),
        Operation("R2", _gets(key, MATRIX), _gets(key, _PLAIN_MATRIX), raw.R2, goal=24),
        Operation("R3", _gets(key, _execution("unit")), _gets(key, _plain_execution("unit")), raw.R3, goal=7),
        Operation(
            "R3 as_of",
            _gets(key, f"{_execution('unit')}&as_of={past}"),
            _gets(key, _execution("unit")),
            raw.R3,
            goal=0.2,
            against_itself=True,
        ),
        Operation("R4", _gets(key, _EXPORT), _gets(key, _PLAIN_EXPORT), raw.R4, goal=40),
        Operation("304 of R1", _conditional(key, one, etags), _gets(key, *plain_one), raw.R1, status=304),
        Operation("304 of R2", _conditional(key, MATRIX, etags), _gets(key, _PLAIN_MATRIX), raw.R2, status=304),
        Operation(
            "W1",
            _puts(keys.reporter, "/api/v1/activities/{}/progress/{}/", activities),
            _puts(keys.reporter, "/plain/activities/{}/progress/{}/", activities),
            raw.W1,
            goal=5,
            writes=1,
        ),
        Operation(
            "W2",
            _batches(keys.reporter, "/api/v1/progress/batch/", b'{"items": [%b]}', years),
            _batches(keys.reporter, "/plain/progress/batch/", b"[%b]", years),
            raw.W2,
            goal=30,
            writes=raw.BATCH,
            connections=4,
        ),
    ]


def large(keys: Keys) -> list[Operation]:
    """Return the operations at a larger size. A download is measured alone: what counts is how long it takes."""
    key, whole = keys.reader, "&limit=1000"
    product, plain = _execution("institution") + whole, _plain_execution("institution")
    return [
        Operation("R3C", _gets(key, product), _gets(key, plain), raw.R3C, goal=40, connections=4),
        Operation("R4", _gets(key, _EXPORT), _gets(key, _PLAIN_EXPORT), raw.R4, goal=40, connections=1),
    ]


_EXPORT = f"/api/v1/exports/months/?year={YEAR}&format=csv"
_PLAIN_EXPORT = f"/plain/months/?year={YEAR}"


def _execution(group: str) -> str:
    return f"/api/v1/reports/execution/?year={YEAR}&group_by={group},quarter"


def _plain_execution(group: str) -> str:
    return f"/plain/execution/{group}/?year={YEAR}"


def _gets(key: str, *paths: str) -> Iterator[bytes]:
    return cycle([request("GET", path, key=key) for path in paths])


def _conditional(key: str, path: str, etags: dict[str, str]) -> Iterator[bytes]:
    return cycle([request("GET", path, key=key, headers={"If-None-Match": etags[path]})])


def _puts(key: str, path: str, activities: list[int]) -> Iterator[bytes]:
    """Yield single months, another value for each at every turn."""
    for turn in count():
        activity, month = activities[turn % len(activities)], 1 + turn // len(activities) % 12
        body = b'{"executed": %d.%03d}' % (100 + turn % _VALUES, _THOUSANDTHS)
        yield request("PUT", path.format(activity, month), key=key, body=body)


def _batches(key: str, path: str, body: bytes, years: list[list[int]]) -> Iterator[bytes]:
    """Yield lists of four months of 250 activities, year by year, other values at every turn."""
    first_year, a_year = YEAR - len(years) + 1, raw.BATCH // 4
    lists = [
        _items(first_year + place, ids[:a_year], range(start, start + 4))
        for start in (1, 5, 9)
        for place, ids in enumerate(years)
    ]
    for turn in count():
        items = lists[turn % len(lists)].replace(b"@", b"%d.%03d" % (100 + turn % _VALUES, _THOUSANDTHS + 1))
        yield request("POST", path, key=key, body=body % items)


def _items(year: int, activities: list[int], months: range) -> bytes:
    """Return the JSON of one item a month, with @ where its value goes."""
    item = b'{"activity": %d, "year": %d, "month": %d, "executed": @}'
    return b", ".join(item % (activity, year, month) for activity in activities for month in months)
