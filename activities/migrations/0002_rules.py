"""Rules over several rows, the recorders of this app's tables, and the read model that follows them."""

from pathlib import Path

from django.db import migrations

from units.recording import Recorder

SQL = Path(__file__).resolve().parents[1] / "sql"
OF_ACTIVITY = "LEFT JOIN activities_activity a ON a.id = r.activity_id"
OF_PLAN = "LEFT JOIN activities_plan p ON p.id = r.plan_id"
RECORDERS = [
    Recorder(table="activities_mefactivity", entity="mef_activity"),
    Recorder(table="activities_measurementunit", entity="measurement_unit"),
    Recorder(table="activities_plan", entity="plan", unit="r.institution_id"),
    Recorder(
        table="activities_planversion",
        entity="plan_version",
        unit="p.institution_id",
        joins=OF_PLAN,
        append_only=True,
    ),
    Recorder(table="activities_reportingperiod", entity="period", unit="p.institution_id", joins=OF_PLAN),
    Recorder(table="activities_reopening", entity="reopening", unit="r.unit_id", append_only=True),
    Recorder(
        table="activities_reopeningwithdrawal",
        entity="reopening_withdrawal",
        unit="o.unit_id",
        joins="LEFT JOIN activities_reopening o ON o.id = r.reopening_id",
        append_only=True,
    ),
    Recorder(table="activities_activity", entity="activity", unit="r.unit_id", activity="r.id"),
    Recorder(
        table="activities_targetrevision",
        entity="target_revision",
        unit="a.unit_id",
        activity="r.activity_id",
        joins=OF_ACTIVITY,
        append_only=True,
    ),
    Recorder(
        table="activities_progressentry",
        entity="progress_entry",
        unit="a.unit_id",
        activity="r.activity_id",
        joins=OF_ACTIVITY,
        append_only=True,
    ),
    Recorder(
        table="activities_review",
        entity="review",
        unit="a.unit_id",
        activity="e.activity_id",
        joins="LEFT JOIN activities_progressentry e ON e.id = r.entry_id LEFT JOIN activities_activity a ON a.id = e.activity_id",
        append_only=True,
        with_image=True,
    ),
    Recorder(
        table="activities_import",
        entity="import",
        unit="p.institution_id",
        joins="LEFT JOIN activities_plan p ON p.id = r.plan_id",
        append_only=True,
    ),
]
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
