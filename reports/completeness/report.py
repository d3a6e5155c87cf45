"""Who reported and when, by unit (with all below it) and month."""

from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from typing import Any

from reports.completeness.query import CompletenessQuery, CompletenessQuestion
from reports.completeness.statement import LABELS, MONTH, TALLY, completeness_page
from reports.shared.columns import table_columns, taken
from reports.shared.reading import Document, Row, page
from reports.shared.report import DocumentReport
from reports.shared.tables import every_page, tables
from units.access.grants import Access


def _document(question: CompletenessQuestion, access: Access) -> Document:
    reading = completeness_page(question, access)
    [whole], units, months = reading.sets
    months_of: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for rank, *cells in months:
        months_of[rank].append(taken((MONTH, *TALLY), iter(cells)))
    rows = [taken((*LABELS, *TALLY), iter(cells)) | {"months": months_of[rank]} for rank, *cells in units]
    about = {"through": question.through, "due_by": question.due_by, "total": taken(TALLY, iter(whole))}
    return reading.document(about | page(reading.cells[0], rows, question))


_LABELLED = len(table_columns(LABELS))


def _lines(question: CompletenessQuestion, access: Access) -> Iterator[Row]:
    """Yield a line for each unit and month."""
    for reading in every_page(question, partial(completeness_page, access=access)):
        _, units, months = reading.sets
        labels = {rank: cells[:_LABELLED] for rank, *cells in units}
        for rank, *cells in sorted(months, key=lambda month: (month[0], month[1])):
            yield (*labels[rank], *cells)


_COLUMNS = table_columns((*LABELS, MONTH, *TALLY))
_TITLE = "Cumplimiento de los reportes"
COMPLETENESS = DocumentReport(
    name="completeness",
    title=_TITLE,
    query=CompletenessQuery,
    document=_document,
    files=tables(_TITLE, lambda question: _COLUMNS, _lines),
    row_key=("year", "unit"),
    stem=lambda question: f"cumplimiento-{question.from_year}-{question.to_year}",
)
