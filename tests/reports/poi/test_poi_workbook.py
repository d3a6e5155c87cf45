"""`/reports/poi/` as a workbook: the lines of its CSV, to be opened and printed as they are."""

import io
from collections.abc import Iterator
from decimal import Decimal
from errno import ENOSPC
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from activities.choices import Accumulation, PlanStatus
from poi_api.http import workbooks
from tests import factories as make
from tests.api import get, refused
from tests.factories import Caller
from units.choices import Role

pytestmark = pytest.mark.django_db
PATH = "/reports/poi/"
ASKED = {"year": 2022, "institution": "SAT"}
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def content(caller: Caller | None = None, **query: Any) -> bytes:
    answer = get(caller or make.client(), PATH, **ASKED | {"format": "xlsx"} | query)
    assert answer.status_code == 200, answer.getvalue()
    book: bytes = answer.getvalue()
    return book


def sheet(**query: Any) -> Worksheet:
    return opened(content(**query))


def opened(book: bytes) -> Worksheet:
    return openpyxl.load_workbook(io.BytesIO(book))["POI"]


def cells(page: Worksheet) -> Iterator[list[Any]]:
    for row in page.iter_rows(values_only=True):
        yield list(row)


def plan(*names: str) -> Any:
    made = make.plan(make.institution("SAT"))
    for number, name in enumerate(names or ("Informes",), 1):
        make.activity(made, None, [1, Decimal("2.5"), 1234, *[0] * 9], f"A{number}", name)
    return made


class TestItIsTheTable:
    def test_its_lines_are_those_of_the_csv(self) -> None:
        plan("Informes", "Visitas")
        lines = list(cells(sheet()))
        assert lines[0][0] == "PLAN OPERATIVO INSTITUCIONAL 2022 – EJECUCIÓN AL IV TRIMESTRE"
        assert lines[2][4:6] == ["META", "PROGRAMADO"]
        assert lines[3][4:8] == [None, "ENE", "FEB", "MAR"]
        assert [line[2] for line in lines[4:6]] == ["Informes", "Visitas"]
        assert lines[4][4:9] == [1237.5, 1, 2.5, 1234, None]
        assert lines[6][:5] == ["TOTAL", None, None, None, 2475]
        assert lines[8][0].startswith("Fuente: Módulo de Control de la Gestión")

    def test_numbers_are_numbers_and_look_like_those_of_the_document(self) -> None:
        plan()
        first = sheet()[5]
        assert [(cell.data_type, cell.number_format) for cell in first[5:8]] == [
            ("n", "#,##0"),
            ("n", "#,##0.0"),
            ("n", "#,##0"),
        ]

    @pytest.mark.parametrize("name", ["=1+1", "+A1", "@SUM(A1)", "http://a.pe", '=HYPERLINK("http://a.pe")'])
    def test_a_text_is_never_a_formula_nor_a_link(self, name: str) -> None:
        plan(name)
        page = sheet()
        assert page["C5"].value == name
        assert page["C5"].data_type == "s"
        assert page["C5"].hyperlink is None
        assert not any("<f>" in part for part in parts(content()))

    def test_a_number_with_more_digits_than_a_spreadsheet_keeps_is_a_text(self) -> None:
        made = plan()
        for number in range(2):
            make.activity(made, None, [Decimal("999999999999.999"), *[0] * 11], f"B{number}")
        rows = list(cells(sheet()))
        assert rows[5][5] == 999999999999.999
        total = next(row for row in rows if row[0] == "TOTAL")
        assert total[5] == "2000000000000.998"

    def test_a_plan_without_activities_is_a_table_without_rows(self) -> None:
        make.plan(make.institution("SAT"))
        assert [line[0] for line in cells(sheet())][4] == "TOTAL"


def parts(book: bytes) -> list[str]:
    with ZipFile(io.BytesIO(book)) as opened:
        return [opened.read(name).decode() for name in opened.namelist() if name.startswith("xl/")]


