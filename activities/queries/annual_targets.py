"""What targets that are not stored yet promise for the year, by the same arithmetic as those that are."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from poi_api.database.rows import values_of

_OF_ARRAYS = """
SELECT shown(annual_target(r.accumulation, ARRAY(SELECT m.quantity FROM unnest(%(months)s::numeric[]) WITH ORDINALITY
                                                     AS m (quantity, place)
                                                  WHERE (m.place - 1) / 12 = r.place - 1 ORDER BY m.place)))
  FROM unnest(%(rules)s::text[]) WITH ORDINALITY AS r (accumulation, place) ORDER BY r.place
"""


class Target(NamedTuple):
    """Twelve quantities, and how they add up."""

    accumulation: str
    programmed: Sequence[Decimal]


def annual_targets(targets: Sequence[Target]) -> list[Decimal]:
    """Return the annual target of each (domain.md, rule 3): one query."""
    if not targets:
        return []
    values: dict[str, Any] = {
        "rules": [target.accumulation for target in targets],
        "months": [quantity for target in targets for quantity in target.programmed],
    }
    return [annual for (annual,) in values_of(_OF_ARRAYS, values)]
