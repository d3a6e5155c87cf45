"""Whether a unit still has something to do, which is said before it is deactivated."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from poi_api.http.exceptions import Conflict, require_reason
from poi_api.http.problem_items import MOST_ERRORS, ErrorItem, error_item
from units.models import Unit

LISTED = MOST_ERRORS - 1  # named after the error that sums them up; `total` counts all


class Unfinished(NamedTuple):
    """What a unit has to do: how much there is, and what it is, no more than LISTED, each with an error."""

    total: int
    listed: Sequence[tuple[dict[str, Any], ErrorItem]]


_finders: list[Callable[[Unit], Unfinished]] = []


def says_what_is_unfinished(find: Callable[[Unit], Unfinished]) -> Callable[[Unit], Unfinished]:
    """Declare, as a decorator, how an app above finds what a unit has to do; `UnitsConfig.ready` finds the module."""
    _finders.append(find)
    return find


def require_idle(unit: Unit, *, force: bool, reason: str) -> None:
    """Raise Conflict `unit_has_live_activities`, which names them, unless `force`.

    Invalid `reason_required` when `force` comes without a reason.
    """
    if force:
        require_reason(reason)
        return
    found = [find(unit) for find in _finders]
    total = sum(unfinished.total for unfinished in found)
    if not total:
        return
    listed = [each for unfinished in found for each in unfinished.listed][:LISTED]
    detail = (
        f"{unit} ({unit.code}) tiene actividades vigentes: {total}. Trasládelas o anúlelas antes, o desactívela con "
        "«force» y un motivo."
    )
    errors = [error_item("unit_has_live_activities", detail, field="is_active"), *(error for _, error in listed)]
    members = {"activities": [shown for shown, _ in listed]}
    raise Conflict("unit_has_live_activities", detail, errors=errors, members=members, more=total - len(listed))
