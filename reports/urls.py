"""Paths of the reports, below `/api/v1/reports/`."""

from django.urls import path

from reports.views import MatrixView

urlpatterns = [
    path("matrix/", MatrixView.as_view(), name="report-matrix"),
]
