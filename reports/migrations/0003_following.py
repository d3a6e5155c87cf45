"""What the feed of changes says of publications when they come into sight or go out of it."""

from django.db import migrations

from reports.recorders import RECORDERS


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_rules"), ("activities", "0004_following")]

    operations = [
        *[migrations.RunSQL(recorder.function_sql()) for recorder in RECORDERS],
        *[migrations.RunSQL(recorder.copy_sql(), recorder.undo_copy_sql()) for recorder in RECORDERS],
        *[migrations.RunSQL(recorder.moves_sql(), recorder.undo_moves_sql()) for recorder in RECORDERS],
        migrations.RunSQL("CALL refer_to_units_at_once('reports\\_%');", ""),
    ]
