"""The execution: programmed against executed, added up by what is asked for."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

import orjson

from poi_api.http import exact_json
from poi_api.http.places import with_members
from reports.execution.explanation import INPUTS, explanation
from reports.execution.query import ExecutionQuery
from reports.execution.statement import execution_page, execution_rows, table
from reports.shared.columns import MEASUREMENT_UNIT, names, valued
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
    more, rows = _more(question, parts), []
    total = _object(exact_json.dumps(NOTHING)[1:-1].decode(), more((), iter(()), None))
    for key, cells in _keyed(question, lines):
        whole, members = key[0], next(cells)
        if whole:
            total = _object(members, more(key, cells, None))
        else:
            rows.append(_object(members, more(key, cells, question.fields)))
    asked = {
        "group_by": question.group_by,
        "depth": question.depth if "branch" in question.group_by else None,
        "through": question.through,
        "cumulative": question.cumulative,
        "total": orjson.Fragment(total),
    }
    return reading.document(asked | page(reading.cells[0], orjson.Fragment(f"[{','.join(rows)}]"), question))


def _object(members: str, more: dict[str, Any]) -> str:
    """Return a JSON object with `members`, as JSON already, and `more`."""
    return f"{{{','.join(filter(None, (members, exact_json.dumps(more)[1:-1].decode() if more else '')))}}}"


def _more(question: SumsQuestion, parts: list[list[Row]]) -> Callable[..., dict[str, Any]]:
    """Return what gives the members of a line that are asked for besides (`fields`; None: all): explanation, subtotals.

    It takes the line's key, and the cells that explain it.
    """
    if not (question.explain or question.subtotals):
        return lambda key, cells, fields: {}
    subtotals = _subtotals(question, parts)

    def more(key: Row, cells: Iterator[Any], fields: Sequence[str] | None) -> dict[str, Any]:
        told = subtotals(key)
        if question.explain and key:
            told["explanation"] = explanation(valued(_MEASURES, cells), valued(_INPUTS, cells))
        return with_members(told, fields)

    return more


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
