"""What is no list gives a table of what has rows in it: months, an import's rows, values compared."""

import csv
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from activities.models import Import
from poi_api.openapi.views import document
from tests import factories as make
from tests.activities.importing.test_import_doubts import inferred
from tests.api import get, refused, upload
from tests.reports.publications.publishing import diff, published
from tests.test_list_tables import PARTS
from units.choices import Role
from units.models import Unit
from units.requests import list_tables

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def sat() -> Unit:
    return make.institution("SAT", "SAT LIMA")


@pytest.fixture
def planner(sat: Unit) -> make.Caller:
    return make.client(Role.PLANNER, sat)


def lines(answer: Any) -> list[dict[str, str]]:
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8"), answer.content
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def sheet_of(answer: Any) -> list[list[Any]]:
    (sheet,) = load_workbook(io.BytesIO(answer.content)).worksheets
    return [[cell.value for cell in row] for row in sheet]


@pytest.mark.parametrize("path", sorted(PARTS))
def test_they_are_described_as_tables_beside_their_json(path: str) -> None:
    answer = document()["paths"][path]["get"]["responses"]["200"]
    assert {"application/json", "text/csv"} < set(answer["content"])
    assert "Content-Disposition" in answer["headers"]
    assert "$ref" in answer["content"]["application/json"]["schema"]


def test_the_months_of_an_activity(planner: make.Caller, sat: Unit) -> None:
    activity = make.activity(make.plan(sat), programmed=[*range(12)])
    make.entry(activity, 2, Decimal("1.5"), reason="Por la lluvia")
    path = f"/activities/{activity.pk}/progress/"
    found = lines(get(planner, path, format="csv"))
    assert [line["month"] for line in found] == [str(month) for month in range(1, 13)]
    assert [line["programmed"] for line in found] == [str(month) for month in range(12)]
    assert (found[1]["executed"], found[1]["reason"], found[2]["executed"]) == ("1.5", "Por la lluvia", "")
    assert "pending_executed" in found[0]
    header, *rows = sheet_of(get(planner, path, format="xlsx"))
    assert (header, len(rows)) == (list(found[0]), 12)
    answer = get(planner, path, format="csv")
    assert get(planner, path, format="csv", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert answer["ETag"] != get(planner, path)["ETag"]
    assert refused(get(planner, path, format="pdf"), 400) == [("invalid_choice", "format")]


class TestImport:
    @pytest.fixture
    def path(self, planner: make.Caller, tmp_path: Path) -> str:
        assert upload(planner, inferred(tmp_path).read_bytes()).status_code == 201
        return f"/imports/{Import.objects.get().pk}/"

    def test_all_rows_that_its_filters_leave(
        self, planner: make.Caller, path: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rows = get(planner, path).json()["rows"]
        monkeypatch.setattr("activities.queries.import_report.FIRST_ROWS", 1)
        found = lines(get(planner, path, format="csv"))
        assert [line["line"] for line in found] == [str(row["line"]) for row in rows]
        assert [float(line["programmed_01"]) for line in found] == [row["programmed"][0] for row in rows]
        for row, line in zip(rows, found, strict=True):
            assert line["doubts"] == "; ".join(row["doubts"])
            assert line["repairs"] == "; ".join(repair["description"] for repair in row["repairs"])
            assert all(problem["detail"] in line["problems"] for problem in row["problems"])
        [status] = {row["status"] for row in rows if row["alternatives"]}
        of_status = [str(row["line"]) for row in rows if row["status"] == status]
        assert [line["line"] for line in lines(get(planner, path, format="csv", rows_status=status))] == of_status
        header, *cells = sheet_of(get(planner, path, format="xlsx"))
        assert (header, len(cells)) == (list(found[0]), len(rows))

    def test_it_is_not_divided(self, planner: make.Caller, path: str) -> None:
        for name in ("rows_limit", "rows_offset"):
            assert refused(get(planner, path, format="csv", **{name: 1}), 400) == [("invalid", name)]
        assert refused(get(planner, path, format="csv", rows_status="x"), 400) == [("invalid_choice", "rows_status")]
        assert get(planner, path, format="csv", rows_limit=1000, rows_offset=0).status_code == 200

    def test_one_of_more_rows_than_a_table_has_is_refused(
        self, planner: make.Caller, path: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        count = len(lines(get(planner, path, format="csv")))
        monkeypatch.setattr(list_tables, "MOST_ROWS", count)
        assert get(planner, path, format="csv", rows_noted="true").status_code == 200
        monkeypatch.setattr(list_tables, "MOST_ROWS", count - 1)
        assert refused(get(planner, path, format="xlsx"), 413) == [("file_too_large", None)]

    def test_it_is_for_who_plans_the_institution(self, sat: Unit, path: str) -> None:
        assert get(make.client(Role.PLANNER, make.institution("MML")), path, format="csv").status_code == 404
        assert get(make.client(Role.REVIEWER, sat), path, format="csv").status_code == 403


def test_the_values_in_which_a_publication_differs_from_today(planner: make.Caller, sat: Unit) -> None:
    activity = make.activity(make.plan(sat), None, [1] * 12, "A1", name="DIGITACIÓN")
    made = published(planner)
    path = f"/publications/{made['id']}/diff/"
    assert lines(get(planner, path, format="csv")) == []
    make.entry(activity, 2, 4)
    make.activity(activity.plan, code="A2")
    found, said = lines(get(planner, path, format="csv")), diff(planner, made)
    assert len(found) == len(said["totals"]) + sum(len(line["changes"]) for line in said["lines"])
    [value] = [line for line in found if line["field"] == "executed[1]"]
    assert (value["line"], value["change"], value["published"], value["now"]) == (
        *("2022; SAT SAT LIMA; A1 DIGITACIÓN", "changed", "", "4"),
    )
    assert {line["change"] for line in found} == {"changed", "added"} | ({""} if said["totals"] else set())
    assert sheet_of(get(planner, path, format="xlsx"))[0] == ["line", "change", "field", "published", "now"]
