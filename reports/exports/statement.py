"""Exports in long format: one line per activity and month, made with memory that does not grow.

PostgreSQL sends one line per activity (COPY); it is spread over its twelve months here, which is several times
faster than having the database send twelve times the names.
"""

from collections.abc import Generator, Iterable
from contextlib import closing
from functools import partial

from poi_api.database.copying import copied
from poi_api.http.files import Parts
from poi_api.http.tables import BOM, csv_line
from reports.exports.columns import CLASSIFIED, COLUMNS, FIGURES, LABEL_COLUMNS
from reports.exports.lines import CSV, JSON, RAW_CSV, Lines
from reports.exports.query import MonthsQuestion
from reports.shared.activities import all_of
from reports.shared.columns import select
from reports.shared.selection import named_values, rule_of
from units.access.grants import Access

_LINE = f"SELECT {select(LABEL_COLUMNS)}, {CLASSIFIED}, {select(FIGURES)}"


def csv_months(question: MonthsQuestion, access: Access) -> Parts:
    """Yield the export as CSV (UTF-8 with BOM), with a header line that names COLUMNS."""
    with closing(_activities(question, access)) as activities:
        yield (BOM + csv_line(column.name for column in COLUMNS)).encode()
        yield from _lines(RAW_CSV if question.raw else CSV, activities, question)


def json_months(question: MonthsQuestion, access: Access) -> Parts:
    """Yield the export as JSON lines: one object with COLUMNS per line, `null` for what there is not."""
    with closing(_activities(question, access)) as activities:
        yield from _lines(JSON, activities, question)


def _lines(lines: Lines, activities: Iterable[list[bytes]], question: MonthsQuestion) -> Iterable[bytes]:
    """Return the lines of some activities at a time, of the months that are asked for, in their order."""
    if question.month is None:
        return map(lines, activities)
    return map(partial(lines.some, months=question.month), activities)


def _activities(question: MonthsQuestion, access: Access) -> Generator[list[bytes], None, None]:
    """Yield a line of COPY for each activity, some at a time."""
    selected = all_of(question, access, rule_of(question))
    return copied(f"COPY ({_LINE}{selected}) TO STDOUT", named_values(question, access))
