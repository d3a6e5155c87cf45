"""Read one data row: its names, its META and the verdict of the repair search over its tail."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from activities.document.edits import Edit, edits_of
from activities.document.headers import Header, has_letter
from activities.document.layout import COLUMNS, NAMES, OFFICIAL, slot_title
from activities.document.mismatch import mismatch
from activities.document.model import REJECTED, Alternative, Block, Problem, Quarters, Repair, Row
from activities.document.quantities import printed, quantity
from activities.document.records import Record
from activities.document.repair import Verdict, repair
from activities.document.runs import Months
from activities.document.scale import Scale
from poi_api.http.tables import plain_text

_BLOCKS: tuple[Block, Block] = ("programado", "ejecutado")
_TAIL = f"{slot_title(0)} … {slot_title(OFFICIAL.cells - 1)}"
"""The column of a problem of the whole tail."""
_REASONS = {
    "no_reading": "Los meses no suman los trimestres y la META, ni reparando algunas celdas",
    "too_many_readings": "Hay demasiadas maneras de reparar la fila",
    "ambiguous": "Varias reparaciones igual de pequeñas dan trimestres distintos",
}


def read_row(record: Record, header: Header) -> Row:
    """Return a data row (domain.md, "Reading the source document"); a rejected one says why, by line and column."""
    names: dict[str, Any] = {name: plain_text(record.cell(header.columns[name])) for name in NAMES}
    problems = _name_problems(names, record.line)
    target = _target(record, header, problems)
    tail = _tail(record, header, problems)
    row = Row(record.line, **names, status=REJECTED, cells=record.cells, printed_target=target)
    if problems or target is None:
        return replace(row, problems=tuple(problems))
    scale = Scale([target, *tail])
    cells = scale.cells(tail)
    verdict = repair(cells, scale.whole(target))
    if verdict.status == REJECTED:
        cause = mismatch(cells, scale.whole(target), scale)
        detail = f"{_REASONS[verdict.reason]}: {cause}. Compare la fila con el original y corríjala."
        return replace(row, problems=(Problem(verdict.reason, detail, record.line, _TAIL),))
    return _accepted(row, target, cells, verdict, scale)


def rejected(row: Row, problem: Problem) -> Row:
    """Return the row without its figures, for a cause outside it."""
    before = row.problems if row.status == REJECTED else ()  # what was said of figures that are no longer taken
    names = {name: getattr(row, name) for name in NAMES}
    bare = Row(row.line, **names, status=REJECTED, cells=row.cells, printed_target=row.printed_target)
    return replace(bare, problems=(*before, problem))


def _name_problems(names: dict[str, str], line: int) -> list[Problem]:
    problems = []
    for name, text in names.items():
        if not has_letter(text):
            detail = f"«{text}» no es un nombre." if text else "La celda está vacía."
            problems.append(Problem("unreadable_name" if text else "blank_name", detail, line, COLUMNS[name]))
    return problems


def _target(record: Record, header: Header, problems: list[Problem]) -> Decimal | None:
    """Return the META of a row; a missing or unreadable one is added to the problems."""
    title = COLUMNS["annual_target"]
    try:
        target = quantity(record.cell(header.columns["annual_target"]))
    except ValueError as error:
        problems.append(Problem("unreadable_number", str(error), record.line, title))
        return None
    if target is None:
        problems.append(Problem("blank_target", "La celda está vacía.", record.line, title))
    return target


def _tail(record: Record, header: Header, problems: list[Problem]) -> list[Decimal | None]:
    """Return the quantities after META; unreadable ones are added to the problems."""
    values: list[Decimal | None] = []
    for slot, cell in enumerate(record.cells[header.tail :]):
        try:
            values.append(quantity(cell))
        except ValueError as error:
            problems.append(Problem("unreadable_number", str(error), record.line, slot_title(slot)))
    return values


def _accepted(row: Row, target: Decimal, cells: Months, verdict: Verdict, scale: Scale) -> Row:
    """Return the row with the figures of its verdict."""
    half = OFFICIAL.months
    edits = edits_of(cells, verdict.months, verdict.cost) if verdict.cost else ()
    return replace(
        row,
        status=verdict.status,
        annual_target=target,
        programmed=scale.figures(verdict.months[:half]),
        executed=scale.figures(verdict.months[half:]),
        quarters=_quarters(verdict.months, scale),
        repairs=tuple(_repair(edit, scale) for edit in edits),
        alternatives=tuple(
            Alternative(scale.figures(months[:half]), scale.figures(months[half:]), cost)
            for cost, months in verdict.alternatives
        ),
        problems=_remarks(row.line, verdict),
    )


def _quarters(months: Months, scale: Scale) -> Quarters:
    """Return the quarters. Executed is None only where months were due and none has a figure (domain.md, rule 1)."""
    pairs = []
    for start in range(0, OFFICIAL.months, OFFICIAL.width):
        due = sum(month or 0 for month in months[start : start + OFFICIAL.width])
        executed = months[OFFICIAL.months + start : OFFICIAL.months + start + OFFICIAL.width]
        done = [month for month in executed if month is not None]
        pairs.append((scale.decimal(due), scale.decimal(sum(done)) if done or not due else None))
    return tuple(pairs)


def _remarks(line: int, verdict: Verdict) -> tuple[Problem, ...]:
    """Return what a person must know of an accepted row."""
    if verdict.status != "inferred":
        return ()
    detail = "Hay varias lecturas con los mismos trimestres; se tomó la más barata y más cercana a lo programado."
    if not verdict.alternatives:
        detail = "Se tomó la lectura más barata; otra casi igual de barata daría otros trimestres."
    remarks = [Problem("inferred", detail, line)]
    if verdict.more:
        shown = len(verdict.alternatives)
        detail = f"Hay más lecturas que las {shown} que se muestran."
        remarks.append(Problem("more_alternatives", detail, line))
    return tuple(remarks)


def _repair(edit: Edit, scale: Scale) -> Repair:
    """Return an edit as people read it."""
    before, after = scale.figure(edit.printed), scale.figure(edit.taken)
    was, now = ("un blanco" if value is None else printed(value) for value in (before, after))
    block, month, quarter, title = _place(edit)
    description = {
        "add": f"{title}: se agregó {now}",
        "drop": f"{title}: se quitó {was}",
        "change": f"{title}: se cambió {was} por {now}",
    }[edit.action]
    return Repair(block, month, quarter, edit.action, before, after, edit.cost, description)


def _place(edit: Edit) -> tuple[Block, int | None, int | None, str]:
    """Return block, month, quarter and title of the cell that an edit touches."""
    slot = min(edit.slot, OFFICIAL.cells - 1)
    if slot >= OFFICIAL.month_cells:
        return "trimestre", None, (slot - OFFICIAL.month_cells) // 2 + 1, slot_title(slot)
    block, month = divmod(slot, OFFICIAL.months)
    return _BLOCKS[block], month + 1, None, slot_title(slot)
