"""Reports over HTTP."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema

from poi_api.http.tables import csv_lines
from reports.matrix.columns import MATRIX_COLUMNS, flat_rows
from reports.matrix.statement import ORDERINGS, matrix_page, matrix_rows
from reports.shared.question import Question, question_from, read_parameters
from reports.shared.report_view import ReportView, csv_answer, window
from reports.shared.serializers import PAGE_DOCUMENTATION, REPORT_DOCUMENTATION, MatrixSerializer
from units.access.grants import Access
from units.requests.conditional import Freshness

_ORDERINGS = [sign + name for name in ORDERINGS for sign in ("", "-")]


class Asked(NamedTuple):
    """A whole question to the matrix."""

    question: Question
    ordering: str
    limit: int
    offset: int


class MatrixView(ReportView):
    """Una fila por actividad, como en el documento de origen."""

    @extend_schema(
        operation_id="reports_matrix",
        summary="La matriz del plan",
        parameters=[
            *REPORT_DOCUMENTATION,
            *PAGE_DOCUMENTATION,
            OpenApiParameter("ordering", str, enum=_ORDERINGS, description="El orden; por defecto, el del documento."),
        ],
        responses={(200, "application/json"): MatrixSerializer, (200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, *args: Any, **path: Any) -> HttpResponseBase:
        return super().get(*args, **path)

    def question(self, request: HttpRequest, access: Access, variant: str) -> Asked:
        parameters = read_parameters(request.GET, "limit", "offset", "ordering")
        question = question_from(parameters, access)
        ordering = parameters.choice("ordering", _ORDERINGS) or ""
        return Asked(question, ordering, *window(parameters, variant))

    def depends_on(self, question: Asked) -> Sequence[int] | None:
        return question.question.institutions

    def as_json(self, question: Asked, access: Access, url: str) -> tuple[str, Freshness]:
        asked, ordering, limit, offset = question
        page = matrix_page(asked, access, ordering=ordering, limit=limit, offset=offset)
        return page.body(url), page.freshness

    def as_csv(self, question: Asked, access: Access) -> HttpResponseBase:
        asked = question.question
        rows = flat_rows(matrix_rows(asked, access, ordering=question.ordering))
        return csv_answer(csv_lines(MATRIX_COLUMNS, rows), f"matriz-{asked.from_year}-{asked.to_year}.csv")
