"""What is read from a source document: rows, their repairs and other readings, problems, the TOTAL row.

Quantities are exact decimals, a blank is None; line numbers are the file's own, from 1.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from typing import Any, Final, Literal

Figures = tuple[Decimal | None, ...]
Action = Literal["add", "drop", "change"]
Block = Literal["programado", "ejecutado", "trimestre", "meta"]
Accumulation = Literal["sum", "last", "average"]
Status = Literal["exact", "repaired", "inferred", "rejected"]
REJECTED: Final = "rejected"
DUPLICATE = "duplicate_row"
"""Code of the problem of a row that repeats an earlier one."""


class DocumentError(Exception):
    """The file cannot be read as a document at all: a Spanish message, a code, the line and column if there are any."""

    def __init__(self, message: str, *, code: str, line: int | None = None, column: str | None = None) -> None:
        super().__init__(message)
        self.code, self.line, self.column = code, line, column


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a person must know: a stable code, a Spanish sentence, its line and column if it has them."""

    code: str
    detail: str
    line: int | None = None
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Repair:
    """One edit of a row: at `month` 1–12 of its block, at `quarter` 1–4 in the block `trimestre`, or of its META."""

    block: Block
    month: int | None
    quarter: int | None
    action: Action
    printed: Decimal | None
    taken: Decimal | None
    cost: int
    description: str


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another reading of an inferred row; its quarters and META are what its months add to."""

    programmed: Figures
    executed: Figures
    cost: int


@dataclass(frozen=True, slots=True)
class StatedBlock:
    """Twelve months of a block and its total as printed, None where blank."""

    months: Figures
    total: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Inactive:
    """An activity that a table says is no longer active: its line, its code (empty: none) and its name."""

    line: int
    code: str
    activity: str


@dataclass(frozen=True, slots=True)
class Row:
    """A data row with January to December of both blocks. A rejected one has its names as printed and no figures.

    `doubts` has the titles of the figures on which the readings of an inferred row differ; `confirmed`: the
    columns leave no other reading. `beyond` has the readings that are not shown, if there is an end of them, until
    columns have decided. `tail` is what a repaired or inferred row prints after META.

    A blank month is 0 in `programmed` and None in `executed`. `cells` is the whole line as printed; `printed_target`
    is the META that can be read in it, whether the row is accepted or not.

    `unit_above` is the unit that its unit stands below, if the document says it. `details` has what else the names'
    columns say, by their meaning (`columns/meanings.py`): codes, OEI, AEI, category. `blocks` has all physical blocks
    by name, `reasons` the reasons of months by month. `accumulation` None: the document does not say it;
    `accumulation_is_open`: the total is the sum of the months and the last of them alike.
    """

    line: int
    unit: str
    mef_activity: str
    activity: str
    measurement_unit: str
    status: Status
    cells: tuple[str, ...]
    annual_target: Decimal | None = None
    programmed: Figures = (None,) * 12
    executed: Figures = (None,) * 12
    repairs: tuple[Repair, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    beyond: tuple[Alternative, ...] = ()
    doubts: tuple[str, ...] = ()
    confirmed: bool = False
    tail: Figures = ()
    problems: tuple[Problem, ...] = ()
    printed_target: Decimal | None = None
    unit_above: str = ""
    accumulation: Accumulation | None = None
    accumulation_is_open: bool = False
    details: Mapping[str, str] = field(default_factory=dict)
    blocks: Mapping[str, StatedBlock] = field(default_factory=dict)
    reasons: Mapping[int, str] = field(default_factory=dict)

    def in_doubt(self, problem: Problem, doubts: tuple[str, ...]) -> "Row":
        """Return the row as `inferred`, with what is wrong with it, and with these doubts in place of its own."""
        return replace(self, status="inferred", confirmed=False, doubts=doubts, problems=(*self.problems, problem))

    def as_report(self) -> dict[str, Any]:
        """Return the row as the import report shows it; quantities stay Decimal."""
        return {
            "line": self.line,
            "unit": self.unit,
            "mef_activity": self.mef_activity,
            "activity": self.activity,
            "measurement_unit": self.measurement_unit,
            "status": self.status,
            "programmed": list(self.programmed),
            "executed": list(self.executed),
            "annual_target": self.annual_target,
            "repairs": [asdict(repair) for repair in self.repairs],
            "alternatives": [
                {"alternative": number, **asdict(other)} for number, other in enumerate(self.alternatives, 1)
            ],
            "confirmed": self.confirmed,
            "doubts": list(self.doubts),
            "problems": [asdict(problem) for problem in self.problems],
            "said": self._said(),
        }

    def _said(self) -> dict[str, Any] | None:
        """Return the document's own word for the accumulation, how it was read, and its totals; None if it has none."""
        word = self.details.get("accumulation", "")
        if not word and not self.blocks:
            return None
        totals = [{"block": name, "total": block.total} for name, block in self.blocks.items()]
        return {"accumulation": word, "read_as": self.accumulation, "totals": totals}


@dataclass(frozen=True, slots=True)
class Stated:
    """The TOTAL row as printed. Months and quarters are empty when the row has not its 32 cells.

    `quarters` are pairs of what was programmed and executed. `is_derived`: it says no META, which is what its months or
    quarters come to.
    """

    line: int
    annual_target: Decimal
    programmed: Figures = ()
    executed: Figures = ()
    quarters: tuple[tuple[Decimal | None, Decimal | None], ...] = ()
    is_derived: bool = False
