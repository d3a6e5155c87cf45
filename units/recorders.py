"""How this app's tables become changes; the migrations put it into the database."""

from units.history.recorder import Recorder

RECORDERS = [
    Recorder(table="units_unit", entity="unit", unit="r.id"),
    Recorder(table="units_unitalias", entity="unit_alias", unit="r.unit_id"),
    Recorder(table="units_membership", entity="membership", unit="r.unit_id"),
    Recorder(table="units_apiclient", entity="client", unit="r.unit_id", secret=("key_hash",)),
]
