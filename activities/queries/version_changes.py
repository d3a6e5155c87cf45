"""What a version of a plan raised and lowered, activity by activity and month by month."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from activities.models import Activity, PlanVersion, TargetRevision
from activities.models.target import NO_PROGRAMME
from poi_api.database.rows import values_of
from poi_api.http import exact_json
from units.access.grants import Access
from units.models import Unit

# A period's dates may have changed since: the first later change holds what they were then.
_CLOSED = """
SELECT p.month
  FROM activities_reportingperiod p
  LEFT JOIN LATERAL (
      SELECT (c.before ->> 'closes_on')::date AS closes_on
        FROM units_change c JOIN units_changeset s ON s.id = c.change_set_id
       WHERE c.entity = 'period' AND c.object_id = p.id AND c.before ? 'closes_on' AND s.position > %(position)s
       ORDER BY s.position LIMIT 1) AS later ON true
 WHERE p.plan_id = %(plan)s AND coalesce(later.closes_on, p.closes_on) < %(day)s
"""
# An entry of a catalogue as it is called today, or as it was called when it was deleted
_ENTRY = """coalesce(
    (SELECT jsonb_build_object('id', t.id, 'code', t.code, 'name', t.name) FROM {table} t WHERE t.id = {entry}),
    (SELECT jsonb_build_object('id', d.object_id, 'code', d.before ->> 'code', 'name', d.before ->> 'name')
       FROM units_change d WHERE d.entity = '{entity}' AND d.object_id = {entry} AND d.operation = 'deleted'))"""


def _corrected(entity: str, table: str) -> str:
    """Return the SQL of what a change `c` of an activity corrected of what it names, null if nothing."""
    before, after = (
        _ENTRY.format(table=table, entity=entity, entry=f"(c.{image} ->> '{entity}_id')::bigint")
        for image in ("before", "after")
    )
    return f"CASE WHEN c.before ? '{entity}_id' THEN jsonb_build_object('before', {before}, 'after', {after}) END"


# What an activity is counted by is changed by versions alone once its plan is approved: their change sets tell it
_CORRECTIONS = f"""
SELECT c.object_id,
       {_corrected("measurement_unit", "activities_measurementunit")},
       {_corrected("mef_activity", "activities_mefactivity")},
       CASE WHEN c.before ? 'accumulation'
            THEN jsonb_build_object('before', c.before ->> 'accumulation', 'after', c.after ->> 'accumulation') END
  FROM units_change c
 WHERE c.change_set_id = %s AND c.entity = 'activity' AND c.operation = 'updated' AND c.object_id = ANY (%s)
   AND c.before ?| ARRAY['measurement_unit_id', 'mef_activity_id', 'accumulation']
