"""The shape of an export's line, for the schema alone."""

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer

from poi_api.http.flat_rows import cells_of, columns_of
from reports.exports.columns import COLUMNS
from reports.shared.columns import LABELS, RowSerializer, names
from reports.shared.serializers import LABELS_EXAMPLE


class _LabelsSerializer(RowSerializer):
    members = LABELS


_LABELS = columns_of(_LabelsSerializer())
_CELLS = {
    **dict(zip(_LABELS, cells_of(LABELS_EXAMPLE, _LABELS.values()), strict=True)),
    "accumulation": "sum",
    "month": 3,
    "programmed": 1,
    "executed": 1,
    "pending": None,
    "status": "accepted",
    "late": False,
    "entry_version": 1,
    "reason": None,
    "evidence_url": None,
}
_EXAMPLE = {name: _CELLS[name] for name in names(COLUMNS)}


@extend_schema_serializer(
    examples=[OpenApiExample("Una línea", value=_EXAMPLE, media_type="application/x-ndjson")], many=False
)
class MonthRowSerializer(RowSerializer):
    members = COLUMNS
