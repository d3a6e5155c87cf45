"""The unit tree, the change order and the recorders of this app's tables."""

from pathlib import Path

from django.db import migrations

from units.recorders import RECORDERS

SQL = Path(__file__).resolve().parents[1] / "sql"

class Migration(migrations.Migration):
    dependencies = [("units", "0001_initial")]

    operations = [
        migrations.RunSQL((SQL / "tree.sql").read_text()),
        migrations.RunSQL((SQL / "change_order.sql").read_text()),
        *[migrations.RunSQL(recorder.sql(), recorder.reverse_sql()) for recorder in RECORDERS],
    ]
