"""The shape of `/reports/execution/`, for the schema alone."""

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from reports.execution.statement import MONTHS
from reports.shared.serializers import UNIT_EXAMPLE, ReportPageSerializer, page_example
from reports.shared.sums.measures import MEASURES
from reports.shared.sums.question import DIMENSIONS
from reports.shared.sums.serializers import TOTAL_EXAMPLE, TotalSerializer

_EXAMPLE = page_example(
    {"unit": UNIT_EXAMPLE, "quarter": 1, "from_month": 1, "to_month": 3, **TOTAL_EXAMPLE},
    group_by=["unit", "quarter"],
    depth=None,
    through=3,
    cumulative=False,
    total=TOTAL_EXAMPLE,
)


class ExecutionRowSerializer(TotalSerializer):
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
    total = TotalSerializer(help_text="Todo lo pedido, de enero a `through`; no la suma de las filas de tiempo.")
    results = ExecutionRowSerializer(many=True)
