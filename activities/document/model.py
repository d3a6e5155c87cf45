"""What was read from a source document.

All quantities are exact decimals; line numbers are the file's own, from 1.
"""

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Literal

from activities.document.repair import Status

Figures = tuple[Decimal | None, ...]
Block = Literal["programado", "ejecutado", "trimestre"]
REJECTED = "rejected"
DUPLICATE = "duplicate_row"
"""Code of the problem of a row that repeats an earlier one."""


class DocumentError(Exception):
    """The file cannot be read as a document at all.

    The message is Spanish, ``line`` is where it was noticed, if known.
    """

    def __init__(self, message: str, *, code: str, line: int | None = None) -> None:
        super().__init__(message)
        self.code, self.line = code, line


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a person must know.

    A stable code and a Spanish sentence, with its line and column if it has them.
    """

    code: str
    detail: str
    line: int | None = None
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Repair:
    """One edit of a row: at ``month`` 1–12 of its block, or at ``quarter`` 1–4 in the block ``trimestre``."""

    block: Block
    month: int | None
    quarter: int | None
    action: Literal["add", "drop", "change"]
    printed: Decimal | None
    taken: Decimal | None
    cost: int
    description: str


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another reading of an inferred row, with the same quarters."""

    programmed: Figures
    executed: Figures
    cost: int

    def as_report(self, number: int) -> dict[str, Any]:
        return {
            "alternative": number,
            "programmed": list(self.programmed),
            "executed": list(self.executed),
            "cost": self.cost,
        }


@dataclass(frozen=True, slots=True)
class Row:
    """A data row. A rejected one keeps its names as printed; its figures are None.

    ``quarters`` are (programmed, executed) pairs; ``cells`` is the whole line as printed; ``printed_target`` is
    the META that can be read in it, whether the row is accepted or not.
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
    quarters: tuple[tuple[Decimal | None, Decimal | None], ...] = ((None, None),) * 4
    repairs: tuple[Repair, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    problems: tuple[Problem, ...] = ()
    printed_target: Decimal | None = None

    def as_report(self) -> dict[str, Any]:
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
            "alternatives": [other.as_report(place) for place, other in enumerate(self.alternatives, 1)],
            "problems": [asdict(problem) for problem in self.problems],
        }


@dataclass(frozen=True, slots=True)
class Stated:
    """The TOTAL row as printed. Months and quarters (pairs) are empty when the row has not its 32 cells."""

    line: int
    annual_target: Decimal
    programmed: Figures = ()
    executed: Figures = ()
    quarters: tuple[tuple[Decimal | None, Decimal | None], ...] = ()
