"""Paths of units, keys, roles and changes, below `/api/v1/`."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from units.views.access import ClientViewSet, MembershipViewSet
from units.views.change import ChangesView
from units.views.me import MeView
from units.views.unit import UnitViewSet

router = SimpleRouter()
router.register("units", UnitViewSet, basename="unit")
router.register("clients", ClientViewSet, basename="client")
router.register("memberships", MembershipViewSet, basename="membership")

urlpatterns = [
    *router.urls,
    path("changes/", ChangesView.as_view(), name="changes"),
    path("me/", MeView.as_view(), name="me"),
]
