"""What people do to a template before they send it: what still says the same is read, the rest refused, and why."""

import io
import zipfile
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from activities.models import Activity
from activities.sheets import reading
from tests import factories as make
from tests.activities.sheets import FIRST, HEADER, columns, filled, saved, send_sheet, template
from tests.activities.submitting import entries, open_plan, verdicts
from tests.api import refused
from tests.factories import Caller
from tests.in_one_state import for_each
from tests.made_once import as_made
from units.choices import Role

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(module_transaction: None) -> SimpleNamespace:
    """An activity, who reports of it, and a template of it and of another that nobody filled in."""
    plan = open_plan(make.institution("SAT"))
    unit = make.unit(plan.institution)
    make.activity(plan, unit, [1] * 12, "A002", "Visitas")
    activity = make.activity(plan, unit, [1] * 12, "A001", "Informes")
    reporter = make.client(Role.REPORTER, unit)
    return SimpleNamespace(activity=activity, reporter=reporter, empty=template(reporter, unit))


@pytest.fixture
def world(made: SimpleNamespace) -> SimpleNamespace:
    return as_made(made)


@pytest.fixture
def activity(world: SimpleNamespace) -> Any:
    return world.activity


@pytest.fixture
def reporter(world: SimpleNamespace) -> Any:
    return world.reporter


@pytest.fixture
def empty(world: SimpleNamespace) -> Any:
    return world.empty


def row_of(page: Worksheet, row: int) -> list[Any]:
    return [cell.value for cell in page[row]]


def write(page: Worksheet, row: int, cells: list[Any]) -> None:
    for column, value in enumerate(cells, 1):
        page.cell(row, column).value = value


def swap_rows(page: Worksheet) -> None:
    first, second = row_of(page, FIRST), row_of(page, FIRST + 1)
    write(page, FIRST, second)
    write(page, FIRST + 1, first)


def move_columns(page: Worksheet) -> None:
    """Write the columns in reverse order, below what was written above the titles."""
    for row in range(HEADER, page.max_row + 1):
        write(page, row, row_of(page, row)[::-1])


def leave_two_rows(page: Worksheet) -> None:
    page.delete_rows(FIRST + 2, page.max_row)


def take_the_title_away(page: Worksheet) -> None:
    for merged in list(page.merged_cells.ranges):
        page.unmerge_cells(str(merged))
    page.delete_rows(1, HEADER - 1)


def add_notes(page: Worksheet) -> None:
    page.cell(HEADER, page.max_column + 1).value = "MIS NOTAS"
    page.cell(FIRST, page.max_column).value = "revisar"
    page.cell(page.max_row + 3, 1).value = "Elaborado por Planificación"


def drop_a_shown_column(page: Worksheet) -> None:
    page.delete_cols(columns(page)["programmed"])


def add_a_sheet(page: Worksheet) -> None:
    assert page.parent
    page.parent.create_sheet("Resumen", 0).append(["AÑO", "MES", "TOTAL"])


@for_each(
    "edit", [swap_rows, move_columns, leave_two_rows, take_the_title_away, add_notes, drop_a_shown_column, add_a_sheet]
)
def test_what_leaves_rows_as_they_were_changes_nothing(
    reporter: Caller, activity: Activity, empty: bytes, edit: Any
) -> None:
    answer = send_sheet(reporter, filled(empty, {(0, "executed"): 3, (1, "executed"): 4}, edit))
    assert verdicts(answer) == ["created"] * 2
    assert (entries(activity, 1), entries(activity, 2)) == ([3], [4])


@for_each(
    "name", ["year", "month_name", "code", "activity", "month", "entry_version", "executed", "reason", "evidence_url"]
)
def test_without_a_column_that_is_needed_it_is_refused(reporter: Caller, empty: bytes, name: str) -> None:
    def delete(page: Worksheet) -> None:
        page.delete_cols(columns(page)[name])

    answer = send_sheet(reporter, filled(empty, {(0, "executed"): 3}, delete))
    assert refused(answer, 400) == [("missing_column", "file")]


def test_a_column_that_stands_twice_is_refused(reporter: Caller, empty: bytes) -> None:
    def repeat(page: Worksheet) -> None:
        page.cell(HEADER, page.max_column + 1).value = "EJECUTADO"

    assert refused(send_sheet(reporter, filled(empty, {}, repeat)), 400) == [("repeated_column", "file")]


def test_two_templates_in_a_book_are_refused(reporter: Caller, empty: bytes) -> None:
    def copy(page: Worksheet) -> None:
        assert page.parent
        page.parent.copy_worksheet(page)

    answer = send_sheet(reporter, filled(empty, {}, copy))
    assert refused(answer, 400) == [("several_templates", "file")]
    assert "«POI» y «POI Copy»" in answer.json()["detail"]


