"""`/reports/alerts/` over HTTP."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.settings import api_settings

from reports.alerts.query import RULES, Asked, alerts
from reports.alerts.serializers import RULE, AlertsSerializer
from reports.completeness.serializers import THROUGH
from reports.shared.question import question_from, read_parameters
from reports.shared.report_view import ReportView, window
from reports.shared.serializers import PAGE_DOCUMENTATION, REPORT_DOCUMENTATION
from units.access.grants import Access
from units.requests.conditional import Freshness


class AlertsView(ReportView):
    """Lo que merece una mirada, cada caso con su regla y sus cifras."""

    renderer_classes = list(api_settings.DEFAULT_RENDERER_CLASSES)

    @extend_schema(
        operation_id="reports_alerts",
        summary="Lo que merece una mirada",
        parameters=[*REPORT_DOCUMENTATION, THROUGH, RULE, *PAGE_DOCUMENTATION],
        responses=AlertsSerializer,
    )
    def get(self, *args: Any, **path: Any) -> HttpResponseBase:
        return super().get(*args, **path)

    def question(self, request: HttpRequest, access: Access, variant: str) -> Asked:
        parameters = read_parameters(request.GET, "through", "limit", "offset", repeatable=("rule",))
        question = question_from(parameters, access)
        named = parameters.every("rule")
        if any(name not in RULES for name in named):
            raise ValidationError({"rule": f"Use uno de: {', '.join(RULES)}."}, code="invalid_choice")
        chosen = [name for name in RULES if not named or name in named]
        through = parameters.whole("through", least=1, most=12) or 12
        return Asked(question, chosen, through, *window(parameters, variant))

    def depends_on(self, question: Asked) -> Sequence[int] | None:
        return question.question.institutions

    def as_json(self, question: Asked, access: Access, url: str) -> tuple[Any, Freshness]:
        return alerts(question, access, url)
