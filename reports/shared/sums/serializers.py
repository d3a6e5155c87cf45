"""The shapes of sums, for the schema alone."""

from collections.abc import Iterable
from typing import ClassVar

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from activities.serializers.fields import ExactField
from reports.shared.columns import Member, RowSerializer
from reports.shared.sums.measures import MIXED_UNITS, OF_ONE_UNIT, TotalQuantityField
from units.serializers.references import ReferenceSerializer

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
    "by_measurement_unit": [],
}


def _explained(name: str, inputs: dict[str, serializers.Field], **more: serializers.Field) -> serializers.Serializer:
    shape = {"formula": serializers.CharField(), "inputs": inline_serializer(f"InputsOf{name}", inputs)}
    return inline_serializer(f"{name}Explanation", {**shape, "rule": serializers.CharField(), **more})


class ExplanationSerializer(serializers.Serializer):
    progress = _explained(
        "Progress",
        {
            "executed": TotalQuantityField(allow_null=True),
            "programmed": TotalQuantityField(),
            "executed_exact": serializers.CharField(
                allow_null=True, help_text="La fracción, si sus decimales no terminan."
            ),
            "programmed_exact": serializers.CharField(allow_null=True),
            "from_month": serializers.IntegerField(),
            "to_month": serializers.IntegerField(),
        },
        null_because=serializers.ChoiceField(["unprogrammed", "unreported"], allow_null=True),
    )
    mean_progress = _explained(
        "Mean",
        {
            "activities": serializers.IntegerField(),
            "with_progress": serializers.IntegerField(),
            "sum_of_progress": ExactField(max_digits=30, decimal_places=6, allow_null=True),
        },
    )
    band = _explained(
        "Band",
        {name: TotalQuantityField(allow_null=True) for name in ("progress", "green_from", "amber_from")},
    )


class MeasuresSerializer(RowSerializer):
    members: ClassVar[Iterable[Member]] = OF_ONE_UNIT

    explanation = ExplanationSerializer(required=False, help_text="Con `explain=true`.")


class SubtotalSerializer(MeasuresSerializer):
    measurement_unit = ReferenceSerializer()


class TotalSerializer(MeasuresSerializer):
    members: ClassVar[Iterable[Member]] = (*OF_ONE_UNIT, MIXED_UNITS)

    by_measurement_unit = SubtotalSerializer(many=True, help_text="Los subtotales, si suma distintas unidades.")
