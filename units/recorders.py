"""How this app's tables become changes, and who sees them."""

from typing import Any

from units.history.recorder import Recorder, SeenBy
from units.history.registry import record


def _of_planners(table: str, entity: str, **more: Any) -> Recorder:
    """Return how it is recorded who may do what: for those who plan for its unit, as it is today."""
    return Recorder(
        table=table,
        entity=entity,
        seen_by=SeenBy.PLANNERS,
        unit="r.unit_id",
        moves_along=True,
        always_of_today=True,
        **more,
    )


record(
    "units",
    Recorder(table="units_unit", entity="unit", seen_by=SeenBy.UNIT, unit="r.id", referred_to=True),
    Recorder(table="units_unitalias", entity="unit_alias", seen_by=SeenBy.UNIT, unit="r.unit_id", moves_along=True),
    _of_planners("units_apiclient", "client", secret=("key_hash",)),
    _of_planners("units_membership", "membership"),
    _of_planners("units_accountevent", "account_event"),
)
