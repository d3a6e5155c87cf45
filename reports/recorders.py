"""How this app's tables become changes, and who sees them."""

from units.history.recorder import Recorder, SeenBy
from units.history.registry import record

record(
    "reports",
    Recorder(
        table="reports_publication",
        entity="publication",
        seen_by=SeenBy.UNIT,
        unit="r.unit_id",
        moves_along=True,
        append_only=True,
    ),
    Recorder(
        table="reports_publicationcontent",
        entity="publication_content",
        seen_by=SeenBy.UNIT,
        unit="p.unit_id",
        joins="LEFT JOIN reports_publication p ON p.id = r.publication_id",
        moves_along=True,
        append_only=True,
        shown=("publication_id", "format", "sha256"),
    ),
)
