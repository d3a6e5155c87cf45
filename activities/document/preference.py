"""Which of several readings of an `inferred` row is taken (domain.md, "Reading the source document")."""

from collections.abc import Iterator, Sequence

from activities.document.layout import Layout
from activities.document.programme import known
from activities.document.quarterly import strip
from activities.document.runs import UNKNOWN, Months
from activities.document.search import Reading

Preference = tuple[int, bool, int, tuple[int, ...]]


def preference(months: Months, layout: Layout, tail: Months, target: int) -> Preference:
    """Return the sort key of a reading of a padded tail with its META.

    Executed closest to programmed comes first, then one that keeps the printed quarters and META, then the most even
    within quarters, then the smallest in order; a blank counts as 0 and comes before a 0.
    """
    figures = [month or 0 for month in months]
    programmed, executed = figures[: layout.months], figures[layout.months :]
    apart = sum(abs(done - due) for due, done in zip(programmed, executed, strict=True))
    order = tuple(-1 if month is None else month for month in months)
    keeps = sum(programmed) == target and keeps_quarters(months, layout, tail)
    return apart, not keeps, _uneven(figures, layout), order


def keeps_quarters(months: Months, layout: Layout, tail: Months) -> bool:
    """Tell whether the quarters that the months add to end the tail as printed; those after its last figure are 0."""
    cells = [cell or 0 for cell in strip(tail)]
    quarters = list(quarters_of(months, layout))
    while True:
        if not quarters or cells[-len(quarters) :] == quarters:
            return True
        if quarters.pop():
            return False


def quarters_of(months: Months, layout: Layout) -> tuple[int, ...]:
    """Return the quarterly cells that the months add to, in the order of the layout."""
    starts = [layout.run_of(slot) * layout.width for slot in range(layout.quarter_cells)]
    return tuple(sum(month or 0 for month in months[start : start + layout.width]) for start in starts)


def _uneven(figures: Sequence[int], layout: Layout) -> int:
    """Return how far months are from the mean of their quarter, as squares times the months of a quarter."""
    runs = [figures[at : at + layout.width] for at in range(0, len(figures), layout.width)]
    return sum(layout.width * sum(figure * figure for figure in run) - sum(run) ** 2 for run in runs)


def without_unknown(reading: Reading, layout: Layout, most: int) -> tuple[list[Months], bool]:
    """Return a reading with its UNKNOWN months given values in up to `most` + 1 ways, the preferred one first.

    The second value says whether there are more ways. Of a reading that has no end of them there is only the first.
    """
    _, runs = reading
    months = sum((run for _, run in runs), ())
    if UNKNOWN not in months:
        return [months], False
    best = _preferred(reading, layout)
    if any(total is None for total, _ in runs):
        return [best], True
    ways = [best]
    for number, way in enumerate(_ways([total or 0 for total, _ in runs], months, layout)):
        if number > most:
            return ways, True
        if way != best:
            ways.append(way)
    return ways, False


def _preferred(reading: Reading, layout: Layout) -> Months:
    """Return the reading with UNKNOWN months shared out as the rule prefers, programmed runs before executed ones."""
    meta, runs = reading
    filled = list(sum((run for _, run in runs), ()))
    programmed = range(layout.quarters)
    unbound = [run for run in programmed if runs[run][0] is None]
    if meta is not None and unbound:  # together they are what the others leave of META
        rest = meta - sum(known(runs[run]) for run in programmed)
        slots = [slot for run in unbound for slot in _unknown_slots(filled, run, layout)]
        _share(filled, slots, rest, layout)
    for place, (total, months) in enumerate(runs):
        slots = _unknown_slots(filled, place, layout)
        rest = sum(_goals(filled, slots, layout)) if total is None else total - known((None, months))
        _share(filled, slots, rest, layout)
    return tuple(filled)


def _goals(filled: Sequence[int | None], slots: Sequence[int], layout: Layout) -> list[int]:
    """Return what the other block has in these months."""
    return [max(0, filled[(slot + layout.months) % layout.month_cells] or 0) for slot in slots]


def _share(filled: list[int | None], slots: Sequence[int], rest: int, layout: Layout) -> None:
    if slots:
        for slot, part in zip(slots, shares(rest, _goals(filled, slots, layout)), strict=True):
            filled[slot] = part


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


def _ways(totals: Sequence[int], months: Months, layout: Layout) -> Iterator[Months]:
    """Yield every way to share out UNKNOWN months, lexicographically."""
    for slot, month in enumerate(months):
        if month == UNKNOWN:
            run = slot // layout.width
            rest = totals[run] - known((None, months[run * layout.width : (run + 1) * layout.width]))
            last = len(_unknown_slots(months, run, layout)) == 1
            for value in (rest,) if last else range(rest + 1):
                yield from _ways(totals, (*months[:slot], value, *months[slot + 1 :]), layout)
            return
    yield months


def _unknown_slots(months: Sequence[int | None], run: int, layout: Layout) -> list[int]:
    slots = range(run * layout.width, (run + 1) * layout.width)
    return [slot for slot in slots if months[slot] == UNKNOWN]
