"""How units and the roles on them are shown and sent."""

from units.serializers.access import (
    ClientSerializer,
    ClientWithKeySerializer,
    MembershipSerializer,
    NewClientSerializer,
    NewMembershipSerializer,
    RotationSerializer,
)
from units.serializers.unit import UnitBodySerializer, UnitSerializer

__all__ = [
    "ClientSerializer",
    "ClientWithKeySerializer",
    "MembershipSerializer",
    "NewClientSerializer",
    "NewMembershipSerializer",
    "RotationSerializer",
    "UnitBodySerializer",
    "UnitSerializer",
]
