"""Rows with several damages: one that shows two may have more, and some of them may undo each other."""

from collections.abc import Iterable
from itertools import groupby

from activities.document.contributing import TITLES
from activities.document.model import Problem, Repair, Row

SEVERAL = "several_damages"
"""Code of the problem of a row that has more than one."""


def several_damages(row: Row) -> Row:
    """Return the row, `inferred` where it was `repaired` of more than one damage and no columns confirm it."""
    if row.status != "repaired" or row.confirmed or _damages(row.repairs) <= 1:
        return row
    detail = "Tiene más de un daño, y puede tener otros que sus sumas no muestran: compare la fila con el original."
    return row.in_doubt(Problem(SEVERAL, detail, row.line), TITLES)


def _damages(repairs: Iterable[Repair]) -> int:
    """Return of how many damages repairs are: cells of one run that were lost, or repeated, are one."""
    return sum(1 for _ in groupby(enumerate(repairs), key=lambda each: _run_of(*each)))


def _run_of(place: int, repair: Repair) -> tuple[object, ...]:
    if repair.action == "change" or repair.month is None:
        return (place,)
    return repair.block, repair.action, repair.printed, repair.taken
