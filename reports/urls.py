"""Paths of the reports, below `/api/v1/reports/`."""

from django.urls import path

from reports.completeness_views import CompletenessView
from reports.execution_views import ExecutionView
from reports.views import MatrixView

urlpatterns = [
    path("matrix/", MatrixView.as_view(), name="report-matrix"),
    path("execution/", ExecutionView.as_view(), name="report-execution"),
    path("completeness/", CompletenessView.as_view(), name="report-completeness"),
]
