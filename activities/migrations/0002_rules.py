"""Rules over several rows, the recorders of this app's tables, and the read model that follows them."""

from pathlib import Path

from django.db import migrations

from activities.recorders import RECORDERS

SQL = Path(__file__).resolve().parents[1] / "sql"
# Which tables the figures follow, and by which function.
FOLLOWED = {
    "activity": "figures_follow",
    "targetrevision": "figures_follow",
    "progressentry": "figures_follow_entries",
    "review": "figures_follow",
}


def follow(model: str, function: str) -> migrations.RunSQL:
    table = f"activities_{model}"
    return migrations.RunSQL(
        f"CREATE TRIGGER figures_follow AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {function}();"
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER figures_follow;",
        f"DROP TRIGGER figures_follow ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [("activities", "0001_initial"), ("units", "0002_rules")]

    operations = [
        migrations.RunSQL((SQL / "rules.sql").read_text()),
        *[migrations.RunSQL(recorder.sql(), recorder.reverse_sql()) for recorder in RECORDERS],
        migrations.RunSQL("CALL make_append_only('activities_importrow');"),
        migrations.RunSQL((SQL / "backdating.sql").read_text()),
        migrations.RunSQL((SQL / "figures.sql").read_text()),
        migrations.RunSQL((SQL / "following.sql").read_text()),
        migrations.RunSQL((SQL / "measures.sql").read_text()),
        migrations.RunSQL((SQL / "shapes.sql").read_text()),
        *[follow(model, function) for model, function in FOLLOWED.items()],
    ]
