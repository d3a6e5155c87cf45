"""Sums by what is no dimension, here an activity's rule, against the slow reference."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict

from activities.choices import Accumulation
from poi_api.database.clock import today
from reports.shared.columns import select, taken
from reports.shared.query import ReportQuery
from reports.shared.reading import Row, read
from reports.shared.sums import question as questions
from reports.shared.sums.measures import MEASURES, OF_ONE_UNIT
from reports.shared.sums.question import sums_of
from reports.shared.sums.statement import groups, key_items, subtotals, with_measures
from tests import factories as make
from tests.reports.execution import reference
from tests.reports.execution.reference import Known
from units.access.grants import Access, Grant
from units.choices import Role

pytestmark = pytest.mark.django_db
EVERYWHERE = Access("prueba", (Grant(Role.READER, None),))
MONTHS = [1, 0, 2] * 4
# Rule, measurement unit, and what was executed each month from January
ACTIVITIES: list[tuple[Accumulation, str, list[int | None]]] = [
    (Accumulation.SUM, "K1", [1, None, 3]),
    (Accumulation.SUM, "K2", [2, 2, 2, 2]),
    (Accumulation.SUM, "K2", []),
    (Accumulation.AVERAGE, "K1", [5, 1]),
    (Accumulation.LAST, "K1", [4]),
    (Accumulation.LAST, "K1", [0, 0, 0, 0, 3]),
]


@pytest.fixture
def known() -> list[Known]:
    plan = make.plan(make.institution("SAT"))
    units = {code: make.measurement_unit(code) for code in ("K1", "K2")}
    for rule, unit, executed in ACTIVITIES:
        activity = make.activity(plan, None, MONTHS, measurement_unit=units[unit], accumulation=rule)
        for month, quantity in enumerate(executed, 1):
            if quantity is not None:
                make.entry(activity, month, quantity)
    return [
        Known({"rule": rule, "measurement_unit": unit}, rule, _decimals(MONTHS), _decimals(executed))
        for rule, unit, executed in ACTIVITIES
    ]


def _decimals(months: list[Any]) -> list[Any]:
    return [None if month is None else Decimal(month) for month in [*months, *[None] * (12 - len(months))]]


def measured(lines: list[Row], parts: list[Row]) -> dict[Any, dict[str, Any]]:
    """Return the measures of each line by its rule, with its subtotals by measurement unit."""
    of_line: dict[Any, dict[str, Any]] = defaultdict(dict)
    for _whole, _period, rule, _, unit, _, *cells in parts:
        of_line[rule][unit] = taken(OF_ONE_UNIT, iter(cells))
    return {
        rule: taken(MEASURES, iter(cells)) | {"by_measurement_unit": of_line[rule]} for _period, rule, *cells in lines
    }


@pytest.mark.parametrize("basis", ["", "&version=1"])
@pytest.mark.parametrize("through", [12, 9, 5])
def test_they_are_the_references(known: list[Known], basis: str, through: int, monkeypatch: Any) -> None:
    monkeypatch.setitem(questions._KEYS, "rule", "a.accumulation")
    question = ReportQuery.question(QueryDict(f"year=2022{basis}"), EVERYWHERE, today(), "json")
    sums = sums_of(question, group_by=("rule",), through=through, subtotals=True)
    lines = f"""
        SELECT row_number() OVER (ORDER BY s.k_rule) AS place, {key_items(sums)}, {select(MEASURES)}
          FROM {with_measures("lines")}"""
    sets = read(question, EVERYWHERE, groups(sums, []), sets=[lines, subtotals(sums, OF_ONE_UNIT, page="lines")]).sets
    found = measured(sets[0], [part for part in sets[1] if not part[0]])
    expected = reference.rows(known, ("rule",), through, cumulative=False)
    assert {(rule,): measures for rule, measures in found.items()} == expected
    of_everything = {unit: taken(OF_ONE_UNIT, iter(cells)) for whole, _, _, _, unit, _, *cells in sets[1] if whole}
    assert of_everything == reference.whole(known, 1, through)["by_measurement_unit"]
