"""An import shows its first rows, and those that are asked for."""

from pathlib import Path
from typing import Any

import pytest

from activities.choices import RowStatus
from activities.models import Import
from activities.queries import import_report
from tests import factories as make
from tests.activities.importing.importing import bring, row
from tests.activities.importing.test_import_doubts import inferred
from tests.api import get, refused, upload
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
    assert [row["line"] for row in import_report.rows_of(source, import_report.RowsAsked(limit=3))] == LINES[:3]


@pytest.fixture
def doubtful(tmp_path: Path) -> tuple[make.Caller, Import]:
    """A document with rows that were read in each way, and who plans for it."""
    institution, planner = make.institution("SAT"), make.client(Role.PLANNER)
    upload(planner, inferred(tmp_path).read_bytes(), institution=institution.code)
    return planner, Import.objects.get()


def test_rows_are_narrowed_and_counted(doubtful: tuple[make.Caller, Import]) -> None:
    planner, source = doubtful
    rows = [row.reading for row in source.rows.order_by("line")]

    def asked(**query: Any) -> tuple[list[int], dict[str, int]]:
        answer = get(planner, f"/imports/{source.pk}/", **query).json()
        return [row["line"] for row in answer["rows"]], answer["row_counts"]

    parts = ("repairs", "problems", "doubts", "alternatives")
    noted = [row["line"] for row in rows if any(row[part] for part in parts)]
    to_choose = [row["line"] for row in rows if row["alternatives"] and not row["confirmed"]]
    of_status = {name: [row["line"] for row in rows if row["status"] == name] for name in RowStatus.values}
    assert 0 < len(to_choose) <= len(noted) < len(rows)
    whole = {"noted": len(noted), "to_choose": len(to_choose)}
    assert asked() == ([row["line"] for row in rows], {"found": len(rows), **whole})
    assert asked(rows_noted="true") == (noted, {"found": len(noted), **whole})
    assert asked(rows_noted="false")[1]["found"] == len(rows) - len(noted)
    assert asked(rows_to_choose="true", rows_limit=1) == (to_choose[:1], {"found": len(to_choose), **whole})
    for name, lines in of_status.items():
        assert asked(rows_status=name) == (lines, {"found": len(lines), **whole})
    both = sorted(of_status["exact"] + of_status["inferred"])
    assert asked(rows_status="exact,inferred")[0] == both
    assert asked(rows_status="inferred", rows_noted="false")[0] == sorted(set(of_status["inferred"]) - set(noted))
    names = refused(get(planner, f"/imports/{source.pk}/", rows_status="x", rows_noted="1"), 400)
    assert sorted(field for _, field in names if field) == ["rows_noted", "rows_status"]
