"""Who reported and when, by unit (with all below it) and month."""

from collections import defaultdict
from typing import Any

from reports.completeness.query import CompletenessQuery, CompletenessQuestion
from reports.completeness.statement import LABELS, MONTH, TALLY, completeness_page
from reports.shared.columns import taken
from reports.shared.reading import Document, page
from reports.shared.report import DocumentReport, register
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


COMPLETENESS = register(
    DocumentReport(
        name="completeness",
        title="Cumplimiento de los reportes",
        query=CompletenessQuery,
        document=_document,
        row_key=("year", "unit"),
    )
)
