"""Asking with kept totals and without, and looking at what is kept."""

from typing import Any

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.api import get
from tests.factories import Caller

PATH = "/reports/execution/"
ASKED: list[dict[str, str]] = [
    {"group_by": "institution,quarter"},
    {"group_by": "unit,quarter"},
    {"group_by": "branch,year", "depth": "1", "explain": "true"},
    {"group_by": "measurement_unit,semester", "cumulative": "true", "institution": "I1"},
    {"group_by": "unit,month", "through": "5", "ordering": "-progress"},
    {"explain": "true"},
]


def body(caller: Caller, **query: Any) -> str:
    """Return the text of the answer, which may come from totals."""
    answer = get(caller, PATH, **{"year": 2022, "limit": 1000, **query})
    assert answer.status_code == 200, answer.content.decode()
    text: str = answer.content.decode()
    return text


def added_up(caller: Caller, **query: Any) -> str:
    """Return the text of the same answer made from figures alone: within a transaction nothing that is kept counts."""
    with transaction.atomic():
        return body(caller, **query)


def from_figures(caller: Caller, **query: Any) -> bool:
    """Tell whether an answer was added up from figures, all or in part."""
    with CaptureQueriesContext(connection) as queries:
        body(caller, **query)
    return any("activities_figure" in each["sql"] for each in queries)


def kept() -> list[tuple[Any, ...]]:
    """Return what is kept: plan, by unit, months, place in the order; and how many sums."""
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT plan_id, by_unit, first_month, last_month, position,
                   (SELECT count(*) FROM reports_total WHERE totals_id = k.id)
              FROM reports_totals k ORDER BY 1, 2, 3, 4""")
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def spoil() -> None:
    """Make every total that is kept a hundred too large, to see who takes it."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reports_total SET programmed_scaled = programmed_scaled + 100 * 27720")
