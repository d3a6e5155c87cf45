"""How this app's tables become changes, and who sees them."""

from units.history.recorder import Recorder, SeenBy
from units.history.registry import record

record(
    "units",
    Recorder(table="units_unit", entity="unit", seen_by=SeenBy.UNIT, unit="r.id", referred_to=True),
    Recorder(
        table="units_unitalias",
        entity="unit_alias",
        seen_by=SeenBy.UNIT,
        unit="r.unit_id",
        moves_along=True,
        referred_to=True,
    ),
    Recorder(
        table="units_apiclient",
        entity="client",
        seen_by=SeenBy.PLANNERS,
        unit="r.unit_id",
        moves_along=True,
        secret=("key_hash",),
        always_of_today=True,
    ),
    Recorder(
        table="units_membership",
        entity="membership",
        seen_by=SeenBy.PLANNERS,
        unit="r.unit_id",
        moves_along=True,
        always_of_today=True,
    ),
    Recorder(
        table="units_accountevent",
        entity="account_event",
        seen_by=SeenBy.PLANNERS,
        unit="r.unit_id",
        moves_along=True,
        append_only=True,
        always_of_today=True,
    ),
)
