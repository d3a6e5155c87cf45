"""What the feed of changes says of this app's objects when they come into sight or go out of it."""

from pathlib import Path

from django.db import migrations

from activities.recorders import RECORDERS

SQL = Path(__file__).resolve().parents[1] / "sql"
MOVE_ALONG = {"activity", "reopening", "reopening_withdrawal"}


class Migration(migrations.Migration):
    dependencies = [("activities", "0003_progress"), ("units", "0004_following")]

    operations = [
        *[migrations.RunSQL(recorder.function_sql()) for recorder in RECORDERS],
        *[migrations.RunSQL(recorder.copy_sql(), recorder.undo_copy_sql()) for recorder in RECORDERS],
        *[
            migrations.RunSQL(recorder.moves_sql(), recorder.undo_moves_sql())
            for recorder in RECORDERS
            if recorder.entity in MOVE_ALONG
        ],
        migrations.RunSQL("CALL refer_to_units_at_once('activities\\_%');", ""),
        migrations.RunSQL((SQL / "following_feed.sql").read_text(), "DROP FUNCTION history_of;"),
    ]
