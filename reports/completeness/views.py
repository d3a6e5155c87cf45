"""`/reports/completeness/` over HTTP."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from drf_spectacular.utils import extend_schema

from reports.completeness.serializers import THROUGH, CompletenessSerializer
from reports.completeness.statement import completeness_page, today_of
from reports.shared.question import question_from, read_parameters
from reports.shared.report_view import window
from reports.shared.serializers import PAGE_DOCUMENTATION, REPORT_DOCUMENTATION
from units.access.grants import Access
from units.requests.conditional import freshen, not_modified, seen_by
from units.requests.figure_view import FigureView


class CompletenessView(FigureView):
    """Quién reportó y cuándo, por unidad (con todas las que dependen de ella) y mes."""

    @extend_schema(
        operation_id="reports_completeness",
        summary="Lo que se reportó y lo que falta",
        parameters=[*REPORT_DOCUMENTATION, THROUGH, *PAGE_DOCUMENTATION],
        responses=CompletenessSerializer,
    )
    def get(self, *args: Any, **path: Any) -> HttpResponseBase:
        return super().get(*args, **path)

    def figures(self, request: HttpRequest, access: Access, variant: str, **path: Any) -> HttpResponseBase:
        parameters = read_parameters(request.GET, "through", "limit", "offset")
        question = question_from(parameters, access)
        through = parameters.whole("through", least=1, most=12) or 12
        limit, offset = window(parameters, variant)
        variant = f"{variant} {today_of(question)}"  # from one day to the next more is due
        if "HTTP_IF_NONE_MATCH" in request.META:
            seen = seen_by(access)
            if answer := not_modified(request, seen.etag(request, access, variant)):
                freshen(answer, seen, access, seen.etag(request, access, variant))
                return answer
        page = completeness_page(question, access, through=through, limit=limit, offset=offset)
        body = HttpResponse(page.body(request.build_absolute_uri()), content_type="application/json")
        freshen(body, page.seen, access, page.seen.etag(request, access, variant))
        return body
