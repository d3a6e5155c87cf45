"""Which misprints a reader can see: those that break a sum that a row or a TOTAL row states. Slow and obvious."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from tests.activities.document.misprints import Printed, Table, show

_NO_NUMBER = Decimal(-1)


def number(text: str) -> Decimal:
    """Return a printed figure; a blank is 0, what is no figure is below all."""
    try:
        value = Decimal(text.replace(",", "")) if text else Decimal(0)
    except ArithmeticError:
        return _NO_NUMBER
    return value if value >= 0 else _NO_NUMBER


def monthly(cells: Sequence[str], table: Table) -> list[Decimal]:
    """Return the 24 months that printed cells state."""
    said = dict(zip(table.layout.places, cells, strict=True))
    months = []
    for block in ("due", "done"):
        before = Decimal(0)
        for month in range(12):
            if (block, month) in said:
                months.append(number(said[block, month]))
            elif text := said[f"{block} since January", month]:
                months.append(number(text) - before)
                before = number(text)
            else:
                months.append(Decimal(0))
    return months


def is_seen(row: Printed, table: Table) -> bool:
    """Tell whether a misprinted row breaks a sum that is stated: by itself, or in a column of TOTAL.

    An excerpt's TOTAL states only that no column adds to more, and so does any where a row says nothing of its months.
    What is blank in TOTAL states nothing.
    """
    true = [number(show(month)) for month in (*row.due, *row.done)]
    printed = monthly(row.cells, table)
    wrong = {at: one - other for at, (one, other) in enumerate(zip(printed, true, strict=True)) if one != other}
    if any(number(cell) < 0 for cell in (row.meta, *row.cells)) or _breaks_own(row, wrong, table):
        return True
    if not table.total:
        return False
    told = [each for each in table.rows if _tells_months(each.cells, table)]
    sums = [sum(column) for column in zip(*(monthly(each.cells, table) for each in told), strict=True)]
    at_most = table.kind == "an excerpt's" or len(told) < len(table.rows)
    stated = {at: figure for at, figure in enumerate(monthly(table.total[1:], table)) if _is_stated(at, table)}
    return any(sums[at] > stated[at] if at_most else sums[at] != stated[at] for at in wrong if at in stated)


def _is_stated(month: int, table: Table) -> bool:
    """Tell whether TOTAL states a month: it and, where months are added up, the one before are not blank."""
    block, at = ("due", "done")[month // 12], month % 12
    said = dict(zip(table.layout.places, (table.total or [])[1:], strict=True))
    if (block, at) in said:
        return bool(said[block, at])
    return bool(said[f"{block} since January", at] and (not at or said[f"{block} since January", at - 1]))


def _tells_months(cells: Sequence[str], table: Table) -> bool:
    """Tell whether added up months are all there up to the last, and none of them goes down."""
    for block in ("due", "done"):
        figures = [
            cell for (kind, _), cell in zip(table.layout.places, cells, strict=True) if kind == f"{block} since January"
        ]
        while figures and not figures[-1]:
            figures.pop()
        numbers = [number(cell) for cell in figures]
        if "" in figures or numbers != sorted(numbers) or min(numbers, default=Decimal(0)) < 0:
            return False
    return True


def _breaks_own(row: Printed, wrong: Mapping[int, Decimal], table: Table) -> bool:
    """Tell whether wrong months move a sum that the row states, and it does not hold."""
    months = monthly(row.cells, table)
    sums = [(range(12), row.meta)] if table.layout.has_meta else []
    for (kind, at), cell in zip(table.layout.places, row.cells, strict=True):
        block, _, of = kind.partition(" ")
        start = 0 if block == "due" else 12
        if of == "quarter":
            sums.append((range(start + 3 * at, start + 3 * at + 3), cell))
        elif of == "total":
            sums.append((range(start, start + 12), cell))
    return any(
        sum(wrong.get(month, 0) for month in run) and sum(months[month] for month in run) != number(cell)
        for run, cell in sums
    )
