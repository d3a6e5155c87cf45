"""The unit tree, the change order and the recorders of this app's tables."""

from pathlib import Path

from django.db import migrations

from units.recording import Recorder

SQL = Path(__file__).resolve().parents[1] / "sql"
RECORDERS = [
    Recorder(table="units_unit", entity="unit", unit="r.id"),
    Recorder(table="units_unitalias", entity="unit_alias", unit="r.unit_id"),
    Recorder(table="units_membership", entity="membership", unit="r.unit_id"),
    Recorder(table="units_apiclient", entity="client", unit="r.unit_id", secret=("key_hash",)),
]


class Migration(migrations.Migration):
    dependencies = [("units", "0001_initial")]

    operations = [
        migrations.RunSQL((SQL / "tree.sql").read_text()),
        migrations.RunSQL((SQL / "change_order.sql").read_text()),
        *[migrations.RunSQL(recorder.sql(), recorder.reverse_sql()) for recorder in RECORDERS],
    ]
