"""The shape of `/reports/completeness/`, for the schema alone."""

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from reports.completeness.statement import LABELS, MONTH, TALLY
from reports.shared.columns import RowSerializer
from reports.shared.serializers import ReportPageSerializer, page_example
from units.serializers.references import INSTITUTION_EXAMPLE, UNIT_EXAMPLE

_TALLY = {
    "expected": 3,
    "reported": 2,
    "on_time": 1,
    "late": 1,
    "imported": 0,
    "missing": 1,
    "overdue": 1,
    "punctuality": 33.33,
}
_EXAMPLE = page_example(
    {
        "year": 2022,
        "unit": UNIT_EXAMPLE,
        "kind": "organic_unit",
        "parent": INSTITUTION_EXAMPLE,
        **_TALLY,
        "months": [{"month": 3, **_TALLY}],
    },
    as_of="2022-04-30T23:59:59.999999-05:00",
    through=3,
    due_by="2022-04-30",
    total=_TALLY,
)


class TallySerializer(RowSerializer):
    members = TALLY


class CompletenessMonthSerializer(RowSerializer):
    members = (MONTH, *TALLY)


class CompletenessRowSerializer(RowSerializer):
    """A unit with all below it; units without expected months are left out, and so are such months."""

    members = (*LABELS, *TALLY)

    months = CompletenessMonthSerializer(many=True)


@extend_schema_serializer(examples=[OpenApiExample("Un trimestre", value=_EXAMPLE)], many=False)
class CompletenessSerializer(ReportPageSerializer):
    through = serializers.IntegerField()
    due_by = serializers.DateField(help_text="El día de Lima en que está parada la respuesta.")
    total = TallySerializer()
    results = CompletenessRowSerializer(many=True)
