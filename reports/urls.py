"""Paths of the reports, below `/api/v1/reports/`."""

from django.urls import path

from reports import views

urlpatterns = [
    path("matrix/", views.MatrixView.as_view(), name="report-matrix"),
    path("execution/", views.ExecutionView.as_view(), name="report-execution"),
    path("execution/chart/", views.ExecutionChartView.as_view(), name="report-execution-chart"),
    path("poi/", views.PoiView.as_view(), name="report-poi"),
    path("poi/template/", views.TemplateView.as_view(), name="report-poi-template"),
    path("completeness/", views.CompletenessView.as_view(), name="report-completeness"),
    path("ceplan/", views.CeplanView.as_view(), name="report-ceplan"),
    path("alerts/", views.AlertsView.as_view(), name="report-alerts"),
]
