"""Lists of progress and of reviews come as arrays, a month alone is one statement, and figures follow month by month."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


def read(*names: str) -> str:
    return "".join((SQL / f"{name}.sql").read_text() for name in names)


def function(name: str, file: str) -> str:
    """Return the statement that puts back a function as an earlier file made it."""
    body = read(file).split(f"CREATE FUNCTION {name}(")[1].split("END $$;")[0]
    return f"CREATE OR REPLACE FUNCTION {name}({body}END $$;"


FORGET = """
DROP FUNCTION review_progress;
DROP FUNCTION submit_progress;
DROP FUNCTION activities_named;
"""
UNDO = """
DROP FUNCTION submit_month;
DROP FUNCTION judge_progress;
DROP FUNCTION hold_for_progress;
DROP FUNCTION deviates;
DROP FUNCTION reopened_until;
"""


class Migration(migrations.Migration):
    dependencies = [("activities", "0004_following")]

    operations = [
        migrations.RunSQL(
            FORGET + read("naming", "submitting", "submitting_month", "reviewing_lists"),
            FORGET + UNDO + read("progress", "reviewing"),
        ),
        migrations.RunSQL(read("following_months"), function("figures_follow_entries", "following")),
        migrations.RunSQL(read("measuring"), function("figure_measures", "measures")),
    ]
