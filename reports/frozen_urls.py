"""Paths of what leaves the house whole, below `/api/v1/`: exports and publications."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from reports.publications.views import PublicationViewSet
from reports.views import MonthsExportView

router = SimpleRouter()
router.register("publications", PublicationViewSet, basename="publication")

urlpatterns = [
    path("exports/months/", MonthsExportView.as_view(), name="export-months"),
    *router.urls,
]
