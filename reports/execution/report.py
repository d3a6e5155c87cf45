"""The execution: programmed against executed, added up by what is asked for."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

from reports.execution.explanation import INPUTS, explanation
from reports.execution.query import ExecutionQuery
from reports.execution.statement import dimensions, execution_page, execution_rows, table
from reports.shared.columns import MEASUREMENT_UNIT, names, taken, valued
from reports.shared.reading import Document, Row, page
from reports.shared.report import DocumentReport, register
from reports.shared.sums.kept import renew
from reports.shared.sums.measures import MEASURES, NOTHING, OF_ONE_UNIT
from reports.shared.sums.question import DIMENSIONS, SumsQuestion
from reports.shared.tables import Table, tables
from units.access.grants import Access

_MEASURES, _OF_ONE_UNIT, _INPUTS = names(MEASURES), names(OF_ONE_UNIT), names(INPUTS)


def _document(question: SumsQuestion, access: Access) -> Document:
    reading = execution_page(question, access)
    lines, *parts = reading.sets
    subtotals, about = _subtotals(question, parts), dimensions(question)
    total, rows = NOTHING | subtotals(()), []
    for key, cells in _keyed(question, lines):
        row, measures = taken(about, cells), valued(_MEASURES, cells) | subtotals(key)
        if question.explain:
            measures["explanation"] = explanation(measures, valued(_INPUTS, cells))
        if key[0]:
            total = measures
        else:
            rows.append(row | measures)
    asked = {
        "group_by": question.group_by,
        "depth": question.depth if "branch" in question.group_by else None,
        "through": question.through,
        "cumulative": question.cumulative,
        "total": total,
    }
    return reading.document(asked | page(reading.cells[0], rows, question))


def _subtotals(question: SumsQuestion, parts: list[list[Row]]) -> Callable[[Row], dict[str, Any]]:
    """Return what gives the member with the subtotals of a line, by its key; none where none are asked for."""
    found: dict[Row, list[dict[str, Any]]] = defaultdict(list)
    for key, cells in _keyed(question, chain.from_iterable(parts)):
        subtotal = {"measurement_unit": MEASUREMENT_UNIT.take(cells)} | valued(_OF_ONE_UNIT, cells)
        if question.explain:
            subtotal["explanation"] = explanation(subtotal, valued(_INPUTS, cells))
        found[key].append(subtotal)
    return lambda key: {"by_measurement_unit": found.get(key, [])} if question.subtotals else {}


def _keyed(question: SumsQuestion, rows: Iterable[Row]) -> Iterator[tuple[Row, Iterator[Any]]]:
    """Yield each row's key (whether it is of the total, period, ids) and its further cells."""
    width = 2 + len(question.keys)
    return ((row[:width], iter(row[width:])) for row in rows)


def _table(question: SumsQuestion, access: Access) -> Table:
    return [column.name for column in table(question)], execution_rows(question, access)


_TITLE = "Ejecución"
EXECUTION = register(
    DocumentReport(
        name="execution",
        title=_TITLE,
        query=ExecutionQuery,
        document=_document,
        files=tables(_TITLE, _table),
        prepare=renew,
        row_key=(*DIMENSIONS, "from_month", "to_month"),
        stem=lambda question: f"ejecucion-{question.from_year}-{question.to_year}",
    )
)
