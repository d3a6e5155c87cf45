"""The report of a stored import (api.md, "Imports"): exact quantities again, out of columns that keep them as text."""

from decimal import Decimal
from typing import Any

import orjson

from activities.models import AppliedRow, Import
from poi_api.http import exact_json

FIRST_ROWS = 1000  # that are shown unless more are asked for

# Under these names a report has quantities, alone or in lists
_QUANTITIES = frozenset(
    ("programmed", "executed", "annual_target", "printed", "taken", "stated", "imported", "difference", "total")
)


def report_of(source: Import, **rows: int) -> dict[str, Any]:
    """Return the rows (`offset` and `limit` say which) and the diagnosis: what has no place in the order of changes.

    The rows are written as JSON already.
    """
    shown = orjson.Fragment(exact_json.dumps(rows_of(source, **rows)))
    return {"rows": shown, **_diagnosis_of(source)}


def _diagnosis_of(source: Import) -> dict[str, Any]:
    """Return totals and summary, and beside them the renames to choose and what people reported otherwise."""
    report = exact({"totals": source.report.get("totals", {}), "summary": source.report.get("summary", {})})
    summary = report["summary"]
    return {**report, "renames": summary.pop("renames", []), "conflicts": summary.pop("problems", [])}


def rows_of(source: Import, *, offset: int = 0, limit: int = FIRST_ROWS) -> list[dict[str, Any]]:
    """Return `limit` rows after the first `offset` as they were read, each with what it went into, once it did.

    Two queries, however many there are.
    """
    rows = list(source.rows.order_by("line").values_list("pk", "reading")[offset : offset + limit])
    of_these = AppliedRow.objects.filter(row__in=[pk for pk, _ in rows]).select_related("activity")
    applied = {row.row_id: row for row in of_these}
    return [{**exact(reading), "applied": _applied(applied.get(pk))} for pk, reading in rows]


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
        return {name: _quantities(value) if name in _QUANTITIES else exact(value) for name, value in data.items()}
    return [exact(each) for each in data] if isinstance(data, list) else data


def _quantities(value: Any) -> Any:
    if isinstance(value, list):
        return [_quantities(each) for each in value]
    return Decimal(value) if isinstance(value, str) else value
