"""Rows that are the sum of those below them: an activity above its tasks counts twice if all are read."""

from collections.abc import Sequence
from decimal import Decimal

from activities.document.model import REJECTED, Problem, Row, Stated
from activities.document.rows import rejected
from activities.document.wording import lines

_FEWEST = 2
"""Rows that a sum is of: a row may be like the next one by chance."""
Sum = tuple[int, int]
"""The place of a row that is the sum of those below it, and that of the last of these."""


def without_sums(rows: Sequence[Row], stated: Stated | None) -> tuple[list[Row], list[Problem]]:
    """Return the rows, those `rejected` that are sums where most rows are such a sum or a part of one; else say so.

    Nothing is said where all METAs add to TOTAL: then each row is an activity of its own.
    """
    found = _sums(rows)
    if not found or (stated and _targets(rows) == stated.annual_target):
        return list(rows), []
    problems = {first: _problem(rows, first, last) for first, last in found}
    covered = sum(last + 1 - first for first, last in found)
    parts = [row for first, last in found for row in rows[first + 1 : last + 1]]
    if 2 * covered > len(rows) or (stated and _targets(rows) - _targets(parts) == stated.annual_target):
        return [rejected(row, problems[at]) if at in problems else row for at, row in enumerate(rows)], []
    return list(rows), list(problems.values())


def _problem(rows: Sequence[Row], first: int, last: int) -> Problem:
    parts = lines([row.line for row in rows[first + 1 : last + 1]])
    detail = (
        f"Es la suma de las filas que siguen ({parts}). Si ellas son sus tareas, deje solo la actividad, o solo las "
        "tareas: leídas todas, lo mismo cuenta dos veces. Si son otras actividades, está bien."
    )
    return Problem("sum_of_rows", detail, rows[first].line)


def _sums(rows: Sequence[Row]) -> list[Sum]:
    """Return the rows that are sums of those below them, from the first on; parts of a sum are none."""
    figures = [None if row.status == REJECTED else _figures(row) for row in rows]
    found, at = [], 0
    while at < len(rows):
        last = _last_part(figures, at)
        if last is not None:
            found.append((at, last))
        at = at + 1 if last is None else last + 1
    return found


def _last_part(figures: Sequence[tuple[Decimal, ...] | None], at: int) -> int | None:
    """Return the place of the last row of those after `at` that add to it, None if none do."""
    left = figures[at]
    if left is None or not any(left):
        return None
    for place in range(at + 1, len(figures)):
        part = figures[place]
        if part is None:
            return None
        left = tuple(whole - piece for whole, piece in zip(left, part, strict=True))
        if min(left) < 0:
            return None
        if not any(left):
            return place if place - at >= _FEWEST else None
    return None


def _figures(row: Row) -> tuple[Decimal, ...]:
    return tuple(month or Decimal(0) for month in (*row.programmed, *row.executed))


def _targets(rows: Sequence[Row]) -> Decimal:
    return sum((row.annual_target for row in rows if row.annual_target), Decimal(0))
