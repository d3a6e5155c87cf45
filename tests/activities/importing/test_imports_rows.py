"""An import shows its first rows, and those that are asked for."""

from typing import Any

import pytest

from activities.models import Import
from activities.queries import import_report
from tests import factories as make
from tests.activities.importing.importing import bring, row
from tests.api import get, refused
from units.choices import Role

pytestmark = pytest.mark.django_db
LINES = list(range(3, 8))


@pytest.fixture
def planner() -> make.Caller:
    bring(*map(row, LINES))
    make.settle()
    return make.client(Role.PLANNER)


def shown(planner: make.Caller, **query: Any) -> list[int]:
    answer = get(planner, f"/imports/{Import.objects.get().pk}/", **query).json()
    assert answer["summary"]["rows"] == len(LINES)
    assert all(row["applied"]["activity"]["name"] == f"N.º {row['line']}" for row in answer["rows"])
    return [row["line"] for row in answer["rows"]]


def test_a_thousand_are_shown_unless_others_are_asked_for(planner: make.Caller) -> None:
    assert import_report.FIRST_ROWS == 1000
    assert shown(planner) == LINES
    assert shown(planner, rows_limit=2) == LINES[:2]
    assert shown(planner, rows_limit=2, rows_offset=4) == LINES[4:]
    assert shown(planner, rows_offset=5) == []
    assert shown(planner, rows_limit=0) == []


@pytest.mark.parametrize("name", ["rows_limit", "rows_offset"])
def test_as_many_can_be_asked_for_as_a_document_may_have(planner: make.Caller, name: str) -> None:
    path = f"/imports/{Import.objects.get().pk}/"
    assert get(planner, path, **{name: 25_000}).status_code == 200
    assert [field for _, field in refused(get(planner, path, **{name: 25_001}), 400)] == [name]
    assert [field for _, field in refused(get(planner, path, **{name: -1}), 400)] == [name]


def test_no_more_than_the_first_are_read_where_none_are_named(planner: make.Caller) -> None:
    source = Import.objects.get()
    assert [row["line"] for row in import_report.rows_of(source, limit=3)] == LINES[:3]
