"""`/reports/poi/` over HTTP: the official document as JSON and as CSV."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError

from activities.queries.basis import BASIS_PARAMETERS
from poi_api.http.parameters import Parameters
from poi_api.http.tables import csv_lines
from reports.poi.printing import document_lines
from reports.poi.serializers import POI_DOCUMENTATION, PoiSerializer
from reports.poi.statement import official_document
from reports.shared.question import REFERENCES, Question, question_from
from reports.shared.report_view import ReportView, csv_answer
from units.access.grants import Access
from units.requests.conditional import Freshness

_PARAMETERS = ("year", "institution", "through", *BASIS_PARAMETERS, "format")
_NARROWING = tuple(name for name in REFERENCES if name != "institution")


class PoiView(ReportView):
    """El documento oficial: ejecución del Plan Operativo Institucional al trimestre."""

    @extend_schema(
        operation_id="reports_poi",
        summary="El documento oficial",
        parameters=POI_DOCUMENTATION,
        responses={(200, "application/json"): PoiSerializer, (200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, *args: Any, **path: Any) -> HttpResponseBase:
        return super().get(*args, **path)

    def question(self, request: HttpRequest, access: Access, variant: str) -> tuple[Question, int]:
        parameters = Parameters(request.GET, _PARAMETERS, repeatable=_NARROWING)
        if parameters.one("institution") is None:
            message = "El documento es de una institución: indique su código."
            raise ValidationError({"institution": message}, code="required")
        question = question_from(parameters, access)
        return question, parameters.whole("through", least=1, most=4, hint="Use el trimestre: 1, 2, 3 o 4.") or 4

    def depends_on(self, question: tuple[Question, int]) -> Sequence[int] | None:
        return question[0].institutions

    def as_json(self, question: tuple[Question, int], access: Access, url: str) -> tuple[str, Freshness]:
        document = official_document(question[0], access, question[1])
        return document.body, document.freshness

    def as_csv(self, question: tuple[Question, int], access: Access) -> HttpResponseBase:
        asked, quarter = question
        heading, *lines = document_lines(*official_document(asked, access, quarter).lines())
        name = f"poi-{asked.from_year}-{quarter}.csv"
        return csv_answer(csv_lines(heading, lines), name)
