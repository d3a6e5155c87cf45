"""How this app's tables become changes, and who sees them."""

from units.history.recorder import Recorder, SeenBy
from units.history.registry import record

_PUBLICATION = "LEFT JOIN reports_publication p ON p.id = r.publication_id"
_FOR_PLANNERS = "EXISTS (SELECT FROM reports_publication p {joined} AND p.audience = 'planners')"
_OF_ITS_PART = "JOIN {table} r ON r.publication_id = p.id WHERE r.id = c.object_id"
record(
    "reports",
    Recorder(
        table="reports_publication",
        entity="publication",
        seen_by=SeenBy.UNIT,
        planners_alone=_FOR_PLANNERS.format(joined="WHERE p.id = c.object_id"),
        unit="r.unit_id",
        moves_along=True,
        append_only=True,
    ),
    Recorder(
        table="reports_publicationcontent",
        entity="publication_content",
        seen_by=SeenBy.UNIT,
        planners_alone=_FOR_PLANNERS.format(joined=_OF_ITS_PART.format(table="reports_publicationcontent")),
        unit="p.unit_id",
        joins=_PUBLICATION,
        moves_along=True,
        append_only=True,
        shown=("publication_id", "format", "sha256"),
    ),
    Recorder(
        table="reports_publicationwithdrawal",
        entity="publication_withdrawal",
        seen_by=SeenBy.UNIT,
        planners_alone=_FOR_PLANNERS.format(joined=_OF_ITS_PART.format(table="reports_publicationwithdrawal")),
        unit="p.unit_id",
        joins=_PUBLICATION,
        moves_along=True,
        append_only=True,
    ),
)
