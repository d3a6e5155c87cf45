"""Publications are recorded and append-only."""

from django.db import migrations

from units.recording import Recorder

RECORDERS = [
    Recorder(table="reports_publication", entity="publication", unit="r.unit_id", append_only=True),
    Recorder(
        table="reports_publicationcontent",
        entity="publication_content",
        unit="p.unit_id",
        joins="LEFT JOIN reports_publication p ON p.id = r.publication_id",
        append_only=True,
    ),
]


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial"), ("activities", "0002_rules")]

    operations = [
        *[migrations.RunSQL(recorder.sql(), recorder.reverse_sql()) for recorder in RECORDERS],
    ]
