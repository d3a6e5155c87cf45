"""Paths of the reports, below `/api/v1/reports/`."""

from django.urls import path

from reports.alerts.views import AlertsView
from reports.ceplan.views import CeplanView
from reports.charts.views import ExecutionChartView
from reports.completeness.views import CompletenessView
from reports.execution.views import ExecutionView
from reports.matrix.views import MatrixView
from reports.poi.views import PoiView
from reports.template.views import TemplateView

urlpatterns = [
    path("matrix/", MatrixView.as_view(), name="report-matrix"),
    path("execution/", ExecutionView.as_view(), name="report-execution"),
    path("execution/chart/", ExecutionChartView.as_view(), name="report-execution-chart"),
    path("poi/", PoiView.as_view(), name="report-poi"),
    path("poi/template/", TemplateView.as_view(), name="report-poi-template"),
    path("completeness/", CompletenessView.as_view(), name="report-completeness"),
    path("ceplan/", CeplanView.as_view(), name="report-ceplan"),
    path("alerts/", AlertsView.as_view(), name="report-alerts"),
]
