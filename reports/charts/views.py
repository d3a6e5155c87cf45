"""`/reports/execution/chart/` over HTTP."""

from drf_spectacular.utils import OpenApiExample

from reports.charts.report import CHART
from reports.shared.views import ReportView, documented


@documented(
    "reports_execution_chart",
    "La ejecución, en un gráfico",
    examples=[OpenApiExample("Un gráfico", value="<svg …>", media_type="image/svg+xml", response_only=True)],
)
class ExecutionChartView(ReportView):
    """La ejecución de un año, dibujada."""

    report = CHART
