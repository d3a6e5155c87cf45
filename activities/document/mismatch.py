"""What does not add up in a row that has no reading, said so that a person can mend it."""

from collections.abc import Iterator

from activities.document.layout import OFFICIAL, slot_title
from activities.document.quantities import printed
from activities.document.quarterly import strip
from activities.document.runs import Months
from activities.document.scale import Scale


def mismatch(tail: Months, target: int, scale: Scale) -> str:
    """Return, in Spanish, the first thing that is wrong in a row that needs repair: its cells, META, or a quarter."""
    cells = strip(tail)
    if len(cells) != OFFICIAL.cells:
        return f"después de META hay {len(cells)} celdas hasta la última cifra y el documento tiene {OFFICIAL.cells}"
    return next(_differences(cells, target, scale))


def _differences(cells: Months, target: int, scale: Scale) -> Iterator[str]:
    quarters = cells[OFFICIAL.month_cells :]
    due = sum(quarter or 0 for quarter in quarters[::2])
    if due != target:
        yield f"los trimestres PROG suman {_shown(due, scale)} y META dice {_shown(target, scale)}"
    for slot, quarter in enumerate(quarters):
        start = OFFICIAL.run_of(slot) * OFFICIAL.width
        months = sum(month or 0 for month in cells[start : start + OFFICIAL.width])
        if months != (quarter or 0):
            first, last = slot_title(start), slot_title(start + OFFICIAL.width - 1)
            title = slot_title(OFFICIAL.month_cells + slot)
            yield f"{first} a {last} suman {_shown(months, scale)} y {title} dice {_shown(quarter or 0, scale)}"


def _shown(value: int, scale: Scale) -> str:
    return printed(scale.decimal(value))
