"""The units, and who holds what on them, over HTTP."""

from units.views.client import ClientViewSet
from units.views.membership import MembershipViewSet
from units.views.unit import UnitViewSet

__all__ = ["ClientViewSet", "MembershipViewSet", "UnitViewSet"]
