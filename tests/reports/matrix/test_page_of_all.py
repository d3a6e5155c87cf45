"""A page of all that there is reads the activities of its own plans (docs/decisions/0062)."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection

from tests import factories as make
from tests import many
from tests.api import get
from tests.factories import Caller

pytestmark = pytest.mark.usefixtures("owned")  # the service may not make statistics


PATHS = ("/reports/matrix/", "/reports/ceplan/")


def test_a_page_of_all_reads_the_activities_of_its_plans() -> None:
    """A first page, and one in the middle, in many plans: neither counts nor sorts what is on no page of theirs.

    Of so few activities PostgreSQL may rather read all at once; of many it does not, so that way is closed to it here.
    """
    institutions = [make.institution() for _ in range(40)]
    for each in institutions:
        many.activities(make.plan(each, 2030), {f"A{number}": f"N{number}" for number in range(30)})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE activities_activity, activities_plan, activities_standing, units_unit")
        for way in ("seqscan", "hashjoin", "mergejoin"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute("SELECT current_setting('server_version_num')::int >= 180000")
        (leaves_out,) = cursor.fetchone()
    before = 0 if leaves_out else 600  # PostgreSQL 15 reads what comes before the page, too
    caller = make.client()
    for path in PATHS:
        middle = page(caller, path, year=2030, limit=10, offset=615)
        assert page(caller, path, year=2030, limit=10)["count"] == 1200
        assert read(caller, path, year=2030, limit=10) <= 60
        for link in ("next", "previous"):
            query = {name: value for name, [value] in parse_qs(urlsplit(middle[link]).query).items()}
            assert read(caller, path, **query) <= before + 60


def page(caller: Caller, path: str, **query: Any) -> dict[str, Any]:
    found: dict[str, Any] = get(caller, path, **query).json()
    return found


def read(caller: Caller, path: str, **query: Any) -> int:
    """Return how many activities are read to find those of a page."""
    rows: list[int] = []

    def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "reached AS" in sql:
            assert "activities_standing" in sql  # or all of them are counted
            with connection.connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
                rows.extend(looked_at(cursor.fetchone()[0][0]["Plan"], ""))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        get(caller, path, **query)
    return max(rows)


def looked_at(node: dict[str, Any], within: str) -> Iterator[int]:
    """Yield how many activities each node below gives to what finds the page."""
    within = node.get("Subplan Name", within)
    if node.get("Relation Name") == "activities_activity" and within == "CTE reached":
        yield round((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"])
    for below in node.get("Plans", ()):
        yield from looked_at(below, within)
