"""Withdrawing publications, and how they hold the plans that they show (domain.md, rule 13)."""

from activities.models import Plan
from activities.services.plans.withdrawing import Built, holds_plans
from poi_api.http.exceptions import Conflict, require_reason
from reports.models import Publication, PublicationWithdrawal
from units.models import ChangeSet


def withdraw_publication(*, publication: Publication, reason: str) -> None:
    """Mark a publication, whose institution is held, as a mistake.

    Raises Invalid `reason_required`, Conflict `already_withdrawn`.
    """
    require_reason(reason)
    if PublicationWithdrawal.objects.filter(publication=publication).exists():
        raise Conflict("already_withdrawn", "La publicación ya se había retirado.")
    PublicationWithdrawal.objects.create(publication=publication, reason=reason)


@holds_plans
def published(plan: Plan, since: int) -> Built:
    """Return how many publications that stand show a plan since a change set; who publishes holds the plan."""
    place = ChangeSet.objects.filter(pk=since).values("position")
    found = Publication.objects.standing().filter(unit=plan.institution_id, change_set__position__gte=place)
    return "plan_published", "publicaciones", sum(_is_about(publication, plan.year) for publication in found)


def _is_about(publication: Publication, year: int) -> bool:
    asked = publication.parameters
    first, last = (asked.get(name) or asked.get("year") for name in ("from_year", "to_year"))
    return bool(first and last) and int(first[0]) <= year <= int(last[0])
