"""What the official document prints of any plan is read back as it was: as CSV, and as a workbook."""

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from activities.choices import Accumulation
from activities.document import read_document
from reports.poi.printing import Line, Paper, source_line, text_lines, title, with_columns
from reports.poi.workbook import workbook
from tests.activities.document.tables import as_csv
from tests.activities.reference import measures
from tests.searching import examples

YEAR = 2024
QUANTITIES = st.one_of(
    st.just(Decimal(0)),
    st.integers(1, 9).map(Decimal),
    st.integers(1, 10**12 - 1).map(Decimal),
    st.decimals("0.001", 1000, places=3),
)
MONTHS = st.lists(QUANTITIES, min_size=12, max_size=12)
REPORTED = st.lists(st.none() | QUANTITIES, min_size=12, max_size=12)
RULES = st.sampled_from([rule.value for rule in Accumulation])
ROWS = st.lists(st.tuples(RULES, MONTHS, REPORTED), min_size=1, max_size=4)


def line(place: int, rule: str, programmed: list[Decimal], executed: list[Decimal | None]) -> Line:
    """Return what is printed of an activity, by the rules in their slow reference."""
    said: dict[str, Any] = measures(rule, programmed, executed)
    return Line(
        ("UNIDAD", "ACTIVIDAD MEF", f"ACTIVIDAD {place}", "INFORME"),
        Accumulation(rule),
        said["annual_target"],
        programmed,
        executed,
        list(zip(said["quarter_programmed"], said["quarter_executed"], strict=True)),
    )


def total(rows: list[Line]) -> Line:
    quarters = [
        tuple(sum((row.quarters[at][block] or Decimal(0) for row in rows), Decimal(0)) for block in (0, 1))
        for at in range(4)
    ]
    programmed = [sum((row.programmed[at] for row in rows), Decimal(0)) for at in range(12)]
    target = sum((row.annual_target for row in rows), Decimal(0))
    return Line(("TOTAL",) * 4, Accumulation.SUM, target, programmed, [Decimal(0)] * 12, quarters)  # type: ignore[arg-type]


def is_allowed(row: Line) -> bool:
    """Tell whether every figure that is printed has room in a figure's column: 12 whole digits."""
    figures = [row.annual_target, *(each or 0 for quarter in row.quarters for each in quarter)]
    if row.accumulation == Accumulation.SUM:  # a quarter prints what was executed, also where nothing due was reported
        figures += [sum(done or 0 for done in row.executed[at : at + 3]) for at in range(0, 12, 3)]
    return all(each < Decimal(10) ** 12 for each in figures)


@settings(max_examples=examples(100), deadline=None)
@given(ROWS)
def test_every_row_is_read_exactly_as_it_was(drawn: list[tuple[str, list[Decimal], list[Decimal | None]]]) -> None:
    rows = [line(place, *each) for place, each in enumerate(drawn)]
    rows = [row for row in rows if is_allowed(row)]
    if not rows:
        return
    says = any(row.accumulation != Accumulation.SUM for row in rows)
    last = with_columns(total(rows), zip(*(row.executed for row in rows), strict=True), says_accumulation=says)
    paper = Paper("SAT", title(YEAR, 4), "", rows, last, source_line(None), says)
    for content in (as_csv(text_lines(paper), title=""), b"".join(workbook(paper))):
        read = read_document(content).rows
        assert [row.status for row in read] == ["exact"] * len(rows), [row.problems for row in read]
        for row, printed in zip(read, rows, strict=True):
            assert (row.accumulation or "sum") == printed.accumulation
            assert list(row.programmed) == list(printed.programmed)
            assert list(row.executed) == list(printed.executed)
            assert row.annual_target == printed.annual_target
