"""The rule of repair read literally: every way to edit a row is tried. For layouts of a few cells only."""

from collections import defaultdict
from fractions import Fraction
from functools import cache

NOTHING = object()
LOST, SURPLUS = "lost", "surplus"


def readings(tail, target, quarters, width, bound, highest):
    """Return {months: cost} of every reading that costs at most `bound`, with values up to `highest`."""
    cells = list(tail)
    while cells and cells[-1] is None:
        cells.pop()
    printed = len(cells)
    cells += [None] * (2 * quarters * (width + 1) - printed)
    costs: dict[tuple, int] = {}
    for mode in (LOST, SURPLUS):
        for months, cost in _all(cells, printed, target, quarters, width, bound, highest, mode).items():
            costs[months] = min(cost, costs.get(months, cost))
    return costs


def _all(cells, printed, target, quarters, width, bound, highest, mode):
    """Walk over the slots, keeping every list of months with the cells it used and its cost."""
    months = 2 * quarters * width
    ways = {(0, ()): 0}
    for slot in range(months):
        ways = _slot(_dropped(ways, cells, bound), cells, bound, highest, blank=0 if slot < months // 2 else None)
    costs: dict[tuple, int] = {}
    for (used, taken), cost in _dropped(ways, cells, bound).items():
        meta = 0 if sum(taken[: months // 2]) == target else 2
        if cost + meta > bound:
            continue
        spent = cost + meta + _quarterly(cells[used:], printed - used, taken, quarters, width, mode)
        if spent <= bound:
            costs[taken] = min(spent, costs.get(taken, spent))
    return costs


def _beside(cells, used):
    """Return the printed cells on both sides of a gap."""
    return (cells[used - 1] if used else NOTHING, cells[used] if used < len(cells) else NOTHING)


def _dropped(ways, cells, bound):
    """Return the ways and what they become when any number of next cells are surplus months."""
    best = dict(ways)
    for used in range(len(cells)):
        before, after = _beside(cells, used)[0], _beside(cells, used + 1)[1]
        price = 1 if cells[used] in (None, before, after) else 2
        for (at, taken), cost in list(best.items()):
            if at == used and cost + price <= bound:
                key = (used + 1, taken)
                best[key] = min(cost + price, best.get(key, cost + price))
    return best


def _slot(ways, cells, bound, highest, blank):
    """Return the ways with one more month: kept, changed or added."""
    longer: dict[tuple, int] = defaultdict(lambda: bound + 1)
    for (used, taken), cost in ways.items():
        for value in [None, *range(highest + 1)]:
            key = blank if value is None else value
            price = 1 if value is None or value in _beside(cells, used) else 2
            way = used, (*taken, key)
            longer[way] = min(longer[way], cost + price)
            if used < len(cells) and (value is not None or cells[used] is None):
                price = 0 if cells[used] == value else 2
                way = used + 1, (*taken, key)
                longer[way] = min(longer[way], cost + price)
    return {way: cost for way, cost in longer.items() if cost <= bound}


def _quarterly(cells, printed, taken, quarters, width, mode):
    """Return the least cost of reading the remaining cells as the quarters that the months add to."""
    sums = [
        sum(month or 0 for month in taken[start : start + width])
        for quarter in range(quarters)
        for start in (quarter * width, (quarters + quarter) * width)
    ]
    left = cells[: max(0, printed)]
    return _matched(tuple(left), tuple(sums), mode)


@cache
def _matched(left, sums, mode):
    """Return the least cost of changing cells and of adding or dropping them; blanks at the end are free."""
    if not left:
        return 2 * sum(value != 0 for value in sums)  # a blank that is changed, or a lost cell
    best = 99
    if sums:
        best = (0 if (left[0] or 0) == sums[0] else 2) + _matched(left[1:], sums[1:], mode)
    if mode == SURPLUS:
        best = min(best, 2 + _matched(left[1:], sums, mode))
    elif sums:
        best = min(best, 2 + _matched(left, sums[1:], mode))
    return best


def quarterly_cells(months, width):
    """Return PROG and EJEC of each quarter in turn."""
    sums = [sum(month or 0 for month in months[at : at + width]) for at in range(0, len(months), width)]
    half = len(sums) // 2
    return [cell for pair in zip(sums[:half], sums[half:], strict=True) for cell in pair]


def preference(months, tail, target, width):
    """Return the sort key by which one of several readings is taken."""
    half = len(months) // 2
    due, done = ([month or 0 for month in block] for block in (months[:half], months[half:]))
    apart = sum(abs(one - other) for one, other in zip(due, done, strict=True))
    order = tuple(-1 if month is None else month for month in months)
    runs = [(due + done)[at : at + width] for at in range(0, 2 * half, width)]
    uneven = sum(sum((month - Fraction(sum(run), width)) ** 2 for month in run) for run in runs)
    return apart, not _kept(months, tail, target, width), uneven, order


def _kept(months, tail, target, width):
    """Tell whether the last printed figures are the quarters of the months, and META is theirs too."""
    printed = [cell or 0 for cell in tail]
    while tail and tail[-1] is None:
        tail, printed = tail[:-1], printed[:-1]
    cells = quarterly_cells(months, width)
    ends = [cells[:size] for size in range(len(cells) + 1) if not any(cells[size:])]
    return sum(months[: len(months) // 2]) == target and any(
        printed[len(printed) - len(end) :] == end for end in ends if len(end) <= len(printed)
    )


def verdict(tail, target, quarters, width, highest_cost):
    """Return (status, cost, months, doubts) by the rule; months are empty for a rejected row.

    Every value that a reading can need is tried: a month is printed, or is at most its quarter or META. It may be
    more only where its quarter is another than printed; then any value does, and one above all others shows it.
    """
    if target and not any(cell is not None for cell in tail):
        return "rejected", 0, (), ()  # a META without any figure is no misprint
    highest = 1 + max(target, *(cell or 0 for cell in tail), 0)
    costs = readings(tail, target, quarters, width, highest_cost + 1, highest)
    cheapest = min(costs.values(), default=highest_cost + 1)
    if cheapest > highest_cost:
        return "rejected", 0, (), ()
    best = [months for months, cost in costs.items() if cost == cheapest]
    near = [months for months, cost in costs.items() if cost <= cheapest + 1]
    if cheapest == 0:
        return "exact", 0, best[0], ()
    if len(near) == 1:
        return "repaired", cheapest, best[0], ()
    taken = min(best, key=lambda months: preference(months, tuple(tail), target, width))
    half = len(taken) // 2
    figures = [(*months, *quarterly_cells(months, width), sum(months[:half])) for months in near]
    doubts = tuple(slot for slot, values in enumerate(zip(*figures, strict=True)) if len(set(values)) > 1)
    return "inferred", cheapest, taken, doubts
