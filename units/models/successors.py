"""Which unit a code leads to whose unit was merged into another (docs/decisions/0046)."""

from collections.abc import Iterable

from poi_api.http.folding import fold
from units.models.unit import Unit, UnitAlias


def successors(units: Iterable[Unit]) -> dict[int, Unit]:
    """Return the active units that the codes of inactive ones are other names of, by the ids of these.

    One query, and none where all are active.
    """
    gone = {(unit.institution_id, fold(unit.code)): unit.pk for unit in units if not unit.is_active}
    if not gone:
        return {}
    aliases = UnitAlias.objects.filter(
        institution__in={institution for institution, _ in gone}, name_key__in={key for _, key in gone}
    )
    found = aliases.filter(unit__is_active=True).select_related("unit")
    return {
        gone[alias.institution_id, alias.name_key]: alias.unit
        for alias in found
        if (alias.institution_id, alias.name_key) in gone
    }
