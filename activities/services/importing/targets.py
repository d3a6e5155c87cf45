"""Write what a document promises: versions of the plan, with what they correct of activities (domain.md, rule 14)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from activities.choices import PlanStatus
from activities.models import Activity, Plan, TargetRevision
from activities.services.bulk_history import BATCH, save_revisions
from activities.services.importing.matching import Matching
from activities.services.importing.programmes import Programme, initial_programme_of, programme_of, says_initial
from activities.services.plans.plans import INITIAL_VERSION, create_version, next_version

REASON = "importación"
_CORRECTED = ("unit", "mef_activity", "measurement_unit", "accumulation")


@dataclass(slots=True)
class Targets:
    """What was written: the versions, how many programmes, and how many activities were corrected or moved.

    `replaced` are those among them that had a programme, or were otherwise, before. In a `trial` all is counted and
    nothing written.
    """

    versions: list[int] = field(default_factory=list)
    written: int = 0
    corrected: int = 0
    moved: int = 0
    replaced: int = 0
    trial: bool = False


def write_first_targets(plan: Plan, matching: Matching, resolution: str, *, trial: bool) -> Targets:
    """Write the targets of a plan without any: as they were at first in version 1, as they are now in version 2.

    In version 2 is what was changed since, and what came in later; without such things there is none.
    """
    rows = matching.rows
    states_initial = says_initial(row for row, _ in rows)
    first = [(activity, initial_programme_of(row) if states_initial else programme_of(row)) for row, activity in rows]
    targets = Targets(trial=trial)
    initial = [(activity, programme) for activity, programme in first if programme is not None]
    if initial:
        _write(targets, INITIAL_VERSION, initial)
        targets.versions.append(INITIAL_VERSION)
    later = [
        (activity, programme_of(row))
        for (row, activity), (_, programme) in zip(rows, first, strict=True)
        if programme != programme_of(row) or activity.pk in matching.amended
    ]
    if later:
        _write_version(targets, plan, later, matching, resolution if not initial else "")
    return targets


def write_changed_targets(plan: Plan, matching: Matching, resolution: str, *, trial: bool) -> Targets:
    """Write the programmes that differ from the latest stored ones, and corrections, in one new version if any do.

    Those of a draft are edited as they are.
    """
    latest = TargetRevision.objects.filter(activity__plan=plan).order_by("activity_id", "-version", "-id")
    stored = dict(latest.distinct("activity_id").values_list("activity_id", "programmed"))
    changed = [
        (activity, programme_of(row))
        for row, activity in matching.rows
        if tuple(stored.get(activity.pk, ())) != programme_of(row) or activity.pk in matching.amended
    ]
    targets = Targets(replaced=sum(activity.pk in stored for activity, _ in changed), trial=trial)
    if changed:
        _write_version(targets, plan, changed, matching, resolution)
    return targets


def _write_version(
    targets: Targets, plan: Plan, programmes: Sequence[tuple[Activity, Programme]], matching: Matching, resolution: str
) -> None:
    is_draft = plan.status == PlanStatus.DRAFT
    version = INITIAL_VERSION if is_draft else _version(targets, plan, resolution)
    amended = [activity for activity, _ in programmes if activity.pk in matching.amended]
    for activity in amended:
        changes = matching.amended[activity.pk]
        for name, value in changes.items():
            setattr(activity, name, value)
        targets.moved += "unit" in changes
        targets.corrected += bool(changes.keys() - {"unit"})
    if amended and not targets.trial:
        Activity.objects.bulk_update(amended, _CORRECTED, batch_size=BATCH)
    _write(targets, version, programmes)
    if not is_draft:
        targets.versions.append(version)


def _version(targets: Targets, plan: Plan, resolution: str) -> int:
    """Return the number of the version that the targets are written in."""
    if targets.trial:
        return next_version(plan)
    return create_version(plan=plan, reason=REASON, resolution=resolution).number


def _write(targets: Targets, version: int, programmes: Sequence[tuple[Activity, Programme]]) -> None:
    if not targets.trial:
        save_revisions(
            TargetRevision(activity=activity, version=version, programmed=list(programme), unit_id=activity.unit_id)
            for activity, programme in programmes
        )
    targets.written += len(programmes)
