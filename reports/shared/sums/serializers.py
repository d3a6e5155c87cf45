"""The shapes of sums, for the schema alone."""

from collections.abc import Iterable
from typing import ClassVar

from reports.shared.columns import Member, RowSerializer
from reports.shared.sums.measures import MEASURES, OF_ONE_UNIT
from units.serializers.references import ReferenceSerializer

SUBTOTALS = "Los subtotales, si suma distintas unidades."
TOTAL_EXAMPLE = {
    "activities": 2,
    "programmed": 23,
    "executed": 24,
    "progress": 104.35,
    "band": "green",
    "over": True,
    "mean_progress": 102.5,
    "mixed_accumulation": False,
    "mixed_bands": False,
    "mixed_units": False,
}


class SubtotalSerializer(RowSerializer):
    members: ClassVar[Iterable[Member]] = OF_ONE_UNIT

    measurement_unit = ReferenceSerializer()


class TotalSerializer(RowSerializer):
    members: ClassVar[Iterable[Member]] = MEASURES

    by_measurement_unit = SubtotalSerializer(many=True, help_text=SUBTOTALS)
