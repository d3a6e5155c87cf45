"""Exports in long format: one line per activity and month, made with memory that does not grow.

PostgreSQL sends one line per activity (COPY); it is spread over its twelve months here, which is several times
faster than having the database send twelve times the names.
"""

from collections.abc import Generator
from contextlib import closing
from functools import partial
from itertools import chain, repeat
from typing import Any, NamedTuple

import orjson
from django.db import connection

from poi_api.http.files import Parts
from poi_api.http.tables import BOM, csv_line
from reports.exports.columns import COLUMNS, FIGURES, LABEL_COLUMNS
from reports.shared.columns import select
from reports.shared.question import Question
from reports.shared.selection import LABEL_JOINS, conditions, figures_of, named_values
from units.access.grants import Access

_MONTHS = [str(month).encode() for month in range(1, 13)]
_NONE: list[str | None] = [None] * 12
# All of an activity at once: a line's start and what follows its month, twelve times
_JSON_LINES = b"".join(
    b'%%b,"month":%b,"programmed":%%b,"executed":%%b,"pending":%%b,"status":"%%b","late":%%b,"entry_version":%%b,'
    b'"reason":%%b,"evidence_url":%%b}\n' % month
    for month in _MONTHS
)
_LINE = f"SELECT json_build_array({select(LABEL_COLUMNS)}), {select(FIGURES)}"
_ORDER = " ORDER BY p.year, i.name_key, i.code, a.code, a.id"
_NAMES = [column.name for column in LABEL_COLUMNS]


class _Activity(NamedTuple):
    """What all lines of an activity share, in the order of LABEL_COLUMNS, and columns of twelve cells each.

    `cells` are bytes, from `programmed` to `entry_version` of FIGURES; texts are str or None.
    """

    labels: list[Any]
    cells: list[list[bytes]]
    reasons: list[str | None]
    addresses: list[str | None]


def csv_months(question: Question, access: Access) -> Parts:
    """Yield the export as CSV (UTF-8 with BOM), with a header line that names COLUMNS."""
    with closing(_activities(question, access, nothing="")) as activities:
        yield (BOM + csv_line(column.name for column in COLUMNS)).encode()
        yield from map(partial(_csv_lines, raw=question.raw), activities)


def json_months(question: Question, access: Access) -> Parts:
    """Yield the export as JSON lines: one object with COLUMNS per line, `null` for what there is not."""
    with closing(_activities(question, access, nothing="null")) as activities:
        yield from map(_json_lines, activities)


def _activities(question: Question, access: Access, *, nothing: str) -> Generator[_Activity, None, None]:
    """Yield the activities, with `nothing` in the cells where there is nothing.

    Whoever stops early closes it, which ends the COPY: the connection is everybody's.
    """
    selected = f" {LABEL_JOINS} JOIN {figures_of(question)} f ON f.activity_id = a.id {conditions(question)}"
    named = named_values(question, access) | {"nothing": nothing}
    connection.ensure_connection()
    with (
        connection.wrap_database_errors,
        connection.connection.cursor() as cursor,
        cursor.copy(f"COPY ({_LINE}{selected}{_ORDER}) TO STDOUT", named) as copy,
    ):
        for line in copy:
            yield _read(bytes(line))


def _read(line: bytes) -> _Activity:
    # Of what COPY escapes, JSON text has the backslash alone
    if b"\\" in line:
        line = line.replace(b"\\\\", b"\\")
    labels, *cells, reasons, addresses = line[:-1].split(b"\t")
    return _Activity(
        orjson.loads(labels),
        [column.split(b",") for column in cells],
        orjson.loads(reasons) if reasons else _NONE,
        orjson.loads(addresses) if addresses else _NONE,
    )


def _csv_lines(activity: _Activity, *, raw: bool) -> bytes:
    start = csv_line(activity.labels, raw=raw).removesuffix("\r\n").encode() + b","
    months = map(b",".join, zip(_MONTHS, *activity.cells, strict=True))
    if activity.reasons is activity.addresses:  # no texts at all, as in nearly every activity
        return start + (b",,\r\n" + start).join(months) + b",,\r\n"
    text = partial(_csv_text, raw=raw)
    texts = zip(map(text, activity.reasons), map(text, activity.addresses), strict=True)
    return b"".join(
        b"%b%b,%b,%b\r\n" % (start, month, *of_month) for month, of_month in zip(months, texts, strict=True)
    )


def _csv_text(text: str | None, *, raw: bool) -> bytes:
    return csv_line([text], raw=raw).removesuffix("\r\n").encode() if text else b""


def _json_lines(activity: _Activity) -> bytes:
    start = orjson.dumps(dict(zip(_NAMES, activity.labels, strict=True)))[:-1]
    texts = map(_json_text, activity.reasons), map(_json_text, activity.addresses)
    return _JSON_LINES % tuple(chain.from_iterable(zip(repeat(start, 12), *activity.cells, *texts, strict=True)))


def _json_text(text: str | None) -> bytes:
    return orjson.dumps(text) if text else b"null"