class TestItIsPrinted:
    def test_on_a3_with_its_header_on_each_page_and_in_sight(self) -> None:
        plan()
        page = sheet()
        assert (page.page_setup.orientation, page.page_setup.paperSize, page.page_setup.fitToHeight) == (
            "landscape",
            8,
            0,
        )
        assert page.print_title_rows == "$3:$4"
        assert page.freeze_panes == "D5"
        footer: Any = page.oddFooter
        assert "&P de &N" in footer.right.text

    def test_a_long_figure_has_a_column_that_is_wide_enough(self) -> None:
        made = plan()
        make.activity(made, None, [Decimal("1234567890.125"), *[0] * 11], "B1")
        widths = sheet().column_dimensions
        assert widths["E"].width > 15
        assert widths["G"].width < 9

    def test_the_foot_of_a_page_takes_any_name(self) -> None:
        made = make.plan(make.institution("SAT", "2 & 3 " + "de mayo " * 60))
        make.activity(made, None, [1] * 12)
        footer: Any = sheet().oddFooter
        assert (footer.left.size, footer.left.text[:8]) == (7, "2 && 3 d")
        assert "&P de &N" in footer.right.text

    def test_a_row_is_no_taller_than_a_spreadsheet_takes(self) -> None:
        plan(("palabra" * 3 + " ") * 43)
        assert 400 < sheet().row_dimensions[5].height <= 409

    def test_titles_span_what_they_name(self) -> None:
        plan()
        merged = {str(each) for each in sheet().merged_cells.ranges}
        assert {"A1:AK1", "A3:A4", "E3:E4", "F3:Q3", "R3:AC3", "AD3:AE3", "AJ3:AK3"} <= merged

    def test_how_months_add_up_is_said_where_one_does_not_simply_add(self) -> None:
        made = plan()
        make.activity(made, None, [5] * 12, "L1", "Nivel", accumulation=Accumulation.LAST)
        lines = list(cells(sheet()))
        assert lines[2][:7] == [*lines[2][:4], "ACUMULACIÓN", "META", "PROGRAMADO"]
        assert [line[4] for line in lines[4:6]] == ["SUMA", "ÚLTIMO"]
        assert lines[6][:6] == ["TOTAL", None, None, None, None, 1242.5]

    def test_a_draft_says_that_it_is_one(self) -> None:
        institution = make.institution("SAT")
        make.activity(make.plan(institution, status=PlanStatus.DRAFT), None, [1] * 12)
        planner = make.client(Role.PLANNER, institution)
        assert (
            list(cells(openpyxl.load_workbook(io.BytesIO(content(planner, draft="true")))["POI"]))[1][0] == "PROYECTO"
        )

    def test_who_sees_a_part_of_it_reads_whose_it_is(self) -> None:
        made = plan()
        unit = make.unit(made.institution, "U1", "PLANIFICACIÓN")
        make.activity(made, unit, [1] * 12, "P1", "Planes")
        for seen, said in ((unit, "SOLO PLANIFICACIÓN"), (made.institution, None)):
            lines = list(cells(opened(content(make.client(Role.READER, seen)))))
            assert (lines[0][0], lines[1][0]) == ("PLAN OPERATIVO INSTITUCIONAL 2022 – EJECUCIÓN AL IV TRIMESTRE", said)


class TestItIsAFile:
    def test_one_with_too_many_lines_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(workbooks, "MOST_ROWS", 7)  # titles, one row, TOTAL and source, counted from 0
        made = plan()
        assert get(make.client(), PATH, **ASKED, format="xlsx").status_code == 200
        make.activity(made, None, [1] * 12, "Z")
        assert refused(get(make.client(), PATH, **ASKED, format="xlsx"), 413) == [("file_too_large", None)]

    def test_its_headers_name_it(self) -> None:
        plan()
        answer = get(make.client(), PATH, **ASKED, format="xlsx")
        assert answer["Content-Type"] == TYPE
        assert answer["Content-Disposition"] == 'attachment; filename="poi-2022-4.xlsx"'
        assert answer["ETag"]
        assert answer["Report-Version"] == "current"

    def test_the_same_figures_make_the_same_bytes(self, settings: Any) -> None:
        settings.ANSWER_MEMORY_BYTES = 0
        plan()
        assert content() == content()

    def test_nothing_of_it_stays_on_disk(self, settings: Any, tmp_path: Any) -> None:
        settings.EXPORT_DIR = tmp_path
        plan()
        content()
        assert list(tmp_path.iterdir()) == []

    def test_a_full_disk_is_told(self, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> None:
        def full(*_: object, **__: object) -> None:
            raise OSError(ENOSPC, "No space left on device")

        settings.EXPORT_DIR = tmp_path
        plan()
        monkeypatch.setattr("xlsxwriter.workbook.ZipFile", full)
        assert refused(get(make.client(), PATH, **ASKED, format="xlsx"), 503) == [("disk_full", None)]
        assert list(tmp_path.iterdir()) == []

    def test_quotes_before_formulas_are_a_matter_of_csv(self) -> None:
        plan()
        answer = get(make.client(), PATH, **ASKED, format="xlsx", raw="true")
        assert refused(answer, 400) == [("invalid", "raw")]


class TestOtherTables:
    @pytest.mark.parametrize("report", ["matrix", "execution"])
    def test_they_are_workbooks_too_with_the_rows_of_their_csv(self, report: str) -> None:
        plan()
        asked = {"year": 2022}
        csv = get(make.client(), f"/reports/{report}/", **asked, format="csv").getvalue().decode("utf-8-sig")
        book = get(make.client(), f"/reports/{report}/", **asked, format="xlsx").getvalue()
        page = opened(book)
        header, *rows = cells(page)
        assert header == csv.splitlines()[0].split(",")
        assert len(rows) == len(csv.splitlines()) - 1
        assert page.freeze_panes == "A2"

    def test_a_year_is_not_set_off_by_thousands(self) -> None:
        plan()
        page = openpyxl.load_workbook(
            io.BytesIO(get(make.client(), "/reports/matrix/", year=2022, format="xlsx").getvalue())
        )["POI"]
        header, first = page.iter_rows()
        [year] = [cell for title, cell in zip(header, first, strict=True) if title.value == "year"]
        assert (year.value, year.number_format) == (2022, "0")

    def test_one_with_too_many_rows_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(workbooks, "MOST_ROWS", 2)
        made = plan("A", "B")
        asked = {"year": 2022, "format": "xlsx"}
        assert get(make.client(), "/reports/matrix/", **asked).status_code == 200
        make.activity(made, None, [1] * 12, "Z")
        assert refused(get(make.client(), "/reports/matrix/", **asked), 413) == [("file_too_large", None)]

    def test_a_workbook_is_not_divided_into_pages(self) -> None:
        plan()
        answer = get(make.client(), "/reports/matrix/", year=2022, format="xlsx", limit=5)
        assert refused(answer, 400) == [("invalid", "limit")]
