"""`/reports/execution/chart/` over HTTP."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError

from poi_api.http import exact_json
from reports.charts.drawing import CHARTS
from reports.completeness.serializers import THROUGH
from reports.execution.statement import execution_page
from reports.shared.question import Question, question_from, read_parameters
from reports.shared.renderers import SvgRenderer
from reports.shared.serializers import REPORT_DOCUMENTATION
from reports.shared.sums.question import Asked
from units.access.grants import Access
from units.requests.conditional import Freshness
from units.requests.conditional_view import ConditionalView

Draw = Callable[[dict[str, Any], str], bytes]
_ROWS = 1000
_NAMES = {
    "institution": "institución",
    "within": "unidad y las que dependen de ella",
    "unit": "unidad",
    "mef_activity": "actividad MEF",
    "measurement_unit": "unidad de medida",
}


class ExecutionChartView(ConditionalView):
    """La ejecución de un año, dibujada."""

    renderer_classes = [SvgRenderer]

    @extend_schema(
        operation_id="reports_execution_chart",
        summary="La ejecución, en un gráfico",
        parameters=[
            *REPORT_DOCUMENTATION,
            OpenApiParameter(
                "chart",
                str,
                enum=list(CHARTS),
                default="months",
                description="`months`: programado y ejecutado por mes; `units`: avance por unidad, con su semáforo.",
            ),
            THROUGH,
        ],
        responses={(200, "image/svg+xml"): OpenApiTypes.STR},
        examples=[OpenApiExample("Un gráfico", value="<svg …>", media_type="image/svg+xml", response_only=True)],
    )
    def get(self, *args: Any, **path: Any) -> HttpResponseBase:
        return super().get(*args, **path)

    def question(self, request: HttpRequest, access: Access, variant: str) -> tuple[Asked, Draw]:
        parameters = read_parameters(request.GET, "chart", "through")
        question = question_from(parameters, access)
        if question.from_year != question.to_year:
            raise ValidationError({"to_year": "Un gráfico es de un solo año."}, code="invalid")
        dimension, draw = CHARTS[parameters.choice("chart", list(CHARTS)) or "months"]
        through = parameters.whole("through", least=1, most=12) or 12
        return Asked(question, (dimension,), through=through), draw

    def depends_on(self, question: tuple[Asked, Draw]) -> Sequence[int] | None:
        return question[0].question.institutions

    def answer(self, question: tuple[Asked, Draw], access: Access, variant: str) -> tuple[HttpResponseBase, Freshness]:
        asked, draw = question
        page = execution_page(asked, access, limit=_ROWS, offset=0)
        document = exact_json.loads(page.body(self.request.get_full_path()).encode())
        return HttpResponse(draw(document, _about(asked.question)), content_type="image/svg+xml"), page.freshness


def _about(question: Question) -> str:
    """Return what a chart is about, in words."""
    chosen = [f"{_NAMES[name]}: {', '.join(codes)}" for name, codes in question.codes.items() if codes]
    return " · ".join([str(question.from_year), *chosen])
