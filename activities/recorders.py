"""How this app's tables become changes, and who sees them."""

from functools import partial

from activities.serializers.classification import ClassificationSerializer
from units.history.recorder import Recorder, SeenBy
from units.history.registry import record

_ACTIVITY = "LEFT JOIN activities_activity a ON a.id = {id}"
_PLAN = "LEFT JOIN activities_plan p ON p.id = {id}"
_of_activity = partial(
    Recorder,
    seen_by=SeenBy.UNIT,
    unit="a.unit_id",
    part_of="r.activity_id",
    joins=_ACTIVITY.format(id="r.activity_id"),
)
_of_plan = partial(Recorder, seen_by=SeenBy.MEMBERS, unit="p.institution_id", joins=_PLAN.format(id="r.plan_id"))
record(
    "activities",
    Recorder(
        table="activities_activity",
        entity="activity",
        seen_by=SeenBy.UNIT,
        unit="r.unit_id",
        part_of="r.id",
        moves_along=True,
        shapes={"classification": ClassificationSerializer},
        holds={"target_revisions": "target_revision", "progress_entries": "progress_entry", "reviews": "review"},
    ),
    _of_activity(table="activities_targetrevision", entity="target_revision"),
    _of_activity(table="activities_progressentry", entity="progress_entry", names={"is_late": "late"}),
    _of_activity(
        table="activities_review",
        entity="review",
        part_of="e.activity_id",
        joins="LEFT JOIN activities_progressentry e ON e.id = r.entry_id " + _ACTIVITY.format(id="e.activity_id"),
        adds={"activities_progressentry": ("activity_id", "month", "entry_version", "executed")},
    ),
    Recorder(table="activities_mefactivity", entity="mef_activity", seen_by=SeenBy.EVERYBODY, referred_to=True),
    Recorder(table="activities_measurementunit", entity="measurement_unit", seen_by=SeenBy.EVERYBODY, referred_to=True),
    Recorder(
        table="activities_plan",
        entity="plan",
        seen_by=SeenBy.MEMBERS,
        unit="r.institution_id",
        names={"green_from": "bands.green", "amber_from": "bands.amber"},
        referred_to=True,
    ),
    _of_plan(table="activities_planversion", entity="plan_version"),
    _of_plan(
        table="activities_approvalwithdrawal",
        entity="approval_withdrawal",
        joins="LEFT JOIN activities_planversion v ON v.id = r.version_id " + _PLAN.format(id="v.plan_id"),
    ),
    _of_plan(table="activities_reportingperiod", entity="period", referred_to=True),
    Recorder(
        table="activities_reopening",
        entity="reopening",
        seen_by=SeenBy.UNIT_AND_BELOW,
        unit="r.unit_id",
        moves_along=True,
        holds={"withdrawal": "reopening_withdrawal"},
    ),
    Recorder(
        table="activities_reopeningwithdrawal",
        entity="reopening_withdrawal",
        seen_by=SeenBy.UNIT_AND_BELOW,
        unit="o.unit_id",
        joins="LEFT JOIN activities_reopening o ON o.id = r.reopening_id",
        moves_along=True,
    ),
    Recorder(
        table="activities_import",
        entity="import",
        seen_by=SeenBy.PLANNERS,
        unit="r.institution_id",
        shown=("institution_id", "year", "filename", "sha256", "cut_off"),
    ),
    _of_plan(
        table="activities_importapplication",
        entity="import_application",
        seen_by=SeenBy.PLANNERS,
        shown=("source_id", "plan_id"),
        names={"source_id": "import"},
    ),
    _of_plan(
        table="activities_importundoing",
        entity="import_undoing",
        seen_by=SeenBy.PLANNERS,
        joins="LEFT JOIN activities_importapplication x ON x.id = r.application_id " + _PLAN.format(id="x.plan_id"),
    ),
)
