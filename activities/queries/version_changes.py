"""What a version of a plan raised and lowered, activity by activity and month by month."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from activities.models import Activity, PlanVersion, TargetRevision
from activities.models.target import NO_PROGRAMME
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


@dataclass(frozen=True, slots=True)
class TargetChange:
    """One activity as a version changed it; quantities from January to December.

    `kind` is `added`, `cancelled`, `restored` (it had been cancelled), `moved` (to another unit, whether
    its programme changed or not) or `changed`. `closed_months` are those whose figure changed after
    their period had closed.
    """

    activity: Activity
    kind: str
    before: list[Decimal]
    after: list[Decimal]
    closed_months: list[int]
    from_unit: Unit | None
    to_unit: Unit | None

    @property
    def difference(self) -> list[Decimal]:
        return [after - before for before, after in zip(self.before, self.after, strict=True)]


def changes_of(version: PlanVersion, access: Access) -> list[TargetChange]:
    """Return what a version changed in the activities that the caller sees, by code: three queries.

    Of a withdrawn approval that is what version 1 was then: the draft goes on in further revisions of it.
    """
    after = _latest(_revisions(version, access).filter(version=version.number))
    before = _latest(_revisions(version, access).filter(version__lt=version.number, activity__in=list(after)))
    closed = closed_months(version)
    changes = [_change(row, before.get(activity_id), closed) for activity_id, row in after.items()]
    kept = [change for change in changes if change.kind != "cancelled" or change.activity.pk in before]
    return sorted(kept, key=lambda change: change.activity.code)


def closed_months(version: PlanVersion) -> set[int]:
    """Return the months that had closed, in Lima, when a version was recorded."""
    moment, position = version.change_set.committed_at, version.change_set.position
    if moment is None:
        return set()
    values = {"plan": version.plan_id, "day": timezone.localdate(moment), "position": position}
    with connection.cursor() as cursor:
        cursor.execute(_CLOSED, values)
        return {month for (month,) in cursor.fetchall()}


def _revisions(version: PlanVersion, access: Access) -> QuerySet[TargetRevision]:
    seen = Activity.objects.visible_to(access).filter(plan=version.plan_id)
    revisions = TargetRevision.objects.filter(activity__in=seen)
    withdrawal = getattr(version, "withdrawal", None)
    return revisions if withdrawal is None else revisions.filter(change_set_id__lt=withdrawal.change_set_id)


def _latest(revisions: QuerySet[TargetRevision]) -> dict[int, TargetRevision]:
    rows: Iterable[TargetRevision] = (
        revisions.select_related("activity", "unit").order_by("activity_id", "-version", "-id").distinct("activity_id")
    )
    return {row.activity_id: row for row in rows}


def _change(after: TargetRevision, before: TargetRevision | None, closed: set[int]) -> TargetChange:
    was = before.programmed if before else list(NO_PROGRAMME)
    moved = before is not None and before.unit_id != after.unit_id
    differing = {month for month in range(1, 13) if was[month - 1] != after.programmed[month - 1]}
    return TargetChange(
        activity=after.activity,
        kind=_kind(after, before, moved=moved),
        before=was,
        after=after.programmed,
        closed_months=sorted(differing & closed),
        from_unit=before.unit if before and moved else None,
        to_unit=after.unit if moved else None,
    )


def _kind(after: TargetRevision, before: TargetRevision | None, *, moved: bool) -> str:
    if after.is_cancelled:
        return "cancelled"
    if before is None:
        return "added"
    if before.is_cancelled:
        return "restored"
    return "moved" if moved else "changed"
