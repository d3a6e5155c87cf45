"""Paths of plans, activities and progress, below `/api/v1/`."""

from django.urls import re_path
from rest_framework.routers import SimpleRouter

from activities.views.activity import ActivityViewSet, RevisionViewSet
from activities.views.batch import ProgressBatchViewSet, ProgressSheetViewSet, ReviewViewSet
from activities.views.catalogue import MeasurementUnitViewSet, MefActivityViewSet
from activities.views.due import DueViewSet
from activities.views.figures import ActivityProgressView
from activities.views.imports import ImportsViewSet, ImportViewSet
from activities.views.merging import MergingViewSet
from activities.views.period import PeriodViewSet, ReopeningViewSet
from activities.views.plan import PlanViewSet
from activities.views.progress import HistoryViewSet, MonthViewSet
from activities.views.version import PlanVersionViewSet
from units.requests.resources import ID

ACTIVITY = rf"activities/(?P<pk>{ID})"
MONTH = rf"{ACTIVITY}/progress/(?P<month>[1-9]|1[0-2])"

router = SimpleRouter()
router.register("mef-activities", MefActivityViewSet, basename="mef-activity")
router.register("measurement-units", MeasurementUnitViewSet, basename="measurement-unit")
router.register("plans", PlanViewSet, basename="plan")
router.register(rf"plans/(?P<plan>{ID})/versions", PlanVersionViewSet, basename="plan-version")
router.register("periods", PeriodViewSet, basename="period")
router.register(rf"periods/(?P<period>{ID})/reopenings", ReopeningViewSet, basename="reopening")
router.register("imports", ImportViewSet, basename="import")
router.register("activities", ActivityViewSet, basename="activity")

urlpatterns = [
    # The most asked for come first, as in poi_api/urls.py
    re_path(rf"^{ACTIVITY}/progress/$", ActivityProgressView.as_view(), name="activity-progress"),
    re_path(rf"^{MONTH}/$", MonthViewSet.as_view({"get": "retrieve", "put": "update"}), name="activity-month"),
    re_path(rf"^{MONTH}/history/$", HistoryViewSet.as_view({"get": "list"}), name="activity-month-history"),
    re_path(rf"^{ACTIVITY}/revisions/$", RevisionViewSet.as_view({"get": "list"}), name="activity-revisions"),
    re_path(
        rf"^units/(?P<pk>{ID})/merge/$", MergingViewSet.as_view({"post": "merge"}, basename="unit"), name="unit-merge"
    ),
    re_path(r"^progress/batch/$", ProgressBatchViewSet.as_view({"post": "create"}), name="progress-batch"),
    re_path(r"^progress/sheet/$", ProgressSheetViewSet.as_view({"post": "create"}), name="progress-sheet"),
    re_path(r"^progress/due/$", DueViewSet.as_view({"get": "list"}), name="progress-due"),
    re_path(r"^progress/reviews/$", ReviewViewSet.as_view({"get": "list", "post": "create"}), name="progress-reviews"),
    re_path(
        r"^imports/$", ImportsViewSet.as_view({"get": "list", "post": "create"}, basename="import"), name="import-list"
    ),
    *router.urls,
]
