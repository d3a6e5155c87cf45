"""Asking with kept totals and without, and looking at what is kept."""

from typing import Any

from django.db import connection, transaction

from tests.api import get
from tests.factories import Caller

PATH = "/reports/execution/"
ASKED: list[dict[str, str]] = [
    {"group_by": "institution,quarter"},
    {"group_by": "year", "explain": "true"},
    {"group_by": "institution,semester", "cumulative": "true"},
    {"group_by": "month", "through": "5", "ordering": "-progress"},
    {"explain": "true"},
]
# What is about parts of institutions, or told by parts, is always added up.
ADDED_UP: list[dict[str, str]] = [
    {"group_by": "unit,quarter"},
    {"group_by": "branch,year", "depth": "1"},
    {"group_by": "measurement_unit"},
    {"group_by": "institution", "subtotals": "true"},
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


def kept() -> list[tuple[Any, ...]]:
    """Return what is kept: plan, months, place in the order, activities."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT plan_id, first_month, last_month, position, activities FROM reports_total ORDER BY 1, 2, 3"
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def spoil() -> None:
    """Make every total that is kept a hundred too large, to see who takes it."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reports_total SET programmed_scaled = programmed_scaled + 100 * 27720")
