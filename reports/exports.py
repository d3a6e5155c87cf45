"""Exports in long format: one line per activity and month, streamed with memory that does not grow.

PostgreSQL sends one line per activity (COPY); it is spread over its twelve months here, which is several times
faster than having the database send twelve times the names.
"""

from collections.abc import Generator, Iterator
from contextlib import closing
from typing import Any

import orjson
from django.db import connection

from reports.chosen import JOINS, conditions, values
from reports.filters import Question
from reports.tables import BOM, csv_line
from units.access import Access

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
_NONE = [None] * 12
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

Months = list[tuple[Any, ...]]


def csv_months(question: Question, access: Access) -> Iterator[bytes]:
    """Yield the export as CSV (UTF-8 with BOM) in blocks, with a header line that names COLUMNS."""
    with closing(_activities(question, access, nothing="")) as activities:
        yield from _blocks(_csv_lines(*activity) for activity in _after_header(activities))


def json_months(question: Question, access: Access) -> Iterator[bytes]:
    """Yield the export as JSON lines in blocks: one object with COLUMNS per line, `null` for what there is not."""
    with closing(_activities(question, access, nothing="null")) as activities:
        yield from _blocks(_json_lines(*activity) for activity in activities)


def _activities(question: Question, access: Access, *, nothing: str) -> Generator[tuple[list[Any], Months], None, None]:
    """Yield each activity's labels, in the order of LABELS, and its months, each in the order of FIGURES.

    Numbers and words are bytes, `nothing` for what there is not; texts are str, or None. Whoever stops early
    closes it, which ends the COPY: the connection is everybody's.
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


def _read(line: bytes) -> tuple[list[Any], Months]:
    # Of what COPY escapes, JSON text has the backslash alone
    if b"\\" in line:
        line = line.replace(b"\\\\", b"\\")
    labels, *numbers, reasons, addresses = line[:-1].split(b"\t")
    columns: list[Any] = [cells.split(b",") for cells in numbers]
    columns += [orjson.loads(texts) if texts else _NONE for texts in (reasons, addresses)]
    return orjson.loads(labels), list(zip(_MONTHS, *columns, strict=True))


def _after_header(activities: Iterator[Any]) -> Iterator[Any]:
    yield None, []
    yield from activities


def _csv_lines(labels: list[Any] | None, months: Months) -> bytes:
    if labels is None:
        return (BOM + csv_line(COLUMNS)).encode()
    start = csv_line(labels).removesuffix("\r\n").encode()
    return b"".join(
        b",".join((start, *numbers, _csv_text(reason), _csv_text(address))) + b"\r\n"
        for *numbers, reason, address in months
    )


def _csv_text(text: str | None) -> bytes:
    return csv_line([text]).removesuffix("\r\n").encode() if text else b""


def _json_lines(labels: list[Any], months: Months) -> bytes:
    start = orjson.dumps(dict(zip(LABELS, labels, strict=True)))[:-1]
    return b"".join(
        b'%b,"month":%b,"programmed":%b,"executed":%b,"pending":%b,"status":"%b","late":%b,"entry_version":%b,'
        b'"reason":%b,"evidence_url":%b}\n' % (start, *numbers, _json_text(reason), _json_text(address))
        for *numbers, reason, address in months
    )


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
