"""Which of several readings of an `inferred` row is taken (domain.md, "Reading the source document")."""

from collections.abc import Iterator, Sequence

from activities.document.layout import Layout
from activities.document.runs import UNKNOWN, Months
from activities.document.search import Reading


def preference(months: Months, layout: Layout) -> tuple[int, int, tuple[int, ...]]:
    """Return the sort key of a reading: executed closest to programmed, then most even, then smallest first.

    Closeness is the sum of absolute differences, evenness the sum of squares (readings that are compared
    share their quarters); a blank counts as 0 and comes before a 0.
    """
    figures = [month or 0 for month in months]
    programmed, executed = figures[: layout.months], figures[layout.months :]
    apart = sum(abs(done - due) for due, done in zip(programmed, executed, strict=True))
    order = tuple(-1 if month is None else month for month in months)
    return apart, sum(figure * figure for figure in figures), order


def without_unknown(reading: Reading, layout: Layout, most: int) -> tuple[list[Months], bool]:
    """Return a reading with its UNKNOWN months given values in up to `most` + 1 ways, the preferred one first.

    The second value says whether there are more ways.
    """
    totals, months = reading
    if UNKNOWN not in months:
        return [months], False
    best = _preferred(reading, layout)
    ways = [best]
    for number, way in enumerate(_ways(totals, months, layout)):
        if number > most:
            return ways, True
        if way != best:
            ways.append(way)
    return ways, False


def _preferred(reading: Reading, layout: Layout) -> Months:
    """Return the reading with UNKNOWN months shared out as the rule prefers, programmed runs before executed ones."""
    totals, months = reading
    filled = list(months)
    for run, total in enumerate(totals):
        unknown = _unknown_slots(filled, run, layout)
        if unknown:
            near = [filled[(slot + layout.months) % layout.month_cells] or 0 for slot in unknown]
            rest = _rest(filled, run, total or 0, layout)
            for slot, share in zip(unknown, shares(rest, [max(0, goal) for goal in near]), strict=True):
                filled[slot] = share
    return tuple(filled)


def shares(rest: int, goals: Sequence[int]) -> list[int]:
    """Return `rest` in whole parts closest to `goals`, then most even, then smallest first.

    Closest means that no part lies below its goal when there is enough for all goals, and none above it
    otherwise.
    """
    enough = rest >= sum(goals)
    level, over = _level(rest, sorted(goals, reverse=not enough), enough)
    moved = [place for place, goal in enumerate(goals) if (goal <= level) == enough]
    parts = list(goals)
    for count, place in enumerate(reversed(moved)):
        parts[place] = level + (count < over)
    return parts


def _level(rest: int, goals: Sequence[int], enough: bool) -> tuple[int, int]:
    """Return the level to which the first of the sorted goals are raised (or cut), and how many get one more."""
    level = over = 0
    for count in range(1, len(goals) + 1):
        level, over = divmod(rest - sum(goals[count:]), count)
        if count < len(goals) and (level + (over > 0) <= goals[count] if enough else level >= goals[count]):
            break
    return level, over


def _ways(totals: Months, months: Months, layout: Layout) -> Iterator[Months]:
    """Yield every way to share out UNKNOWN months, lexicographically."""
    for slot, month in enumerate(months):
        if month == UNKNOWN:
            run = slot // layout.width
            rest = _rest(months, run, totals[run] or 0, layout)
            last = len(_unknown_slots(months, run, layout)) == 1
            for value in (rest,) if last else range(rest + 1):
                yield from _ways(totals, (*months[:slot], value, *months[slot + 1 :]), layout)
            return
    yield months


def _unknown_slots(months: Sequence[int | None], run: int, layout: Layout) -> list[int]:
    slots = range(run * layout.width, (run + 1) * layout.width)
    return [slot for slot in slots if months[slot] == UNKNOWN]


def _rest(months: Sequence[int | None], run: int, total: int, layout: Layout) -> int:
    """Return what the known months of a run leave of its total."""
    known = months[run * layout.width : (run + 1) * layout.width]
    return total - sum(month for month in known if month is not None and month != UNKNOWN)
