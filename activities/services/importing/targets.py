"""Write what a document promises: versions of the plan, with what they correct of activities (domain.md, rule 14)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from activities.choices import PlanStatus
from activities.document.stated import has_initial_blocks
from activities.models import Activity, Plan, TargetRevision
from activities.services.bulk_history import save_revisions, update_many
from activities.services.importing.matching import Matching
from activities.services.importing.programmes import Programme, initial_programme_of, programme_of
from activities.services.plans.plans import INITIAL_VERSION, create_version, next_version

REASON = "importación"
Programmed = tuple[Activity, Programme]
_CORRECTED = ("unit", "mef_activity", "measurement_unit", "accumulation")


@dataclass(slots=True)
class Targets:
    """What is to be written, and what was: the versions, how many programmes, how many activities corrected or moved.

    `initial` goes into version 1 of a plan without any, `later` into the next version; `replaced` are those among them
    that had a programme, or were otherwise, before.
    """

    initial: Sequence[Programmed] = ()
    later: Sequence[Programmed] = ()
    replaced: int = 0
    versions: list[int] = field(default_factory=list)
    written: int = 0
    corrected: int = 0
    moved: int = 0


def first_targets(matching: Matching) -> Targets:
    """Return the targets of a plan without any: as they were at first for version 1, as they are now for version 2.

    In version 2 is what was changed since, and what came in later; without such things there is none.
    """
    rows = matching.rows
    states_initial = any(has_initial_blocks(row.blocks) for row, _ in rows)
    first = [(activity, initial_programme_of(row) if states_initial else programme_of(row)) for row, activity in rows]
    later = [
        (activity, programme_of(row))
        for (row, activity), (_, programme) in zip(rows, first, strict=True)
        if programme != programme_of(row) or activity.pk in matching.amended
    ]
    initial = [(activity, programme) for activity, programme in first if programme is not None]
    return Targets(initial, later)


def changed_targets(plan: Plan, matching: Matching) -> Targets:
    """Return the programmes that differ from the latest stored ones, and corrections, for one new version if any do.

    Those of a draft are edited as they are.
    """
    latest = TargetRevision.objects.filter(activity__plan=plan).order_by("activity_id", "-version", "-id")
    stored = dict(latest.distinct("activity_id").values_list("activity_id", "programmed"))
    changed = [
        (activity, programme_of(row))
        for row, activity in matching.rows
        if tuple(stored.get(activity.pk, ())) != programme_of(row) or activity.pk in matching.amended
    ]
    return Targets(later=changed, replaced=sum(activity.pk in stored for activity, _ in changed))


def write_targets(targets: Targets, plan: Plan, matching: Matching, resolution: str, *, trial: bool) -> None:
    """Write them into a plan that is held; in a `trial` all is counted and nothing written."""
    if targets.initial:
        _write(targets, INITIAL_VERSION, targets.initial, trial=trial)
        targets.versions.append(INITIAL_VERSION)
    if not targets.later:
        return
    is_draft = plan.status == PlanStatus.DRAFT
    version = INITIAL_VERSION if is_draft else _version(plan, "" if targets.initial else resolution, trial=trial)
    _amend(targets, matching, trial=trial)
    _write(targets, version, targets.later, trial=trial)
    if not is_draft:
        targets.versions.append(version)


def _amend(targets: Targets, matching: Matching, *, trial: bool) -> None:
    """Correct the activities that the document says otherwise."""
    amended = [activity for activity, _ in targets.later if activity.pk in matching.amended]
    for activity in amended:
        changes = matching.amended[activity.pk]
        for name, value in changes.items():
            setattr(activity, name, value)
        targets.moved += "unit" in changes
        targets.corrected += bool(changes.keys() - {"unit"})
    if not trial:
        update_many(amended, _CORRECTED)


def _version(plan: Plan, resolution: str, *, trial: bool) -> int:
    """Return the number of the version that the targets are written in."""
    if trial:
        return next_version(plan)
    return create_version(plan=plan, reason=REASON, resolution=resolution).number


def _write(targets: Targets, version: int, programmes: Sequence[Programmed], *, trial: bool) -> None:
    if not trial:
        save_revisions(TargetRevision.of(activity, programme, version=version) for activity, programme in programmes)
    targets.written += len(programmes)
