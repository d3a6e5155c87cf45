"""What a unit still has to do: its activities of plans that are not closed.

Of those that were cancelled it is what their earlier months still owe.
"""

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from activities.choices import PlanStatus
from activities.models import Activity
from activities.services.plans.closing import OWED_MONTHS
from poi_api.http.problem_items import error_item
from units.models import Unit
from units.serializers.references import reference
from units.services.idleness import LISTED, Unfinished, says_what_is_unfinished

_OWING = f"SELECT a.id {OWED_MONTHS} AND a.unit_id = %s"


@says_what_is_unfinished
def live_activities(unit: Unit) -> Unfinished:
    """Return the live activities of a unit itself, those of later years first: two queries."""
    owing = Q(figure__cancelled_from=None) | Q(pk__in=RawSQL(_OWING, [unit.pk]))  # noqa: S611 - a constant
    live: QuerySet[Activity] = Activity.objects.filter(owing, unit=unit).exclude(plan__status=PlanStatus.CLOSED)
    rows = live.select_related("plan").order_by("-plan__year", "code", "pk")[:LISTED]
    return Unfinished(
        live.count(),
        [
            (
                reference(row.pk, row.code, row.name) | {"year": row.plan.year},
                error_item("live_activity", f"{row.code} «{row.name}», del plan {row.plan.year}.", field="is_active"),
            )
            for row in rows
        ],
    )