"""
_CORRECTED = ("measurement_unit", "mef_activity", "accumulation")


@dataclass(frozen=True, slots=True)
class TargetChange:
    """One activity as a version changed it; quantities from January to December.

    `kind` is `added`, `cancelled`, `restored` (it had been cancelled), `moved` (to another unit) or `corrected`,
    whether its programme changed or not, or else `changed`. `cancelled_from` is the month with which it ends;
    `corrected` has what was before and after by field name, None for what was not corrected. `closed_months` are those
    whose figure changed after their period had closed.
    """

    activity: Activity
    kind: str
    before: list[Decimal]
    after: list[Decimal]
    cancelled_from: int | None
    corrected: dict[str, Any] | None
    closed_months: list[int]
    from_unit: Unit | None
    to_unit: Unit | None

    @property
    def difference(self) -> list[Decimal]:
        return [after - before for before, after in zip(self.before, self.after, strict=True)]


def changed_activities(version: PlanVersion, access: Access) -> list[int]:
    """Return the ids of the activities that a version changed, of those that the caller sees, by code: three queries.

    Of a withdrawn approval that is what version 1 was then: the draft goes on in further revisions of it. What came in
    with the version and ended with it was no change.
    """
    # Asked by their ids: in one statement with the revisions a plan for few rows would compare each with each
    seen = list(Activity.objects.visible_to(access).filter(plan=version.plan_id).values_list("pk", flat=True))
    own = _revisions(version, seen).filter(version=version.number)
    latest = own.order_by("activity_id", "-id").distinct("activity_id")
    found = list(latest.values_list("activity_id", "activity__code", "cancelled_from"))
    ended = [activity for activity, _, cancelled_from in found if cancelled_from is not None]
    earlier = _revisions(version, ended).filter(version__lt=version.number)
    gone = set(ended) - set(earlier.values_list("activity_id", flat=True))
    return [activity for _, activity in sorted((code, activity) for activity, code, _ in found if activity not in gone)]


def changes_of(version: PlanVersion, activities: list[int]) -> list[TargetChange]:
    """Return what a version changed in some of the activities that it did change, in their order: four queries."""
    after = _latest(_revisions(version, activities).filter(version=version.number))
    before = _latest(_revisions(version, activities).filter(version__lt=version.number))
    # An import makes what it corrects in the same transaction: to an earlier version that was no correction
    closed, corrections = closed_months(version), _corrections(version, list(before))
    return [_change(after[pk], before.get(pk), closed, corrections.get(pk)) for pk in activities]


def closed_months(version: PlanVersion) -> set[int]:
    """Return the months that had closed, in Lima, when a version was recorded."""
    moment, position = version.change_set.committed_at, version.change_set.position
    if moment is None:
        return set()
    values = {"plan": version.plan_id, "day": timezone.localdate(moment), "position": position}
    return {month for (month,) in values_of(_CLOSED, values)}


def _corrections(version: PlanVersion, activities: list[int]) -> dict[int, dict[str, Any]]:
    """Return what a version corrected, by activity: by field name before and after, None for what it did not."""
    return {
        activity: dict(zip(_CORRECTED, (text and exact_json.loads(text.encode()) for text in texts), strict=True))
        for activity, *texts in values_of(_CORRECTIONS, [version.change_set_id, activities])
    }


def _revisions(version: PlanVersion, activities: list[int]) -> QuerySet[TargetRevision]:
    revisions = TargetRevision.objects.filter(activity__in=activities)
    withdrawal = getattr(version, "withdrawal", None)
    return revisions if withdrawal is None else revisions.filter(change_set_id__lt=withdrawal.change_set_id)


def _latest(revisions: QuerySet[TargetRevision]) -> dict[int, TargetRevision]:
    rows: Iterable[TargetRevision] = (
        revisions.select_related("activity", "unit").order_by("activity_id", "-version", "-id").distinct("activity_id")
    )
    return {row.activity_id: row for row in rows}


def _change(
    after: TargetRevision, before: TargetRevision | None, closed: set[int], corrected: dict[str, Any] | None
) -> TargetChange:
    was = before.programmed if before else list(NO_PROGRAMME)
    moved = before is not None and before.unit_id != after.unit_id
    differing = {month for month in range(1, 13) if was[month - 1] != after.programmed[month - 1]}
    return TargetChange(
        activity=after.activity,
        kind=_kind(after, before, moved=moved, corrected=corrected is not None),
        before=was,
        after=after.programmed,
        cancelled_from=after.cancelled_from,
        corrected=corrected,
        closed_months=sorted(differing & closed),
        from_unit=before.unit if before and moved else None,
        to_unit=after.unit if moved else None,
    )


def _kind(after: TargetRevision, before: TargetRevision | None, *, moved: bool, corrected: bool) -> str:
    if after.is_cancelled and after.cancelled_from != (before and before.cancelled_from):
        return "cancelled"
    if before is None:
        return "added"
    if before.is_cancelled and not after.is_cancelled:
        return "restored"
    return "moved" if moved else "corrected" if corrected else "changed"
