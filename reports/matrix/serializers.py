"""The shape of `/reports/matrix/`, for the schema alone."""

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer

from activities.serializers.figures import YEAR_EXAMPLE
from reports.matrix.statement import FIGURES
from reports.shared.columns import LABELS, RowSerializer
from reports.shared.serializers import LABELS_EXAMPLE, ReportPageSerializer, page_example

_EXAMPLE = page_example(
    {**LABELS_EXAMPLE, "programmed": [0, 0, 1] * 4, "executed": [None, None, 1] * 4, **YEAR_EXAMPLE}
)


class MatrixRowSerializer(RowSerializer):
    members = (*LABELS, *FIGURES)


@extend_schema_serializer(examples=[OpenApiExample("Una fila de la matriz", value=_EXAMPLE)], many=False)
class MatrixSerializer(ReportPageSerializer):
    results = MatrixRowSerializer(many=True)
