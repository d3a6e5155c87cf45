"""Publications are recorded and append-only."""

from django.db import migrations

from reports.recorders import RECORDERS


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial"), ("activities", "0002_rules")]

    operations = [migrations.RunSQL(recorder.sql(), recorder.reverse_sql()) for recorder in RECORDERS]
