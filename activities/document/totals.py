"""The TOTAL row, and why the rows do not add to it (domain.md, "Reading the source document")."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from activities.document.cells import figures_of
from activities.document.checking import period
from activities.document.columns.header import Header
from activities.document.forms.sheets import Record
from activities.document.layout import OFFICIAL
from activities.document.model import DUPLICATE, REJECTED, Figures, Problem, Row, Stated
from activities.document.quantities import DASHES, places, printed, quantity
from poi_api.http.folding import fold

_HALF = Decimal("0.5")


def stated_total(
    totals: Sequence[Record], header: Header, *, comma: bool = False
) -> tuple[Stated | None, list[Problem]]:
    """Return the last TOTAL row that can be read, and warnings of those that cannot, that differ, or of none at all.

    `comma`: decimals are written with a comma. A cell that cannot be read states nothing, as a blank one.
    """
    remarks: list[Problem] = []
    if not totals:
        remarks.append(Problem("no_total", "No hay fila TOTAL: no se pudo comprobar que estén todas las filas."))
    stated = []
    for record in totals:
        total, unreadable = _stated_in(record, header, comma=comma)
        if unreadable:
            detail = f"La fila TOTAL no se pudo leer ni comprobar{'' if total is None else ' del todo'}: {unreadable}"
            remarks.append(Problem("unreadable_total", detail, record.line))
        if total is not None:
            stated.append(total)
    if len({total.annual_target for total in stated}) > 1:
        lines = ", ".join(str(total.line) for total in stated)
        detail = f"Hay varias filas TOTAL distintas (líneas {lines}); vale la última."
        remarks.append(Problem("totals_differ", detail, stated[-1].line, "META"))
    return stated[-1] if stated else None, remarks


def _stated_in(record: Record, header: Header, *, comma: bool) -> tuple[Stated | None, str]:
    """Return a TOTAL row, None without a META; and of the first cell that is no quantity what is wrong, in Spanish."""
    if header.tail is not None:
        return _stated(record, comma=comma)
    row = figures_of(record, header, comma=comma)
    unreadable = [problem.detail for problem in row.problems if problem.code == "unreadable_number"]
    target = row.target if row.target is not None else row.totals[0]
    is_derived = target is None
    if target is None:
        due = header.programmed.months
        told = all(row.tail[month - 1] is not None or not record.cell(column) for month, column in due.items())
        quarters_due = row.tail[OFFICIAL.month_cells :: 2]
        if not told and None in quarters_due:
            return None, unreadable[0]
        target = period(row.tail[: OFFICIAL.months] if told else quarters_due, "sum")
    total = replace(_of_cells(record.line, target, row.tail), is_derived=is_derived)
    return total, next(iter(unreadable), "")


def _of_cells(line: int, target: Decimal, tail: Figures) -> Stated:
    """Return a TOTAL row that has all its 32 cells."""
    half, quarters = OFFICIAL.months, tail[OFFICIAL.month_cells :]
    pairs = tuple(zip(quarters[::2], quarters[1::2], strict=True))
    return Stated(line, target, tail[:half], tail[half : OFFICIAL.month_cells], pairs)


def _stated(record: Record, *, comma: bool) -> tuple[Stated | None, str]:
    """Return a TOTAL row: its META is its first figure, as blanks before it may be lost; the rest only if complete."""
    cells = list(record.cells)
    while cells and (not cells[0] or fold(cells[0]).startswith("total")):
        cells.pop(0)
    read = [_figure(cell, comma=comma) for cell in cells]
    unreadable = next((text for _, text in read if text), "")
    (target, wrong), *_ = read
    if wrong:
        return None, unreadable
    while cells and not cells[-1]:
        cells.pop()
    tail = tuple(figure for figure, _ in read[1 : len(cells)])
    if len(tail) != OFFICIAL.cells:
        return Stated(record.line, target or Decimal(0)), unreadable
    return _of_cells(record.line, target or Decimal(0), tail), unreadable


def _figure(cell: str, *, comma: bool) -> tuple[Decimal | None, str]:
    """Return the figure of a cell, None if blank or no quantity, and what is wrong with it."""
    try:
        return (None if cell in DASHES else quantity(cell, comma=comma)), ""
    except ValueError as error:
        return None, str(error)


def total_differs(stated: Stated, rows: Sequence[Row], left_out: frozenset[int]) -> Problem | None:
    """Return what the rows that are taken add to, what TOTAL says, and where the difference lies; None if none.

    `left_out` are the lines of rows that have figures and are not taken.
    """
    absent = [row for row in rows if row.status == REJECTED or row.line in left_out]
    taken = _targets(rows) - _targets(absent)
    missing = stated.annual_target - taken
    if abs(missing) <= _lost_in_print(stated, rows):
        return None
    sums = f"Las METAS de las filas leídas suman {printed(taken)} y la fila TOTAL dice {printed(stated.annual_target)}"
    detail = f"{sums}: {_gap(missing)}. {_because(missing, absent, left_out)}"
    return Problem("total_differs", detail, stated.line, "META")


def _lost_in_print(stated: Stated, rows: Sequence[Row]) -> Decimal:
    """Return by how much rounded METAs may differ from TOTAL: half of the last place of each average, and of TOTAL."""
    averages = [row.annual_target for row in rows if row.accumulation == "average" and row.annual_target is not None]
    finest = places([*averages, stated.annual_target]) if averages else 0
    return (len(averages) + 1) * _HALF.scaleb(-finest) if finest else Decimal(0)


def _because(missing: Decimal, absent: Sequence[Row], left_out: frozenset[int]) -> str:
    """Return the cause of a difference, as far as the rows that were not taken show it."""
    if not _explains(absent, missing):
        # A row that repeats another is counted in TOTAL only if that explains everything
        absent = [row for row in absent if not _repeats(row)]
    if not absent:
        return _unexplained(missing)
    named, unread = _named(absent, left_out), sum(row.printed_target is None for row in absent)
    if _explains(absent, missing):
        return f"Es lo que suman {named}."
    if unread:
        return f"La diferencia puede estar en {named}: no se lee la META de {unread}."
    rest = missing - _targets(absent)
    return f"Con {named} todavía {_gap(rest)}. {_unexplained(rest)}"


def _explains(absent: Sequence[Row], missing: Decimal) -> bool:
    """Tell whether the rows that were not taken make the whole difference."""
    return all(row.printed_target is not None for row in absent) and _targets(absent) == missing


def _gap(missing: Decimal) -> str:
    return f"faltan {printed(missing)}" if missing > 0 else f"sobran {printed(-missing)}"


def _unexplained(missing: Decimal) -> str:
    if missing > 0:
        return "El documento puede ser un extracto."
    return "Revise si hay filas de más o si una META o el TOTAL están mal."


def _named(rows: Sequence[Row], left_out: frozenset[int]) -> str:
    """Return the rows by why they were not taken: `la fila rechazada y las 2 inferidas que quedaron fuera`."""
    inferred = sum(row.line in left_out for row in rows)
    rejected = len(rows) - inferred
    parts = [_the(rejected, "rechazada", "")] if rejected else []
    if inferred:
        parts.append(_the(inferred, "inferida", " que quedó fuera" if inferred == 1 else " que quedaron fuera"))
    return " y ".join(parts)


def _the(count: int, kind: str, ending: str) -> str:
    return f"la fila {kind}{ending}" if count == 1 else f"las {count} filas {kind}s{ending}"


def _targets(rows: Sequence[Row]) -> Decimal:
    """Return what the METAs add to: as read, or of rejected rows as printed."""
    targets = (row.printed_target if row.annual_target is None else row.annual_target for row in rows)
    return sum((target for target in targets if target), Decimal(0))


def _repeats(row: Row) -> bool:
    return any(problem.code == DUPLICATE for problem in row.problems)
