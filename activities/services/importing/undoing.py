"""Undoing an import on which nothing was built yet: further acts, each in the order of changes (domain.md, rule 13).

What it wrote is found by its change set: entries, targets, and edits of activities that there were.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import chain
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from activities.choices import ImportState, Origin, PlanStatus, Verdict
from activities.models import (
    Activity,
    ApprovalWithdrawal,
    Figure,
    Import,
    ImportApplication,
    ImportUndoing,
    Plan,
    ProgressEntry,
    Review,
    TargetRevision,
)
from activities.models.target import NO_PROGRAMME
from activities.services.bulk_history import in_batches, save_revisions, update_many, write_history
from activities.services.importing.ledger import hold_imports
from activities.services.plans.plans import INITIAL_VERSION, create_version, hold_plans, lock_plan, require_open
from activities.services.plans.withdrawing import built_by_others, items_of
from poi_api.database.rows import values_of
from poi_api.http.exceptions import Conflict, refuse_all, require_reason
from poi_api.http.problem_items import ErrorItem
from units.choices import Operation
from units.models import Change

_UNDONE = "Importación deshecha: "
_SAID = ("executed", "reason", "evidence_url", "is_late", "origin")
_GIVEN_BACK = ("activity_id", "month", "entry_version", *_SAID)
# Entries of a month are in their own order: who reported while the document was compared did so before it
_OFFICIAL_BEFORE = f"""
SELECT DISTINCT ON (e.activity_id, e.month) e.activity_id, e.month, {", ".join(f"e.{name}" for name in _SAID)}
  FROM activities_progressentry own
  JOIN activities_progressentry e
    ON e.activity_id = own.activity_id AND e.month = own.month AND e.entry_version < own.entry_version
  LEFT JOIN LATERAL (SELECT r.verdict FROM activities_review r WHERE r.entry_id = e.id ORDER BY r.id DESC LIMIT 1)
       AS latest ON true
 WHERE own.change_set_id = %s AND own.activity_id = ANY (%s)
   AND coalesce(latest.verdict = '{Verdict.ACCEPT}', NOT e.needs_review)
 ORDER BY e.activity_id, e.month, e.entry_version DESC
