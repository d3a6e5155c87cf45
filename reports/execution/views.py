"""`/reports/execution/` over HTTP."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError

from poi_api.http.tables import csv_lines
from reports.execution.serializers import EXECUTION_DOCUMENTATION, ExecutionSerializer
from reports.execution.statement import execution_columns, execution_page, execution_rows
from reports.shared.question import read_parameters
from reports.shared.report_view import ReportView, csv_answer, window
from reports.shared.serializers import PAGE_DOCUMENTATION, REPORT_DOCUMENTATION
from reports.shared.sums.question import OWN_PARAMETERS, Asked, asked_from
from units.access.grants import Access
from units.requests.conditional import Freshness


class ExecutionView(ReportView):
    """Lo programado contra lo ejecutado, sumado por lo que se pida."""

    @extend_schema(
        operation_id="reports_execution",
        summary="La ejecución",
        parameters=[*REPORT_DOCUMENTATION, *EXECUTION_DOCUMENTATION, *PAGE_DOCUMENTATION],
        responses={(200, "application/json"): ExecutionSerializer, (200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, *args: Any, **path: Any) -> HttpResponseBase:
        return super().get(*args, **path)

    def question(self, request: HttpRequest, access: Access, variant: str) -> tuple[Asked, int, int]:
        parameters = read_parameters(request.GET, *OWN_PARAMETERS, "limit", "offset", repeatable=("group_by",))
        asked = asked_from(parameters, access)
        if variant == "csv" and asked.explain:
            raise ValidationError({"explain": "Las explicaciones vienen solo en JSON."}, code="invalid")
        return asked, *window(parameters, variant)

    def depends_on(self, question: tuple[Asked, int, int]) -> Sequence[int] | None:
        return question[0].question.institutions

    def as_json(self, question: tuple[Asked, int, int], access: Access, url: str) -> tuple[str, Freshness]:
        asked, limit, offset = question
        page = execution_page(asked, access, limit=limit, offset=offset)
        return page.body(url), page.freshness

    def as_csv(self, question: tuple[Asked, int, int], access: Access) -> HttpResponseBase:
        asked = question[0]
        lines = csv_lines(execution_columns(asked), execution_rows(asked, access))
        return csv_answer(lines, f"ejecucion-{asked.question.from_year}-{asked.question.to_year}.csv")
