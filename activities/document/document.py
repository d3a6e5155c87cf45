"""A whole document: its rows, what is taken of them, and its report."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, get_args

from activities.document.model import REJECTED, Inactive, Problem, Row, Stated, Status
from activities.document.totals import total_differs


@dataclass(frozen=True, slots=True)
class Document:
    """What a document states of itself, every data row in order, and what was noticed.

    `left_out` are the lines of rows that have figures and are not to be taken; `remarks` is what the reader noticed,
    `plan_remarks` what the plan that the document is for has against it. `year_source` says where the year stands, in
    Spanish; `institution` is the one that all rows name, if they do, and `institution_code` its code. `inactive` are
    the activities that were left out because they are no longer active. `digest` is the SHA-256 of the file.
    """

    year: int | None
    cut_off: date | None
    cut_off_line: int | None
    rows: Sequence[Row]
    stated: Stated | None
    remarks: Sequence[Problem] = ()
    left_out: frozenset[int] = frozenset()
    plan_remarks: Sequence[Problem] = ()
    year_source: str = ""
    institution: str = ""
    institution_code: str = ""
    inactive: Sequence[Inactive] = ()
    digest: str = ""

    def without_inferred(self) -> "Document":
        """Return the same document with its inferred rows left out."""
        return replace(self, left_out=frozenset(row.line for row in self.rows if row.status == "inferred"))

    @property
    def accepted(self) -> list[Row]:
        """Return the rows that have figures."""
        return [row for row in self.rows if row.status != REJECTED]

    @property
    def taken(self) -> list[Row]:
        """Return the accepted rows that are not left out."""
        return [row for row in self.accepted if row.line not in self.left_out]

    @property
    def imported(self) -> Decimal:
        """Return the sum of the annual targets of the rows that are taken."""
        return sum((row.annual_target or Decimal(0) for row in self.taken), Decimal(0))

    @property
    def warnings(self) -> list[Problem]:
        """Return all remarks, and between them how far the rows that are taken are from adding to TOTAL."""
        differs = total_differs(self.stated, self.rows, self.left_out) if self.stated else None
        return [*self.remarks, *([differs] if differs else []), *self.plan_remarks]

    def as_report(self) -> dict[str, Any]:
        """Return the import report (api.md, "Operations"); quantities stay Decimal and the cut-off a date."""
        rows = [row.as_report() for row in self.rows]
        return {"year": self.year, "cut_off": self.cut_off, "rows": rows, **self.head()}

    def head(self) -> dict[str, Any]:
        """Return the report without its rows."""
        stated = self.stated.annual_target if self.stated else None
        return {
            "year": self.year,
            "cut_off": self.cut_off,
            "totals": {
                "stated": stated,
                "imported": self.imported,
                "difference": None if stated is None else stated - self.imported,
            },
            "summary": self._summary(),
        }

    def _summary(self) -> dict[str, Any]:
        counts = Counter(row.status for row in self.rows)
        return {
            "rows": len(self.rows),
            **{status: counts[status] for status in get_args(Status)},
            "left_out": sorted(self.left_out),
            "inactive": [asdict(each) for each in self.inactive],
            "repairs": sum(len(row.repairs) for row in self.rows),
            "year_source": self.year_source,
            "warnings": [asdict(warning) for warning in self.warnings],
        }
