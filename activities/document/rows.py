"""Read one data row: its names, its META and the verdict of the repair search over its tail."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from activities.document.accumulated import edits_accumulated, repair_accumulated
from activities.document.cells import Printed, figures_of, to_finest
from activities.document.checking import Difference, period
from activities.document.edits import Edit, edits_of
from activities.document.forms.sheets import Record
from activities.document.layout import OFFICIAL, slot_title
from activities.document.layouts import Reading
from activities.document.model import (
    REJECTED,
    Accumulation,
    Alternative,
    Block,
    Figures,
    Problem,
    Repair,
    Row,
)
from activities.document.naming import Names, name_problems
from activities.document.preference import quarters_of
from activities.document.programme import COST_META
from activities.document.quantities import DASHES, printed
from activities.document.repair import Verdict, mismatch, months_of, repair
from activities.document.runs import Months
from activities.document.scale import Scale
from activities.document.stated import accumulation_of, with_blocks

MORE = "more_alternatives"
"""Code of the problem of a row that has more readings than are listed."""
_THOUSANDTHS = Scale([Decimal("0.001")])
_NO_MONTHS: Figures = (None,) * OFFICIAL.months
_BLOCKS: tuple[Block, Block] = ("programado", "ejecutado")
_TAIL = f"{slot_title(0)} … {slot_title(OFFICIAL.cells - 1)}"
"""The column of a problem of the whole tail."""
_FIGURES = "meses y META"
"""The same where columns stand otherwise."""
_REASONS = {
    "no_reading": "Los meses no suman los trimestres y la META, ni reparando algunas celdas",
    "too_many_readings": "Tiene demasiados daños para leerla sin riesgo",
}


def read_row(record: Record, names: Names, reading: Reading) -> Row:
    """Return a data row (domain.md, "Reading the source document"); a rejected one says why, by line and column."""
    reading = reading.of_row(record)
    printed_row = figures_of(record, reading.header, comma=reading.comma)
    problems = [*name_problems(names, record.line, reading.header), *printed_row.problems]
    accumulation, is_open = accumulation_of(printed_row, names.details.get("accumulation", ""), reading.equations)
    if accumulation == "average":
        printed_row = to_finest(printed_row, reading.finest)
    row = Row(
        record.line,
        unit=names.printed["unit"],
        mef_activity=names.printed["mef_activity"],
        activity=names.printed["activity"],
        measurement_unit=names.printed["measurement_unit"],
        status=REJECTED,
        cells=record.cells,
        printed_target=printed_row.target,
        unit_above=names.details.get("unit_above", ""),
        accumulation=accumulation,
        accumulation_is_open=is_open,
        details=names.details,
    )
    if problems:
        return replace(row, problems=tuple(problems))
    row = with_blocks(row, record, reading)
    if row.problems:
        return row
    differences = list(reading.equations.differences(printed_row, accumulation or "sum"))
    searched = reading.header.tail is not None
    if not differences or (differences[0].is_target and reading.equations.checks_programme and not searched):
        return _with_dashes(_as_printed(row, printed_row, accumulation or "sum"), record, reading)
    if not searched or printed_row.dash:
        return replace(row, problems=(_unread(record.line, printed_row, differences[0]),))
    return _repaired(row, printed_row, differences[0])


def _as_printed(row: Row, printed_row: Printed, accumulation: Accumulation) -> Row:
    """Return a row whose months and quarters hold each other; a META that is another is what is misprinted."""
    scale = Scale([printed_row.target, *printed_row.tail])
    read = _with_months(row, months_of(scale.cells(printed_row.tail)), scale)
    target = period(read.programmed, accumulation, like=printed_row.target)
    repairs = _repaired_target(printed_row.target, target, "lo que suman los meses y los trimestres")
    return replace(read, status="repaired" if repairs else "exact", annual_target=target, repairs=repairs)


def _with_months(row: Row, months: Months, scale: Scale) -> Row:
    """Return the row with the figures of its months."""
    programmed, executed = (scale.figures(block) for block in (months[: OFFICIAL.months], months[OFFICIAL.months :]))
    return replace(row, programmed=programmed, executed=executed)


def _with_dashes(row: Row, record: Record, reading: Reading) -> Row:
    """Return the row, inferred where a dash may be something else than a 0.

    In an executed month of which something was due it may be one that was not reported; where nothing in the row adds a
    month up, nothing says that it is a 0.
    """
    columns = reading.header.official_columns()[: OFFICIAL.month_cells]
    dashes = {slot for slot, column in enumerate(columns) if column is not None and record.cell(column) in DASHES}
    if not dashes:
        return row
    due = {OFFICIAL.months + month for month, figure in enumerate(row.programmed) if figure}
    held = {slot for slots, _ in reading.equations.held for slot in slots}
    if not (dashes := {slot for slot in dashes if slot in due or slot not in held}):
        return row
    doubts = tuple(map(slot_title, sorted(dashes)))
    detail = "Un guion se leyó como 0 y nada lo comprueba: escriba 0, o deje la celda en blanco si no se informó."
    return row.in_doubt(Problem("dash_unchecked", detail, row.line, doubts[0]), doubts)


def _repaired_target(stated: Decimal | None, taken: Decimal, because: str) -> tuple[Repair, ...]:
    """Return the repair of a META that is another than stated, or none."""
    if stated is None or stated == taken:
        return ()
    detail = f"META: se cambió {printed(stated)} por {printed(taken)}, {because}"
    return (Repair("meta", None, None, "change", stated, taken, COST_META, detail),)


def _unread(line: int, printed_row: Printed, difference: Difference) -> Problem:
    """Return why a row whose cells stand in their columns cannot be read."""
    if printed_row.dash:
        detail = f"El guion no es un cero aquí. {difference.detail}. Escriba la cifra, o deje la celda en blanco."
        return Problem("unreadable_number", detail, line, printed_row.dash)
    return Problem("no_reading", f"{difference.detail}. Compare la fila con el original y corríjala.", line, _FIGURES)


def _repaired(row: Row, printed_row: Printed, difference: Difference) -> Row:
    """Return the row as the search for lost and repeated cells reads it; `difference` is the first that it has."""
    target = printed_row.target or Decimal(0)
    scale = Scale([target, *printed_row.tail])
    cells = scale.cells(printed_row.tail)
    way = row.accumulation or "sum"
    if way == "sum":
        verdict = repair(cells, scale.whole(target))
    else:
        verdict = _in_units(repair_accumulated(printed_row.tail, target, way), scale)
    if verdict.status == REJECTED:
        # Cells that must come to a last month or an average may well add up
        other = difference.detail[:1].lower() + difference.detail[1:]
        cause = mismatch(cells, scale.whole(target), scale) if way == "sum" else other
        detail = f"{_REASONS[verdict.reason]}: {cause}. Compare la fila con el original y corríjala."
        return replace(row, problems=(Problem(verdict.reason, detail, row.line, _TAIL),))
    return _accepted(replace(row, tail=printed_row.tail), cells, verdict, scale)


def _in_units(verdict: Verdict[Decimal], scale: Scale) -> Verdict[int]:
    """Return a verdict on quantities as one on smallest units."""
    others = tuple((cost, scale.cells(months)) for cost, months in verdict.alternatives)
    months, more, doubts = scale.cells(verdict.months), verdict.more, verdict.doubts
    return Verdict(verdict.status, verdict.cost, months, others, more, doubts, verdict.reason)


def with_reading(row: Row, number: int) -> Row:
    """Return an inferred row under one of its readings: 0 is the one that was taken, others are its further ones."""
    if not number:
        return row
    scale = Scale([row.printed_target, *row.tail])
    taken = (*row.alternatives, *row.beyond)[number - 1]
    others = [other for other in row.alternatives if other is not taken]
    cost = sum(repair.cost for repair in row.repairs)
    readings = [(cost, row.programmed, row.executed), *((each.cost, each.programmed, each.executed) for each in others)]
    verdict = Verdict(
        "inferred",
        taken.cost,
        scale.cells((*taken.programmed, *taken.executed)),
        tuple((spent, scale.cells((*due, *done))) for spent, due, done in readings),
    )
    read = _accepted(row, scale.cells(row.tail), verdict, scale)
    return replace(read, doubts=row.doubts, problems=row.problems)


def rejected(row: Row, problem: Problem) -> Row:
    """Return the row without its figures, for a cause outside it."""
    before = row.problems if row.status == REJECTED else ()  # what was said of figures that are no longer taken
    return replace(
        row,
        status=REJECTED,
        annual_target=None,
        programmed=_NO_MONTHS,
        executed=_NO_MONTHS,
        repairs=(),
        alternatives=(),
        doubts=(),
        confirmed=False,
        problems=(*before, problem),
    )


def _accepted(row: Row, cells: Months, verdict: Verdict[int], scale: Scale) -> Row:
    """Return the row with the figures of its verdict."""
    read = _with_months(row, verdict.months, scale)
    way = row.accumulation or "sum"
    target = period(read.programmed, way, row.printed_target)
    repairs = _repaired_target(
        row.printed_target, target, "lo que suman los meses" if way == "sum" else "por los meses"
    )
    left = verdict.cost - sum(repair.cost for repair in repairs)
    edits: list[Repair] = []
    if verdict.cost and way == "sum":
        quarters = quarters_of(verdict.months, OFFICIAL)
        edits = [_repair(edit, scale) for edit in edits_of(cells, verdict.months, quarters, left)]
    elif verdict.cost:
        found = edits_accumulated(row.tail, scale.figures(verdict.months), left, way)
        edits = [_repair(_in_thousandths(edit), _THOUSANDTHS) for edit in found]
    return replace(
        read,
        status=verdict.status,
        annual_target=target,
        repairs=(*repairs, *edits),
        alternatives=_alternatives(verdict.alternatives, scale),
        beyond=_alternatives(verdict.beyond, scale),
        doubts=tuple("META" if slot == OFFICIAL.cells else slot_title(slot) for slot in verdict.doubts),
        problems=_remarks(row.line, verdict),
    )


def _alternatives(readings: Iterable[tuple[int, Months]], scale: Scale) -> tuple[Alternative, ...]:
    half = OFFICIAL.months
    return tuple(
        Alternative(scale.figures(months[:half]), scale.figures(months[half:]), cost) for cost, months in readings
    )


def _in_thousandths(edit: Edit[Decimal]) -> Edit[int]:
    """Return an edit of quantities as one of thousandths."""
    printed_cell, taken = _THOUSANDTHS.cells((edit.printed, edit.taken))
    return Edit(edit.slot, edit.action, printed_cell, taken, edit.cost)


def _remarks(line: int, verdict: Verdict[int]) -> tuple[Problem, ...]:
    """Return what a person must know of an accepted row."""
    if verdict.status != "inferred":
        return ()
    detail = "Hay varias lecturas; de las más baratas se tomó la más cercana a lo programado."
    remarks = [Problem("inferred", detail, line)]
    if verdict.more:
        shown = len(verdict.alternatives)
        detail = f"Hay más lecturas que las {shown} que se muestran."
        if not shown:
            detail = "Nada de lo impreso comprueba los meses en duda."
        remarks.append(Problem(MORE, detail, line))
    return tuple(remarks)


def _repair(edit: Edit[int], scale: Scale) -> Repair:
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


def _place(edit: Edit[int]) -> tuple[Block, int | None, int | None, str]:
    """Return block, month, quarter and title of the cell that an edit touches."""
    slot = min(edit.slot, OFFICIAL.cells - 1)
    if slot >= OFFICIAL.month_cells:
        return "trimestre", None, (slot - OFFICIAL.month_cells) // 2 + 1, slot_title(slot)
    block, month = divmod(slot, OFFICIAL.months)
    return _BLOCKS[block], month + 1, None, slot_title(slot)
