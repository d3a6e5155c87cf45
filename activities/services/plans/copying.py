"""The draft of another year from a plan: the same activities with the targets they have now."""

from dataclasses import dataclass, field

from activities.models import Activity, Plan, TargetRevision
from activities.services.bulk_history import save_revisions
from activities.services.plans.plans import create_plan

_RULES = ("requires_review", "tolerance_percent", "green_from", "amber_from")


@dataclass(frozen=True, slots=True)
class ActivityNotice:
    """An activity of the copied plan that a person should know of, and why."""

    activity: Activity
    reason: str


@dataclass(slots=True)
class Copy:
    """The new draft, how many activities it has, those left out and those that approval will ask about."""

    plan: Plan
    activities: int = 0
    left_out: list[ActivityNotice] = field(default_factory=list)
    to_review: list[ActivityNotice] = field(default_factory=list)


def copy_plan(*, plan: Plan, year: int) -> Copy:
    """Make the draft of `year` from a locked plan, in a fixed number of statements.

    Cancelled activities are left out. Raises Conflict `plan_exists` or `unit_inactive`.
    """
    rules = {name: getattr(plan, name) for name in _RULES}
    copy = Copy(create_plan(institution=plan.institution, year=year, **rules))
    activities = plan.activities.select_related("unit", "mef_activity", "figure").order_by("code")
    copy.left_out = [ActivityNotice(source, "cancelled") for source in activities if source.figure.is_cancelled]
    sources = [source for source in activities if not source.figure.is_cancelled]
    copy.activities = len(sources)
    _copy_activities(copy, sources)
    return copy


def _copy_activities(copy: Copy, sources: list[Activity]) -> None:
    ids = [source.pk for source in sources]
    with_target = set(TargetRevision.objects.filter(activity__in=ids).values_list("activity_id", flat=True))
    made = Activity.objects.bulk_create([source.copied_to(copy.plan) for source in sources])
    revisions = []
    for source, activity in zip(sources, made, strict=True):
        if source.pk in with_target:
            revisions.append(TargetRevision.of(activity, source.figure.programmed))
        else:
            copy.to_review.append(ActivityNotice(source, "target_missing"))
        if not source.unit.is_active:
            copy.to_review.append(ActivityNotice(source, "unit_inactive"))
    save_revisions(revisions)
