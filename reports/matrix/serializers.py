"""The shape of `/reports/matrix/`, for the schema alone."""

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer

from activities.serializers.figures import YEAR_EXAMPLE
from reports.matrix.provenance import PROVENANCE
from reports.matrix.statement import FIGURES
from reports.shared.columns import LABELS, RowSerializer
from reports.shared.serializers import LABELS_EXAMPLE, ReportPageSerializer, page_example

_ROW = {**LABELS_EXAMPLE, "programmed": [0, 0, 1] * 4, "executed": [None, None, 1] * 4, **YEAR_EXAMPLE}
_EXAMPLES = [
    OpenApiExample("Una fila de la matriz", value=page_example(_ROW)),
    OpenApiExample(
        "Con provenance=true",
        value=page_example({**_ROW, "import": 5, "line": 7, "status": "inferred", "doubts": ["EJECUTADO ENE"]}),
    ),
]


class MatrixRowSerializer(RowSerializer):
    members = (*LABELS, *FIGURES, *PROVENANCE)


@extend_schema_serializer(examples=_EXAMPLES, many=False)
class MatrixSerializer(ReportPageSerializer):
    results = MatrixRowSerializer(many=True)
