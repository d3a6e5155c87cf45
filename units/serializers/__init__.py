"""How units and the roles on them are shown and sent."""

from units.serializers.access import (
    ClientInput,
    ClientSerializer,
    ClientWithKeySerializer,
    KeyRotationInput,
    MembershipInput,
    MembershipSerializer,
)
from units.serializers.unit import UnitInput, UnitSerializer

__all__ = [
    "ClientInput",
    "ClientSerializer",
    "ClientWithKeySerializer",
    "KeyRotationInput",
    "MembershipInput",
    "MembershipSerializer",
    "UnitInput",
    "UnitSerializer",
]
