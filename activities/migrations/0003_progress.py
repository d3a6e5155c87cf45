"""The functions that judge and write progress and reviews set by set."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"
UNDO = """
DROP FUNCTION review_progress;
DROP FUNCTION submit_progress;
DROP FUNCTION reopened_until;
DROP FUNCTION deviates;
DROP FUNCTION hold_for_progress;
DROP FUNCTION activities_named;
"""


class Migration(migrations.Migration):
    dependencies = [("activities", "0002_rules")]

    operations = [
        migrations.RunSQL((SQL / "progress.sql").read_text() + (SQL / "reviewing.sql").read_text(), UNDO),
    ]
