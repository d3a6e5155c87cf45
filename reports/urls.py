"""Paths of the reports, below `/api/v1/reports/`."""

from django.urls import path

from reports.alerts_views import AlertsView
from reports.charts_views import ExecutionChartView
from reports.completeness_views import CompletenessView
from reports.execution_views import ExecutionView
from reports.poi_views import PoiView
from reports.views import MatrixView

urlpatterns = [
    path("matrix/", MatrixView.as_view(), name="report-matrix"),
    path("execution/", ExecutionView.as_view(), name="report-execution"),
    path("execution/chart/", ExecutionChartView.as_view(), name="report-execution-chart"),
    path("poi/", PoiView.as_view(), name="report-poi"),
    path("completeness/", CompletenessView.as_view(), name="report-completeness"),
    path("alerts/", AlertsView.as_view(), name="report-alerts"),
]