"""
_AT_ONCE = 10_000
"""How many months are looked at and held in memory at once."""


def undo_import(source: Import, reason: str) -> None:
    """Take back what a stored document wrote: figures by entries, targets by a version; what it made is struck out.

    Units and entries of catalogues stay. Raises Invalid `reason_required`, Conflict `import_not_applied`,
    `import_undone` or `plan_closed`, or with one item for each kind of thing that is about what it wrote:
    `import_reported`, `import_reviewed`, `import_modified`, `plan_published`.
    """
    require_reason(reason)
    _require_applied(source)
    hold_imports()
    application = source.application
    if not application.plan.is_struck_out:  # else all that it wrote is, too
        _take_back(application, reason)
    ImportUndoing.objects.create(application=application, reason=reason)


def _take_back(application: ImportApplication, reason: str) -> None:
    """Take back what was written: who reports waits for the writing alone, not while it is looked up."""
    hold_plans(application.plan.institution, application.plan.year, application.plan.year)
    plan = Plan.objects.get(pk=application.plan_id)
    require_open(plan)
    written = _Written(application, plan)
    entries = list(written.given_back(_UNDONE + reason))
    targets, edited = written.earlier_targets(), written.edits_given_back()
    lock_plan(plan.pk)
    refuse_all(Conflict, written.built_upon())
    update_many(*edited)
    # Before the entries: figures that follow targets read all of these
    written.restore_targets(targets, _UNDONE + reason)
    write_history(ProgressEntry, _GIVEN_BACK, entries)
    written.strike_out(reason)


def _require_applied(source: Import) -> None:
    if source.state == ImportState.STORED:
        raise Conflict("import_not_applied", "La importación no se aplicó: no hay nada que deshacer.")
    if source.state == ImportState.UNDONE:
        raise Conflict("import_undone", "La importación ya se deshizo.")


class _Written:
    """What an import wrote into a plan that is kept as it is."""

    def __init__(self, application: ImportApplication, plan: Plan) -> None:
        self._plan, self._change_set = plan, application.change_set_id
        changes = Change.objects.filter(change_set_id=self._change_set)
        made = changes.filter(operation=Operation.CREATED)
        self._created = set(made.filter(entity="activity").values_list("object_id", flat=True))
        self._made_plan = made.filter(entity="plan", object_id=plan.pk).exists()
        self._edits = changes.filter(entity="activity", operation=Operation.UPDATED).order_by("-id")
        self._entries = ProgressEntry.objects.filter(change_set_id=self._change_set)
        self._targets = TargetRevision.objects.filter(change_set_id=self._change_set)
        self._position = application.change_set.position
        undone = ImportUndoing.objects.filter(application__plan=plan, application_id__gt=application.pk)
        taken_back = undone.values_list("change_set_id", "application__change_set_id")
        # Later imports that were undone, and their undoing, leave nothing behind
        self._later = Q(change_set__position__gt=self._position) & ~Q(change_set_id__in=list(chain(*taken_back)))

    def built_upon(self) -> list[ErrorItem]:
        """Return an item for each kind of later thing that is about what was written, with how many there are."""
        counts = [
            ("import_reported", "registros posteriores", self._later_entries().count()),
            (
                "import_reviewed",
                "revisiones",
                Review.objects.filter(entry__change_set_id=self._change_set).count(),
            ),
            ("import_modified", "modificaciones posteriores", self._later_modifications()),
            *built_by_others(self._plan, self._change_set),
        ]
        return items_of(counts, "La importación ya no se deshace: lo que escribió tiene")

    def _later_entries(self) -> QuerySet[ProgressEntry]:
        own = self._entries.filter(activity_id=OuterRef("activity_id"), month=OuterRef("month"))
        later = ProgressEntry.objects.filter(self._later, activity__plan=self._plan)
        return later.filter(Q(activity_id__in=self._created) | Exists(own))

    def _later_modifications(self) -> int:
        """Return how many later transactions changed the targets, approved them, or added to a plan that was made."""
        touched = Q(activity_id__in=self._created) | Q(activity_id__in=self._targets.values("activity_id"))
        of_plan = TargetRevision.objects.filter(self._later, activity__plan=self._plan)
        revisions = of_plan if self._made_plan else of_plan.filter(touched)
        versions = self._plan.versions.standing().filter(self._later)
        approvals = versions if self._made_plan else versions.filter(number=INITIAL_VERSION)
        acts = {*revisions.values_list("change_set_id", flat=True), *approvals.values_list("change_set_id", flat=True)}
        return len(acts)

    def given_back(self, reason: str) -> Iterator[Sequence[Any]]:
        """Yield an entry for each month, in the columns `_GIVEN_BACK`.

        It has the official figure from before, which stays whose it was, or none, for this reason.
        """
        nothing = None, reason, "", False, Origin.IMPORT.value
        written = self._entries.order_by("activity_id", "month").values_list("activity_id", "month")
        for some in in_batches(written.iterator(), _AT_ONCE):
            of_these = {activity for activity, _ in some}
            figures = Figure.objects.filter(activity__in=of_these).values_list("activity_id", "entry_version")
            newest, before = dict(figures), self._official_before(of_these)
            for activity, month in some:
                official = before.get((activity, month), nothing)
                said = nothing if official[0] is None else official
                yield activity, month, newest[activity][month - 1] + 1, *said

    def _official_before(self, activities: Set[int]) -> dict[tuple[int, int], Sequence[Any]]:
        """Return what was official of the months that were written, by activity and month."""
        before = values_of(_OFFICIAL_BEFORE, [self._change_set, list(activities)])
        return {(activity, month): rest for activity, month, *rest in before}

    def earlier_targets(self) -> list[TargetRevision]:
        """Return the targets from before of the activities that there were."""
        touched = self._targets.exclude(activity_id__in=self._created).values_list("activity_id", flat=True)
        activities = list(Activity.objects.filter(pk__in=touched).order_by("pk"))
        if not activities:
            return []
        earlier = TargetRevision.objects.filter(activity__in=activities, change_set_id__lt=self._change_set)
        latest = earlier.order_by("activity_id", "-version", "-id").distinct("activity_id")
        before = {revision.activity_id: revision for revision in latest}
        return [_restored(activity, before.get(activity.pk)) for activity in activities]

    def restore_targets(self, targets: Sequence[TargetRevision], reason: str) -> None:
        """Write targets in a new version, those of a draft at once."""
        if not targets:
            return
        is_draft = self._plan.status == PlanStatus.DRAFT
        version = INITIAL_VERSION if is_draft else create_version(plan=self._plan, reason=reason).number
        for target in targets:
            target.version = version
        save_revisions(targets)

    def edits_given_back(self) -> tuple[list[Activity], list[str]]:
        """Return activities that there were as they were called and counted, and the fields that are otherwise now.

        What is no longer as the import left it stays.
        """
        edits = list(self._edits.exclude(object_id__in=self._created))
        activities = Activity.objects.in_bulk({edit.object_id for edit in edits})
        edited: dict[int, Activity] = {}
        fields: set[str] = set()
        for edit in edits:
            activity = activities.get(edit.object_id)
            if activity is not None and (names := _give_back(activity, edit.before or {}, edit.after or {})):
                edited[activity.pk] = activity
                fields.update(names)
        return list(edited.values()), sorted(fields)

    def strike_out(self, reason: str) -> None:
        """Strike out the activities that it made, and the plan if that was made too."""
        Activity.objects.filter(pk__in=self._created).update(is_struck_out=True)
        if not self._made_plan:
            return
        for version in self._plan.versions.standing().filter(number=INITIAL_VERSION):
            ApprovalWithdrawal.objects.create(version=version, reason=_UNDONE + reason)
        self._plan.status, self._plan.is_struck_out = PlanStatus.DRAFT, True
        self._plan.save(update_fields=["status", "is_struck_out"])


def _restored(activity: Activity, before: TargetRevision | None) -> TargetRevision:
    if before is None:
        return TargetRevision.of(activity, NO_PROGRAMME)
    return TargetRevision.of(activity, before.programmed, cancelled_from=before.cancelled_from)


def _give_back(activity: Activity, before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Set the columns that are still as `after` says to what they were `before`, and return their fields."""
    given: Iterable[str] = [column for column in before if getattr(activity, column) == after.get(column)]
    for column in given:
        setattr(activity, column, before[column])
    return [column.removesuffix("_id") for column in given]
