"""Withdrawing the approval of a plan on which nothing was built yet (domain.md, rule 13)."""

from collections.abc import Callable, Iterable

from activities.choices import PlanStatus
from activities.models import ApprovalWithdrawal, Plan, PlanVersion, ProgressEntry
from activities.services.plans.plans import INITIAL_VERSION, require_approved
from poi_api.http.exceptions import Conflict, refuse_all, require_reason
from poi_api.http.problem_items import ErrorItem, error_item

Built = tuple[str, str, int]  # the code in errors of something built upon a plan, its name, and how many of it
_BUILT_BY_OTHERS: list[Callable[[Plan, int], Built]] = []


def holds_plans(built: Callable[[Plan, int], Built]) -> Callable[[Plan, int], Built]:
    """Have something more hold approvals and imports; apps above declare what this one does not know."""
    _BUILT_BY_OTHERS.append(built)
    return built


def built_by_others(plan: Plan, since: int) -> list[Built]:
    """Return what apps above built upon a plan since a change set."""
    return [built(plan, since) for built in _BUILT_BY_OTHERS]


def items_of(counts: Iterable[Built], said: str) -> list[ErrorItem]:
    """Return an item for each kind of thing that there is some of, with how many, after what is `said`."""
    return [error_item(code, f"{said} {what}: {count}.") for code, what, count in counts if count]


def withdraw_approval(*, plan: Plan, reason: str) -> None:
    """Make a locked, approved plan a draft again; its version 1 stays, and is marked.

    Raises Invalid `reason_required`, Conflict `plan_closed` or `plan_not_approved`, or with one item for each kind of
    thing that was built upon the approval: `plan_reported`, `plan_modified`, `plan_published`.
    """
    require_reason(reason)
    require_approved(plan)
    version = plan.versions.standing().get(number=INITIAL_VERSION)
    refuse_all(Conflict, _built_upon(version))
    ApprovalWithdrawal.objects.create(version=version, reason=reason)
    plan.status = PlanStatus.DRAFT
    plan.save(update_fields=["status"])


def _built_upon(version: PlanVersion) -> list[ErrorItem]:
    plan = version.plan
    counts = [
        ("plan_reported", "registros de avance", ProgressEntry.objects.filter(activity__plan=plan).count()),
        ("plan_modified", "modificaciones", plan.versions.filter(number__gt=INITIAL_VERSION).count()),
        *built_by_others(plan, version.change_set_id),
    ]
    return items_of(counts, "La aprobación ya no se retira: el plan tiene")
