"""`/reports/completeness/` over HTTP."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import extend_schema

from reports.completeness.serializers import THROUGH, CompletenessSerializer
from reports.completeness.statement import completeness_page
from reports.shared.question import Question, question_from, read_parameters
from reports.shared.report_view import window
from reports.shared.serializers import PAGE_DOCUMENTATION, REPORT_DOCUMENTATION
from units.access.grants import Access
from units.access.permissions import state_of
from units.requests.conditional import Freshness
from units.requests.conditional_view import ConditionalView


class Asked(NamedTuple):
    """A whole question to the report."""

    question: Question
    through: int
    day: date
    limit: int
    offset: int


class CompletenessView(ConditionalView):
    """Quién reportó y cuándo, por unidad (con todas las que dependen de ella) y mes."""

    @extend_schema(
        operation_id="reports_completeness",
        summary="Lo que se reportó y lo que falta",
        parameters=[*REPORT_DOCUMENTATION, THROUGH, *PAGE_DOCUMENTATION],
        responses=CompletenessSerializer,
    )
    def get(self, *args: Any, **path: Any) -> HttpResponseBase:
        return super().get(*args, **path)

    def question(self, request: HttpRequest, access: Access, variant: str) -> Asked:
        parameters = read_parameters(request.GET, "through", "limit", "offset")
        question = question_from(parameters, access)
        through = parameters.whole("through", least=1, most=12) or 12
        as_of = question.basis.as_of
        day = state_of(request).day if as_of is None else timezone.localdate(as_of)
        return Asked(question, through, day, *window(parameters, variant))

    def depends_on(self, question: Asked) -> Sequence[int] | None:
        return question.question.institutions

    def variant_of(self, question: Asked, variant: str) -> str:
        return f"{variant} {question.day}"  # from one day to the next more is due

    def answer(self, question: Asked, access: Access, variant: str) -> tuple[HttpResponseBase, Freshness]:
        asked, through, day, limit, offset = question
        page = completeness_page(asked, access, through=through, day=day, limit=limit, offset=offset)
        body = page.body(self.request.get_full_path())
        return HttpResponse(body, content_type="application/json"), page.freshness
