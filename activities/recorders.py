"""How this app's tables become changes; the migrations put it into the database."""

from units.history.recorder import Recorder

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
        joins="LEFT JOIN activities_progressentry e ON e.id = r.entry_id "
        "LEFT JOIN activities_activity a ON a.id = e.activity_id",
        append_only=True,
    ),
    Recorder(
        table="activities_import",
        entity="import",
        unit="p.institution_id",
        joins=OF_PLAN,
        append_only=True,
        shown=("plan_id", "filename", "sha256", "cut_off"),
    ),
]
