"""The number of the latest version of plans that stands, which any member of the institution may know."""

from collections.abc import Sequence

from django.db.models import Max

from activities.models import PlanVersion


def standing_versions(plans: Sequence[int]) -> dict[int, int]:
    """Return the number of the latest version that was not withdrawn, by plan; a draft has none. One query."""
    found = PlanVersion.objects.standing().filter(plan__in=plans).order_by().values_list("plan")
    return dict(found.annotate(Max("number")))
