"""How what was promised and what was done is shown."""

from activities.serializers.activity import ActivitySerializer, RevisionSerializer
from activities.serializers.catalogue import MeasurementUnitSerializer, MefActivitySerializer
from activities.serializers.period import PeriodSerializer
from activities.serializers.plan import PlanReferenceSerializer, PlanSerializer, PlanVersionSerializer
from activities.serializers.progress import EntrySerializer, MonthSerializer

__all__ = [
    "ActivitySerializer",
    "EntrySerializer",
    "MeasurementUnitSerializer",
    "MefActivitySerializer",
    "MonthSerializer",
    "PeriodSerializer",
    "PlanReferenceSerializer",
    "PlanSerializer",
    "PlanVersionSerializer",
    "RevisionSerializer",
]
