"""The report of a stored import (api.md, "Imports"): exact quantities again, out of columns that keep them as text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import orjson
from django.db.models import Count, Q

from activities.models import AppliedRow, Import
from poi_api.http import exact_json
from units.requests.list_tables import MOST_ROWS, refuse_many_rows

FIRST_ROWS = 1000  # that are shown unless more are asked for

# Under these names a report has quantities, alone or in lists
_QUANTITIES = frozenset(
    ("programmed", "executed", "annual_target", "printed", "taken", "stated", "imported", "difference", "total")
)

# Whose members are texts whatever they are called: 04.01 is a code
_TEXTS = frozenset(("recoded",))

# Something of a row deserves a look: it was not read as it stands, or is in doubt
_NOTES = ("repairs", "problems", "doubts", "alternatives")
_NOTED = Q(*(~Q(**{f"reading__{part}": []}) for part in _NOTES), _connector=Q.OR)
# It has readings that only a person can choose between
_TO_CHOOSE = ~Q(reading__alternatives=[]) & Q(reading__confirmed=False)


@dataclass(frozen=True, slots=True)
class RowsAsked:
    """Which rows of an import are shown: `limit` after the first `offset` of those that fit."""

    offset: int = 0
    limit: int = FIRST_ROWS
    status: Sequence[str] | None = None
    noted: bool | None = None
    to_choose: bool | None = None

    @property
    def condition(self) -> Q:
        """What rows have to fit."""
        found = Q() if self.status is None else Q(status__in=self.status)
        for truth, said in ((self.noted, _NOTED), (self.to_choose, _TO_CHOOSE)):
            found &= Q() if truth is None else said if truth else ~said
        return found


def report_of(source: Import, asked: RowsAsked) -> dict[str, Any]:
    """Return the rows that are `asked` for, their counts and the diagnosis: what has no place in the order of changes.

    The rows are written as JSON already.
    """
    shown = orjson.Fragment(exact_json.dumps(rows_of(source, asked)))
    report = exact({name: source.report.get(name, {}) for name in ("totals", "summary")})
    renames, conflicts = (report["summary"].pop(name, []) for name in ("renames", "problems"))
    counts = counts_of(source, asked)
    return {"rows": shown, "row_counts": counts, **report, "renames": renames, "conflicts": conflicts}


def counts_of(source: Import, asked: RowsAsked) -> dict[str, int]:
    """Return how many rows fit what is `asked`, deserve a look, and are to be chosen of: one query."""
    conditions = {"found": asked.condition, "noted": _NOTED, "to_choose": _TO_CHOOSE}
    counts = {name: Count("pk", filter=condition) for name, condition in conditions.items()}
    return source.rows.order_by().aggregate(**counts)


def rows_of(source: Import, asked: RowsAsked) -> list[dict[str, Any]]:
    """Return the rows that are asked for as they were read, each with what it went into, once it did.

    Two queries, however many there are.
    """
    fitting = source.rows.filter(asked.condition).order_by("line").values_list("pk", "reading")
    rows = list(fitting[asked.offset : asked.offset + asked.limit])
    of_these = AppliedRow.objects.filter(row__in=[pk for pk, _ in rows]).select_related("activity")
    applied = {row.row_id: row for row in of_these}
    return [{**exact(reading), "applied": _applied(applied.get(pk))} for pk, reading in rows]


def all_rows_of(source: Import, asked: RowsAsked) -> Iterator[dict[str, Any]]:
    """Yield all rows that fit as lines of a table, read part by part. Raises TooLarge before the first."""
    refuse_many_rows(source.rows.filter(asked.condition).count())
    for offset in range(0, MOST_ROWS, FIRST_ROWS):
        rows = rows_of(source, replace(asked, offset=offset, limit=FIRST_ROWS))
        yield from map(_line, rows)
        if len(rows) < FIRST_ROWS:
            return


def _line(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with what was noticed of it as texts, as people read them."""
    problems = [": ".join(filter(None, (each["column"], each["detail"]))) for each in row["problems"]]
    return {**row, "repairs": [each["description"] for each in row["repairs"]], "problems": problems}


def _applied(row: AppliedRow | None) -> dict[str, Any] | None:
    if row is None:
        return None
    activity = row.activity
    return {
        "activity": {"id": activity.pk, "code": activity.code, "name": activity.name},
        "reading": row.reading,
        "doubts": row.doubts,
    }


def exact(data: Any) -> Any:
    """Return what a JSON column keeps with its quantities as decimals."""
    if isinstance(data, dict):
        return {name: _exact(name, value) for name, value in data.items()}
    return [exact(each) for each in data] if isinstance(data, list) else data


def _exact(name: str, value: Any) -> Any:
    if name in _TEXTS:
        return value
    return _quantities(value) if name in _QUANTITIES else exact(value)


def _quantities(value: Any) -> Any:
    if isinstance(value, list):
        return [_quantities(each) for each in value]
    return Decimal(value) if isinstance(value, str) else value
