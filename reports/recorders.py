"""How this app's tables become changes, and who sees them."""

from typing import Any

from units.history.recorder import Recorder, SeenBy
from units.history.registry import record

_FOR_PLANNERS = "EXISTS (SELECT FROM reports_publication p {joined} AND p.audience = 'planners')"


def _part(table: str, entity: str, **more: Any) -> Recorder:
    """Return how a part of a publication is recorded: who sees it is who sees that."""
    joined = f"JOIN {table} r ON r.publication_id = p.id WHERE r.id = c.object_id"
    return Recorder(
        table=table,
        entity=entity,
        seen_by=SeenBy.UNIT,
        planners_alone=_FOR_PLANNERS.format(joined=joined),
        unit="p.unit_id",
        joins="LEFT JOIN reports_publication p ON p.id = r.publication_id",
        **more,
    )


record(
    "reports",
    Recorder(
        table="reports_publication",
        entity="publication",
        seen_by=SeenBy.UNIT,
        planners_alone=_FOR_PLANNERS.format(joined="WHERE p.id = c.object_id"),
        unit="r.unit_id",
    ),
    _part("reports_publicationcontent", "publication_content", shown=("publication_id", "format", "sha256")),
    _part("reports_publicationwithdrawal", "publication_withdrawal"),
)
