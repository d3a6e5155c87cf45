"""Reports over HTTP."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError

from reports.columns import MATRIX_COLUMNS, flat_rows
from reports.filters import Question, question_from, read_parameters
from reports.matrix import ORDERINGS, matrix_page, matrix_rows
from reports.renderers import JSON_AND_CSV
from reports.serializers import PAGE_DOCUMENTATION, REPORT_DOCUMENTATION, MatrixSerializer
from reports.tables import csv_lines
from units.access import Access
from units.conditional import Seen, freshen, not_modified, seen_by
from units.figure_view import FigureView
from units.parameters import Parameters

_LIMIT, _MOST = 100, 1000
_FURTHEST = 10**9
_ORDERINGS = [sign + name for name in ORDERINGS for sign in ("", "-")]


class MatrixView(FigureView):
    """Una fila por actividad, como en el documento de origen."""

    renderer_classes = JSON_AND_CSV

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

    def figures(self, request: HttpRequest, access: Access, variant: str, **path: Any) -> HttpResponseBase:
        parameters = read_parameters(request.GET, "limit", "offset", "ordering")
        question = question_from(parameters, access)
        ordering = parameters.choice("ordering", _ORDERINGS) or ""
        limit, offset = _window(parameters, variant)
        if variant == "csv" or "HTTP_IF_NONE_MATCH" in request.META:
            seen = seen_by(access)
            if answer := not_modified(request, seen.etag(request, access, variant)):
                return _fresh(answer, request, access, variant, seen)
        if variant == "csv":
            return _fresh(_csv(question, access, ordering), request, access, variant, seen)
        page = matrix_page(question, access, ordering=ordering, limit=limit, offset=offset)
        body = HttpResponse(page.body(request.build_absolute_uri()), content_type="application/json")
        return _fresh(body, request, access, variant, page.seen)


def _window(parameters: Parameters, variant: str) -> tuple[int, int]:
    limit = parameters.whole("limit", least=1, most=_MOST)
    offset = parameters.whole("offset", least=0, most=_FURTHEST)
    if variant == "csv" and (limit is not None or offset is not None):
        name = "offset" if limit is None else "limit"
        raise ValidationError({name: "El CSV trae todas las filas: no se divide en páginas."}, code="invalid")
    return limit or _LIMIT, offset or 0


def _csv(question: Question, access: Access, ordering: str) -> StreamingHttpResponse:
    lines = csv_lines(MATRIX_COLUMNS, flat_rows(matrix_rows(question, access, ordering=ordering)))
    name = f"matriz-{question.from_year}-{question.to_year}.csv"
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _fresh(
    answer: HttpResponseBase, request: HttpRequest, access: Access, variant: str, seen: Seen
) -> HttpResponseBase:
    freshen(answer, seen, seen.etag(request, access, variant))
    return answer
