"""Exports over HTTP: streamed, so the body of an answer has no length said beforehand."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema

from reports.exports.serializers import MonthRowSerializer
from reports.exports.statement import COLUMNS, csv_months, json_months
from reports.shared.question import Question, question_from, read_parameters
from reports.shared.renderers import CsvRenderer, JsonLinesRenderer
from reports.shared.serializers import REPORT_DOCUMENTATION
from units.access.grants import Access
from units.requests.conditional import Freshness
from units.requests.conditional_view import ConditionalView

_WRITERS: dict[str, Callable[[Question, Access], Iterator[bytes]]] = {"csv": csv_months, "jsonl": json_months}
_TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}
_DESCRIPTION = (
    "Una línea por actividad y mes, con todas las filas: no se divide en páginas. Si algo falla a mitad de camino, la "
    "conexión se corta sin el fin que HTTP prevé, y lo recibido no está completo. Columnas:\n\n"
) + "\n".join(f"- `{name}`: {text}" for name, text in COLUMNS.items())


class MonthsExportView(ConditionalView):
    """Los meses de todas las actividades, para cargarlos en otro sistema."""

    renderer_classes = [CsvRenderer, JsonLinesRenderer]

    @extend_schema(
        operation_id="exports_months",
        summary="Los meses, uno por línea",
        description=_DESCRIPTION,
        parameters=REPORT_DOCUMENTATION,
        responses={(200, "text/csv"): OpenApiTypes.STR, (200, "application/x-ndjson"): MonthRowSerializer(many=False)},
    )
    def get(self, *args: Any, **path: Any) -> HttpResponseBase:
        return super().get(*args, **path)

    def question(self, request: HttpRequest, access: Access, variant: str) -> Question:
        return question_from(read_parameters(request.GET), access)

    def depends_on(self, question: Question) -> Sequence[int] | None:
        return question.institutions

    def answer(self, question: Question, access: Access, variant: str) -> tuple[HttpResponseBase, Freshness]:
        freshness = self.freshness(question, access)
        return _stream(question, access, variant), freshness


def _stream(question: Question, access: Access, variant: str) -> StreamingHttpResponse:
    name = f"meses-{question.from_year}-{question.to_year}.{variant}"
    return StreamingHttpResponse(
        _WRITERS[variant](question, access),
        content_type=_TYPES[variant],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
