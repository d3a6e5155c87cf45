"""A source document as the import takes it, and what came of it."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from activities.exceptions import RowProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """One accepted row: names as printed, January to December, and how the row was read.

    A blank month is None in `executed` and 0 in `programmed`.
    """

    line: int
    unit: str
    mef_activity: str
    activity: str
    measurement_unit: str
    programmed: tuple[Decimal, ...]
    executed: tuple[Decimal | None, ...]
    status: str
    cells: tuple[str, ...]
    reading: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """The file a document came from, and the head of its report."""

    name: str
    content: bytes
    sha256: str
    cut_off: date | None
    report: dict[str, Any]


@dataclass(slots=True)
class Outcome:
    """What an import made and changed, in counts, and what a person must know about single rows."""

    plan_created: bool = False
    institution_created: bool = False
    version: int | None = None
    created: dict[str, int] = field(default_factory=dict)
    targets: int = 0
    entries_created: int = 0
    entries_updated: int = 0
    entries_unchanged: int = 0
    problems: list[RowProblem] = field(default_factory=list)

    @property
    def changes_something(self) -> bool:
        counts = (*self.created.values(), self.targets, self.entries_created, self.entries_updated)
        return self.plan_created or self.institution_created or any(counts)
