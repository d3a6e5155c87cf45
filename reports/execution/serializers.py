"""The shape of `/reports/execution/`, for the schema alone."""

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer, inline_serializer
from rest_framework import serializers

from activities.serializers.fields import ExactField, TotalQuantityField
from reports.execution.statement import MONTHS
from reports.shared.serializers import ReportPageSerializer, page_example
from reports.shared.sums.measures import MEASURES
from reports.shared.sums.question import DIMENSIONS
from reports.shared.sums.serializers import SUBTOTALS, TOTAL_EXAMPLE, SubtotalSerializer, TotalSerializer
from units.serializers.references import UNIT_EXAMPLE

_EXAMPLE = page_example(
    {"unit": UNIT_EXAMPLE, "quarter": 1, "from_month": 1, "to_month": 3, **TOTAL_EXAMPLE},
    group_by=["unit", "quarter"],
    depth=None,
    through=3,
    cumulative=False,
    total=TOTAL_EXAMPLE,
)


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


_explanation = ExplanationSerializer(required=False, help_text="Con `explain=true`.")


class ExplainedSubtotalSerializer(SubtotalSerializer):
    explanation = _explanation


class ExplainedTotalSerializer(TotalSerializer):
    by_measurement_unit = ExplainedSubtotalSerializer(
        many=True, required=False, help_text=f"Con `subtotals=true`. {SUBTOTALS}"
    )
    explanation = _explanation


class ExecutionRowSerializer(ExplainedTotalSerializer):
    """A row has the dimensions by which it is grouped."""

    members = (*DIMENSIONS.values(), *MONTHS, *MEASURES)

    def get_fields(self) -> dict[str, serializers.Field]:
        fields = super().get_fields()
        for name in DIMENSIONS:
            fields[name].required = False
        return fields


@extend_schema_serializer(examples=[OpenApiExample("Por unidad y trimestre", value=_EXAMPLE)], many=False)
class ExecutionSerializer(ReportPageSerializer):
    group_by = serializers.ListField(child=serializers.ChoiceField(list(DIMENSIONS)))
    depth = serializers.IntegerField(allow_null=True)
    through = serializers.IntegerField()
    cumulative = serializers.BooleanField()
    total = ExplainedTotalSerializer(
        help_text="Todo lo pedido, de enero a `through`; no la suma de las filas de tiempo."
    )
    results = ExecutionRowSerializer(many=True)
