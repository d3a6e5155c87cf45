"""The execution: programmed against executed, added up by what is asked for."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import Any

import orjson

from poi_api.http import exact_json
from poi_api.http.places import with_members
from reports.execution.explanation import INPUTS, explanation
from reports.execution.query import ExecutionQuery
from reports.execution.standing import Told, read_lines
from reports.execution.statement import columns_of, execution_page, execution_rows
from reports.shared.columns import MEASUREMENT_UNIT, taken
from reports.shared.reading import Document, Row, page
from reports.shared.report import DocumentReport
from reports.shared.sums.kept import renew
from reports.shared.sums.measures import MEASURES, NOTHING, OF_ONE_UNIT
from reports.shared.sums.question import DIMENSIONS, SumsQuestion
from reports.shared.tables import tables
from units.access.grants import Access


def _document(question: SumsQuestion, access: Access) -> Document:
    return _told(question, read_lines(question, access, partial(execution_page, question, access)))


def _told(question: SumsQuestion, told: Told) -> Document:
    reading, kept = told.reading, told.lines
    lines, *parts = reading.sets
    members, more = _width(question), _more(question, parts)
    made = [f"{{{(line[members] + more(line)).lstrip(',')}}}" for line in lines]
    rows = kept.texts if kept else made[1:]
    nothing = NOTHING | ({"by_measurement_unit": []} if question.subtotals else {})
    asked = {
        "group_by": question.group_by,
        "depth": question.depth if "branch" in question.group_by else None,
        "through": question.through,
        "cumulative": question.cumulative,
        "total": orjson.Fragment(made[0]) if made else nothing,  # the total comes first, if there is an activity
    }
    count = len(rows) if kept else reading.cells[0]
    document = reading.document(asked | page(count, orjson.Fragment(f"[{','.join(rows)}]"), question))
    return replace(document, again=told.again.then(partial(_told, question))) if told.again else document


def _more(question: SumsQuestion, parts: list[list[Row]]) -> Callable[[Row], str]:
    """Return what gives the further members of a line as JSON, a comma before them: its explanation, its subtotals."""
    if not (question.explain or question.subtotals):
        return lambda line: ""
    width, subtotals = _width(question), _subtotals(question, parts)

    def more(line: Row) -> str:
        members, cells = subtotals(line[:width]), iter(line[width + 1 :])
        if question.explain:
            members["explanation"] = explanation(taken(MEASURES, cells), taken(INPUTS, cells))
        asked = with_members(members, None if line[0] else question.fields)
        return f",{exact_json.dumps(asked)[1:-1].decode()}" if asked else ""

    return more


def _subtotals(question: SumsQuestion, parts: list[list[Row]]) -> Callable[[Row], dict[str, Any]]:
    """Return what gives the member with the subtotals of a line, by its key; none where none are asked for."""
    found: dict[Row, list[dict[str, Any]]] = defaultdict(list)
    width = _width(question)
    for row in chain.from_iterable(parts):
        cells = iter(row[width:])
        subtotal = {"measurement_unit": MEASUREMENT_UNIT.take(cells)} | taken(OF_ONE_UNIT, cells)
        if question.explain:
            subtotal["explanation"] = explanation(subtotal, taken(INPUTS, cells))
        found[row[:width]].append(subtotal)
    return lambda key: {"by_measurement_unit": found.get(key, [])} if question.subtotals else {}


def _width(question: SumsQuestion) -> int:
    """Return how many cells a row's key has: whether it is of the total, period, ids."""
    return 2 + len(question.keys)


_TITLE = "Ejecución"
EXECUTION = DocumentReport(
    name="execution",
    title=_TITLE,
    query=ExecutionQuery,
    document=_document,
    files=tables(_TITLE, columns_of, execution_rows),
    prepare=renew,
    row_key=(*DIMENSIONS, "from_month", "to_month"),
    stem=lambda question: f"ejecucion-{question.from_year}-{question.to_year}",
)
