"""Exports in long format: one line per activity and month, streamed with memory that does not grow.

PostgreSQL sends one line per activity (COPY); it is spread over its twelve months here, which is several times
faster than having the database send twelve times the names.
"""

from collections.abc import Generator, Iterator
from contextlib import closing
from itertools import chain, repeat
from typing import Any, NamedTuple

import orjson
from django.db import connection

from poi_api.http.tables import BOM, csv_line
from reports.shared.question import Question
from reports.shared.selection import JOINS, conditions, values
from units.access.grants import Access

LABELS = {
    "institution_code": "Código de la institución.",
    "institution_name": "Nombre de la institución.",
    "year": "Año del plan.",
    "activity_id": "Identificador de la actividad, el mismo que en /changes/.",
    "activity_code": "Código de la actividad en su plan.",
    "activity_name": "Nombre de la actividad.",
    "unit_code": "Código de la unidad responsable.",
    "unit_name": "Nombre de la unidad responsable.",
    "mef_activity_code": "Código de la actividad MEF.",
    "mef_activity_name": "Nombre de la actividad MEF.",
    "measurement_unit_code": "Código de la unidad de medida.",
    "measurement_unit_name": "Nombre de la unidad de medida.",
    "accumulation": "Cómo se acumulan los meses: `sum`, `last` o `average`.",
}
FIGURES = {
    "month": "Mes, de 1 a 12.",
    "programmed": "Programado del mes en la versión pedida.",
    "executed": "Ejecutado oficial del mes; vacío si nadie lo reportó: no es un cero.",
    "pending": "Ejecutado que espera revisión; vacío si no hay.",
    "status": "Estado del registro más nuevo: `unreported`, `submitted`, `accepted` o `returned`.",
    "late": "Si el registro oficial llegó fuera de plazo; vacío si no hay.",
    "entry_version": "Número del registro más nuevo, 0 si no hay.",
    "reason": "Motivo del registro oficial; vacío si no hay.",
    "evidence_url": "Medio de verificación del registro oficial; vacío si no hay.",
}
COLUMNS = {**LABELS, **FIGURES}

_BLOCK = 64 * 1024  # bytes that are sent at once
_MONTHS = [str(month).encode() for month in range(1, 13)]
_NONE: list[str | None] = [None] * 12
# All of an activity at once: a line's start and what follows its month, twelve times
_JSON_LINES = b"".join(
    b'%%b,"month":%b,"programmed":%%b,"executed":%%b,"pending":%%b,"status":"%%b","late":%%b,"entry_version":%%b,'
    b'"reason":%%b,"evidence_url":%%b}\n' % month
    for month in _MONTHS
)
_TEXTS = "CASE WHEN array_to_string({column}, '') <> '' THEN array_to_json({column})::text ELSE '' END"
_LINE = f"""
SELECT json_build_array(i.code, i.name, p.year, a.id, a.code, a.name, u.code, u.name, m.code, m.name, k.code, k.name,
                        a.accumulation),
       array_to_string(f.programmed, ','), array_to_string(f.executed, ',', %(nothing)s),
       array_to_string(f.pending, ',', %(nothing)s), array_to_string(f.status, ','),
       array_to_string(f.late::text[], ',', %(nothing)s), array_to_string(f.entry_version, ','),
       {_TEXTS.format(column="f.reason")}, {_TEXTS.format(column="f.evidence_url")}"""
_JOINS = f"""{JOINS}
  JOIN units_unit i ON i.id = p.institution_id
  JOIN activities_mefactivity m ON m.id = a.mef_activity_id
  JOIN activities_measurementunit k ON k.id = a.measurement_unit_id"""
_ORDER = " ORDER BY p.year, i.name_key, i.code, a.code, a.id"


class _Activity(NamedTuple):
    """What all lines of an activity share, in the order of LABELS, and columns of twelve cells each.

    `cells` are bytes, from `programmed` to `entry_version` of FIGURES; texts are str or None.
    """

    labels: list[Any]
    cells: list[list[bytes]]
    reasons: list[str | None]
    addresses: list[str | None]


def csv_months(question: Question, access: Access) -> Iterator[bytes]:
    """Yield the export as CSV (UTF-8 with BOM) in blocks, with a header line that names COLUMNS."""
    with closing(_activities(question, access, nothing="")) as activities:
        header = (BOM + csv_line(COLUMNS)).encode()
        yield from _blocks(chain([header], map(_csv_lines, activities)))


def json_months(question: Question, access: Access) -> Iterator[bytes]:
    """Yield the export as JSON lines in blocks: one object with COLUMNS per line, `null` for what there is not."""
    with closing(_activities(question, access, nothing="null")) as activities:
        yield from _blocks(map(_json_lines, activities))


def _activities(question: Question, access: Access, *, nothing: str) -> Generator[_Activity, None, None]:
    """Yield the activities, with `nothing` in the cells where there is nothing.

    Whoever stops early closes it, which ends the COPY: the connection is everybody's.
    """
    ids = f"ARRAY(SELECT a.id {JOINS}{conditions(question)})"
    chosen = f"{_JOINS} JOIN {question.basis.source(ids)} f ON f.activity_id = a.id {conditions(question)}"
    named = values(question, access) | {"nothing": nothing}
    connection.ensure_connection()
    with (
        connection.connection.cursor() as cursor,
        cursor.copy(f"COPY ({_LINE}{chosen}{_ORDER}) TO STDOUT", named) as copy,
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


def _csv_lines(activity: _Activity) -> bytes:
    start = csv_line(activity.labels).removesuffix("\r\n").encode() + b","
    months = map(b",".join, zip(_MONTHS, *activity.cells, strict=True))
    if activity.reasons is activity.addresses:  # no texts at all, as in nearly every activity
        return start + (b",,\r\n" + start).join(months) + b",,\r\n"
    texts = zip(map(_csv_text, activity.reasons), map(_csv_text, activity.addresses), strict=True)
    return b"".join(
        b"%b%b,%b,%b\r\n" % (start, month, *of_month) for month, of_month in zip(months, texts, strict=True)
    )


def _csv_text(text: str | None) -> bytes:
    return csv_line([text]).removesuffix("\r\n").encode() if text else b""


def _json_lines(activity: _Activity) -> bytes:
    start = orjson.dumps(dict(zip(LABELS, activity.labels, strict=True)))[:-1]
    texts = map(_json_text, activity.reasons), map(_json_text, activity.addresses)
    return _JSON_LINES % tuple(chain.from_iterable(zip(repeat(start, 12), *activity.cells, *texts, strict=True)))


def _json_text(text: str | None) -> bytes:
    return orjson.dumps(text) if text else b"null"


def _blocks(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Gather small parts into blocks of about _BLOCK bytes."""
    gathered: list[bytes] = []
    size = 0
    for part in parts:
        gathered.append(part)
        size += len(part)
        if size >= _BLOCK:
            yield b"".join(gathered)
            gathered, size = [], 0
    if gathered:
        yield b"".join(gathered)
