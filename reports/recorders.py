"""How this app's tables become changes; the migrations put it into the database."""

from units.history.recorder import Recorder

RECORDERS = [
    Recorder(table="reports_publication", entity="publication", unit="r.unit_id", append_only=True),
    Recorder(
        table="reports_publicationcontent",
        entity="publication_content",
        unit="p.unit_id",
        joins="LEFT JOIN reports_publication p ON p.id = r.publication_id",
        append_only=True,
        shown=("publication_id", "format", "sha256"),
    ),
]
