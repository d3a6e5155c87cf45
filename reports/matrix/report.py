"""The matrix: one row per activity, as in the source document."""

import orjson

from poi_api.http.files import Parts
from poi_api.http.tables import csv_lines
from reports.matrix.query import MatrixQuery, MatrixQuestion
from reports.matrix.statement import TABLE, matrix_page, matrix_rows
from reports.shared.reading import Document, page
from reports.shared.report import DocumentReport, register
from units.access.grants import Access


def _document(question: MatrixQuestion, access: Access) -> Document:
    reading = matrix_page(question, access)
    count, rows = reading.cells
    return reading.document(page(count, orjson.Fragment(f"[{rows}]"), question))


def _table(question: MatrixQuestion, access: Access) -> Parts:
    return csv_lines([column.name for column in TABLE], matrix_rows(question, access), raw=question.raw)


MATRIX = register(
    DocumentReport(
        name="matrix",
        title="Matriz del plan",
        query=MatrixQuery,
        document=_document,
        files={"csv": _table},
        row_key=("year", "institution", "activity"),
        stem=lambda question: f"matriz-{question.from_year}-{question.to_year}",
    )
)
