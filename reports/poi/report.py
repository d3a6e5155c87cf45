"""The official document: execution of the plan up to a quarter."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from activities.choices import Accumulation
from poi_api.http.files import Parts
from poi_api.http.tables import csv_lines
from reports.poi.pdf import typeset
from reports.poi.printing import PROJECT, Line, Paper, source_line, text_lines, title, with_columns
from reports.poi.query import PoiQuery, PoiQuestion
from reports.poi.statement import MONTHS, QUARTERS, ROW, official_document
from reports.poi.workbook import workbook
from reports.shared.columns import MEASUREMENT_UNIT, taken
from reports.shared.reading import Document, Reading, Row
from reports.shared.report import DocumentReport
from reports.shared.sums.measures import MEASURES, NOTHING, OF_ONE_UNIT
from units.access.grants import Access
from units.serializers.references import reference

_NAMES = ("mef_activity", "activity", "measurement_unit")
_QUARTER = ("programmed", "executed", "progress")
_SUM = Accumulation.SUM
_NOT_SHOWN = {"executed": None, "progress": None}


def _document(question: PoiQuestion, access: Access) -> Document:
    reading = official_document(question, access)
    quarter, cut_off = question.through, reading.moment and reading.moment.date()
    number, code, name = reading.cells[1]
    members = {
        "institution": reference(int(number), code, name),
        "through": quarter,
        "title": title(question.from_year, quarter),
        "notice": PROJECT if question.draft and reading.cells[2] else None,
        "cut_off": cut_off,
        "source_line": source_line(cut_off),
        "results": [_row(row, quarter) for row in reading.sets[0]],
        "total": _total(reading, quarter),
    }
    return reading.document(members)


def _row(row: Row, quarter: int) -> dict[str, Any]:
    *cells, executed, of_programmed, of_executed, of_progress = row
    quarters = [
        {"programmed": programmed, "executed": done, "progress": progress}
        for programmed, done, progress in zip(of_programmed, of_executed, of_progress, strict=True)
    ]
    return taken(ROW, iter(cells)) | _up_to(quarter, executed, quarters)


def _total(reading: Reading, quarter: int) -> dict[str, Any]:
    """Return the TOTAL: what the rows add up to, month by month and quarter by quarter."""
    _, lines, parts = reading.sets
    sums = {period: taken(MEASURES, iter(cells)) for period, *cells in lines}
    months, quarters = ([sums.get(period.number, NOTHING) for period in periods] for periods in (MONTHS, QUARTERS))
    total = {
        "annual_target": reading.cells[0],
        "programmed": [month["programmed"] for month in months],
        **_up_to(
            quarter,
            [month["executed"] for month in months],
            [{name: each[name] for name in _QUARTER} for each in quarters],
        ),
        "to_date": None,
    }
    if 0 in sums:
        total["to_date"] = sums[0] | {"by_measurement_unit": [_subtotal(iter(cells)) for _, _, *cells in parts]}
    return total


def _subtotal(cells: Iterator[Any]) -> dict[str, Any]:
    return {"measurement_unit": MEASUREMENT_UNIT.take(cells)} | taken(OF_ONE_UNIT, cells)


def _up_to(quarter: int, executed: list[Any], quarters: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the members of what was executed; after the quarter it is not shown."""
    return {
        "executed": executed[: quarter * 3] + [None] * (12 - quarter * 3),
        "quarters": quarters[:quarter] + [each | _NOT_SHOWN for each in quarters[quarter:]],
    }


def _paper(question: PoiQuestion, access: Access) -> Paper:
    return paper_of(_document(question, access).members)


def paper_of(document: Mapping[str, Any], shown: Sequence[dict[str, Any]] | None = None) -> Paper:
    """Return the document as it is printed, whatever it is printed on; `document` has the members of its JSON.

    Of its rows it has those that are `shown`, all unless some are given.
    """
    rows, total = document["results"], _line(document["total"], (), _SUM)
    says_accumulation = any(row["accumulation"] != _SUM for row in rows)
    if rows:
        executed = zip(*(row["executed"] for row in rows), strict=True)
        total = with_columns(total, executed, says_accumulation=says_accumulation)
    return Paper(
        institution=document["institution"]["name"],
        heading=document["title"],
        notice=" · ".join(_notices(document)),
        rows=[_line_of(row) for row in (rows if shown is None else shown)],
        total=total,
        ending=document["source_line"],
        says_accumulation=says_accumulation,
    )


def _notices(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is printed below the title: that it is of a draft, and of which units it is where not of all."""
    if document["notice"]:
        yield document["notice"]
    scope = document["scope"]
    seen = {unit["id"]: unit["name"] for unit in scope["units"]}  # none where nothing was known yet
    if seen and not scope["installation"] and document["institution"]["id"] not in seen:
        yield f"SOLO {', '.join(seen.values())}"


def _line_of(row: dict[str, Any]) -> Line:
    names = (row["printed_unit"], *(row[name]["name"] for name in _NAMES))
    return _line(row, names, Accumulation(row["accumulation"]))


def _table(question: PoiQuestion, access: Access) -> Parts:
    first, *lines = text_lines(_paper(question, access))
    return csv_lines(first, lines, raw=question.raw)


def _workbook(question: PoiQuestion, access: Access) -> Parts:
    return workbook(_paper(question, access))


def _pdf(question: PoiQuestion, access: Access) -> Parts:
    yield typeset(_paper(question, access))


def _line(row: dict[str, Any], names: tuple[str, ...], accumulation: Accumulation) -> Line:
    """Return a row or the TOTAL as what is printed of it."""
    return Line(
        names=names,
        accumulation=accumulation,
        annual_target=Decimal(row["annual_target"]),
        programmed=[Decimal(month) for month in row["programmed"]],
        executed=[_decimal(month) for month in row["executed"]],
        quarters=[(Decimal(each["programmed"]), _decimal(each["executed"])) for each in row["quarters"]],
    )


def _decimal(number: int | Decimal | None) -> Decimal | None:
    return None if number is None else Decimal(number)


POI = DocumentReport(
    name="poi",
    title="Documento oficial",
    query=PoiQuery,
    document=_document,
    files={"csv": _table, "xlsx": _workbook, "pdf": _pdf},
    row_key=("activity",),
    stem=lambda question: f"poi-{question.from_year}-{question.through}",
)
