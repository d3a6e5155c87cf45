"""Which misprints a reader can see: those that break a sum that a row or a TOTAL row states. Slow and obvious."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from tests.activities.document.generator import show
from tests.activities.document.misprints import Printed, Table

_NO_NUMBER = Decimal(-1)
_PRINTED = re.compile(r"(\d+|\d{1,3}(,\d{3})+)(\.\d{1,3})?", re.ASCII)


def number(text: str) -> Decimal:
    """Return a printed figure; a blank is 0, what is no figure is below all."""
    if not text:
        return Decimal(0)
    return Decimal(text.replace(",", "")) if _PRINTED.fullmatch(text) else _NO_NUMBER


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

    What is blank or no number in TOTAL states nothing.
    """
    wrong = _wrong(row, table)
    if any(number(cell) < 0 for cell in (row.meta, *row.cells)) or _breaks_own(row, wrong, table):
        return True
    return bool(table.total) and any(_is_off(month, table) for month in wrong if _is_stated(month, table))


def _wrong(row: Printed, table: Table) -> dict[int, Decimal]:
    """Return by how much misprinted months say more than is true."""
    true = [number(show(month)) for month in (*row.due, *row.done)]
    pairs = enumerate(zip(monthly(row.cells, table), true, strict=True))
    return {month: printed - meant for month, (printed, meant) in pairs if printed != meant}


def _is_off(month: int, table: Table) -> bool:
    """Tell whether a month of all rows does not add to TOTAL.

    An excerpt's TOTAL says only that no column adds to more, and so does one where a row does not tell its months: then
    rows that do not add up may say anything.
    """
    told = [each for each in table.rows if _tells_months(each.cells, table)]
    figures = [monthly(each.cells, table)[month] for each in told]
    stated = monthly((table.total or [])[1:], table)[month]
    if table.kind != "an excerpt's" and len(told) == len(table.rows) and min(figures) >= 0:
        return sum(figures) != stated
    whole = [each for each in told if not _breaks_own(each, dict.fromkeys(range(24), Decimal(1)), table)]
    return sum(monthly(each.cells, table)[month] for each in whole) > stated


def _is_stated(month: int, table: Table) -> bool:
    """Tell whether TOTAL states a month: it and, where months are added up, the one before are not blank."""
    block, at = ("due", "done")[month // 12], month % 12
    said = dict(zip(table.layout.places, (table.total or [])[1:], strict=True))
    if (block, at) in said:
        return bool(said[block, at]) and number(said[block, at]) >= 0
    since = [said[f"{block} since January", month] for month in range(max(0, at - 1), at + 1)]
    return all(cell and number(cell) >= 0 for cell in since)


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
    """Tell whether wrong months move a sum that the row states, and it does not hold.

    Where another sum of the same months does hold, that is misprinted too, so that it undoes them.
    """
    months = monthly(row.cells, table)
    sums: dict[range, list[str]] = {range(12): [row.meta]} if table.layout.has_meta else {}
    for (kind, at), cell in zip(table.layout.places, row.cells, strict=True):
        block, _, of = kind.partition(" ")
        start = 0 if block == "due" else 12
        if of == "quarter":
            sums.setdefault(range(start + 3 * at, start + 3 * at + 3), []).append(cell)
        elif of == "total":
            sums.setdefault(range(start, start + 12), []).append(cell)
    return any(
        sum(wrong.get(month, 0) for month in run)
        and all(sum(months[month] for month in run) != number(cell) for cell in cells)
        for run, cells in sums.items()
    )
