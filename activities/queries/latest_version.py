"""The latest version of plans: a later one is refused, or it would be answered as the current one."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThanOrEqual
from rest_framework.exceptions import ValidationError

from activities.models import Plan, PlanVersion
from activities.queries.basis import Basis


def refuse_unknown_version(basis: Basis, plans: Callable[[], QuerySet[Plan]]) -> None:
    """Raise ValidationError `unknown_version` for a version later than the latest of all `plans()` asked about.

    At a past moment it is the latest of then, so that the question is answered alike for ever; a plan without any
    does not count then. A draft is its own first version. One query, and nothing for the first and the current version.
    """
    if basis.version in (None, 1):
        return
    latest = _latest(plans(), basis)
    if latest and basis.version > max(latest):
        which = "El plan no tiene" if len(latest) == 1 else "Ninguno de los planes tiene"
        detail = f"{which} la versión {basis.version}; la última es la {max(latest)}."
        raise ValidationError({"version": detail}, code="unknown_version")


def known_version(version: int | None, moment: datetime | None, plans: Any) -> int | None:
    """Return the `version` asked for of plans with the ids `plans`, None for the current one; see above."""
    refuse_unknown_version(Basis(version, moment), lambda: Plan.objects.filter(pk__in=plans))
    return version


def _latest(plans: QuerySet[Plan], basis: Basis) -> list[int]:
    """Return the latest version of each plan."""
    known = None
    if basis.as_of is not None:
        since = Coalesce("versions__change_set__known_from", "versions__change_set__committed_at")
        known = LessThanOrEqual(since, basis.as_of)
    numbers = plans.order_by().annotate(latest=Max("versions__number", filter=known)).values_list("latest", flat=True)
    first = 1 if basis.as_of is None else None
    return [number for latest in numbers if (number := latest or first)]


def standing_versions(plans: Sequence[int]) -> dict[int, int]:
    """Return the number of the latest version that was not withdrawn, by plan; a draft has none. One query.

    Any member of the institution may know it.
    """
    found = PlanVersion.objects.standing().filter(plan__in=plans).order_by().values_list("plan")
    return dict(found.annotate(Max("number")))