class TestRows:
    """Where cells of a row come from another one, the row is refused, and the others are not."""

    def answer(self, reporter: Caller, empty: bytes, **cells: Any) -> Any:
        first = {(0, name): value for name, value in cells.items()}
        return send_sheet(reporter, filled(empty, {(0, "executed"): 3, (1, "executed"): 4} | first), mode="partial")

    @for_each(
        ("cells", "code"),
        [
            ({"month_name": "FEB"}, "mixed_row"),
            ({"month_name": None}, "mixed_row"),
            ({"code": "A002"}, "mixed_row"),
            ({"code": None}, "mixed_row"),
            ({"month": 2}, "mixed_row"),
            ({"month": 2, "code": "A002"}, "mixed_row"),
            ({"month": 13}, "mixed_row"),
            ({"month": None}, "damaged_row"),
            ({"activity": None}, "damaged_row"),
            ({"activity": "siete"}, "damaged_row"),
            ({"activity": 7.5}, "damaged_row"),
            ({"entry_version": None}, "damaged_row"),
            ({"entry_version": -1}, "damaged_row"),
            ({"year": None}, "damaged_row"),
            ({"activity": 999_999_999}, "unknown_activity"),
            ({"activity": 10**17}, "unknown_activity"),
            ({"year": 2023}, "unknown_activity"),
        ],
    )
    def test_a_row_that_is_not_as_it_came_is_refused(
        self, reporter: Caller, empty: bytes, activity: Activity, cells: dict[str, Any], code: str
    ) -> None:
        assert verdicts(self.answer(reporter, empty, **cells)) == [[code], "created"]
        assert (entries(activity, 1), entries(activity, 2)) == ([], [4])

    def test_a_row_of_another_installation_is_refused(self, reporter: Caller, empty: bytes) -> None:
        """There the id may be that of another activity."""
        other = Activity.objects.get(code="A002")
        answer = self.answer(reporter, empty, activity=other.pk)
        assert verdicts(answer) == [["mixed_row"], "created"]
        assert "dice A001 y sus datos ocultos son de A002" in answer.json()["items"][0]["errors"][0]["detail"]

    def test_a_row_of_another_activity_does_not_spoil_that_activity_s(self, reporter: Caller, empty: bytes) -> None:
        other = Activity.objects.get(code="A002")
        cells = {(0, "executed"): 3, (0, "activity"): other.pk, (12, "executed"): 4}
        answer = send_sheet(reporter, filled(empty, cells), mode="partial")
        assert (verdicts(answer), entries(other, 1)) == ([["mixed_row"], "created"], [4])

    def test_a_row_that_was_copied_below_is_refused_both_times(self, reporter: Caller, empty: bytes) -> None:
        def copy(page: Worksheet) -> None:
            write(page, page.max_row + 1, row_of(page, FIRST))

        answer = send_sheet(reporter, filled(empty, {(0, "executed"): 3}, copy), mode="partial")
        assert verdicts(answer) == [["duplicate_item"]] * 2

    def test_numbers_that_became_texts_are_read(self, reporter: Caller, empty: bytes, activity: Activity) -> None:
        cells = {"activity": str(activity.pk), "month": "1", "entry_version": "0", "year": "2022"}
        assert verdicts(self.answer(reporter, empty, **cells)) == ["created"] * 2

    def test_a_quantity_in_a_merged_cell_is_of_no_row(self, reporter: Caller, empty: bytes) -> None:
        def merge(page: Worksheet) -> None:
            column = columns(page)["executed"]
            page.merge_cells(start_row=FIRST, end_row=FIRST + 1, start_column=column, end_column=column)

        answer = send_sheet(reporter, filled(empty, {(0, "executed"): 3}, merge), mode="partial")
        assert verdicts(answer) == [["invalid_quantity"]] * 2


class TestOtherFiles:
    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"AAAA", "not_a_workbook"),
            (b"<html><table><tr><td>EJECUTADO</td></tr></table></html>", "not_a_workbook"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "binary_file"),
            (b"%PDF-1.7", "binary_file"),
            (b"PK\x03\x04 cortado", "bad_file"),
        ],
        ids=["text", "html", "xls", "pdf", "truncated"],
    )
    def test_what_is_no_workbook_is_refused_with_what_it_is(self, reporter: Caller, content: bytes, code: str) -> None:
        assert refused(send_sheet(reporter, content), 400) == [(code, "file")]

    def test_a_workbook_that_is_no_template_is_refused_with_where_to_get_one(self, reporter: Caller) -> None:
        book = openpyxl.Workbook()
        assert book.active
        book.active.append(["AÑO", "MES", "CÓDIGO", "EJECUTADO"])
        answer = send_sheet(reporter, saved(book.active))
        assert refused(answer, 400) == [("not_a_template", "file")]
        assert "/reports/poi/template/" in answer.json()["detail"]

    def test_a_template_cut_off_is_refused(self, reporter: Caller, empty: bytes) -> None:
        assert refused(send_sheet(reporter, empty[: len(empty) // 2]), 400) == [("bad_file", "file")]

    def test_a_bomb_is_refused_before_it_is_unpacked(self, reporter: Caller, empty: bytes) -> None:
        bomb = io.BytesIO(empty)
        with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as parts:
            parts.writestr("xl/media/image1.png", b"\0" * (reading._BOUNDS.unpacked + 1))
        assert len(bomb.getvalue()) < 100_000
        assert refused(send_sheet(reporter, bomb.getvalue()), 400) == [("too_large", "file")]
