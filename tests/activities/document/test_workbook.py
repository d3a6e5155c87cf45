"""Workbooks: numbers as they are shown, merged cells, several sheets, and archives that are not what they seem."""

import io
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from activities.document import DocumentError, read_document
from activities.document.forms import archive, sheets
from activities.document.forms.archive import Bounds
from activities.document.forms.workbook import FORMULA, read_workbook
from tests.activities.document.tables import BLOCKS, META, NAMES, TRUE, codes, is_right, lines, quarters

TABLE = lines([*NAMES, *META, *BLOCKS, *quarters()])
TITLE = "PLAN OPERATIVO INSTITUCIONAL 2024"
SHEET = "xl/worksheets/sheet1.xml"
XMLNS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def saved(book):
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def workbook(table=TABLE, edit=lambda sheet: None):
    book: Any = openpyxl.Workbook()
    for line in [[TITLE], *table]:
        book.active.append([None if cell == "" else cell for cell in line])
    edit(book.active)
    return saved(book)


def shown(edit):
    """Return the cells of the first row of a sheet, and its numbers."""
    book = openpyxl.Workbook()
    edit(book.active)
    (sheet,) = read_workbook(saved(book))
    return sheet.records[0].cells, sheet.records[0].numbers


def with_part(content, name, part):
    """Return a workbook with another part."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            if each != name:
                new.writestr(each, old.read(each))
        new.writestr(name, part)
    return changed.getvalue()


def sheet_of(rows, after=""):
    return with_part(workbook(), SHEET, f"<worksheet {XMLNS}><sheetData>{rows}</sheetData>{after}</worksheet>")


def refused(content, **options):
    with pytest.raises(DocumentError) as error:
        read_document(content, **options)
    return error.value


def test_a_workbook_with_merged_titles_is_read():
    def merge(sheet):
        sheet.merge_cells("A1:AK1")
        sheet.merge_cells("F2:Q2")
        sheet.merge_cells("R2:AC2")
        for column in "ABCDE":
            sheet.merge_cells(f"{column}2:{column}3")

    document = read_document(workbook(edit=merge))
    assert is_right(document)
    assert (document.year, document.rows[0].line, codes(document)) == (2024, 4, [])


def test_a_unit_in_merged_cells_holds_for_all_their_rows():
    document = read_document(workbook(edit=lambda sheet: sheet.merge_cells("A4:A5")))
    assert [row.unit for row in document.rows] == [TRUE[0].unit] * 2
    assert codes(document) == []


def test_numbers_are_those_that_a_spreadsheet_shows():
    def fill(sheet):
        sheet.append([0.1 + 0.2, 1500, "1,500", 0.5, 1e-7, True, 12.0])
        sheet["D1"].number_format = '0.0"%"'
        sheet.cell(1, 8, 0.255).number_format = "0.0%"

    cells, numbers = shown(fill)
    assert cells == ("0.3", "1500", "1,500", "0.5", "0.0000001", "VERDADERO", "12", "25.5%")
    assert numbers == {0: Decimal("0.3"), 1: 1500, 3: Decimal("0.5"), 4: Decimal("1e-7"), 6: 12}


def test_numbers_that_are_kept_as_texts_are_read_too():
    table = [[str(cell) for cell in line] for line in TABLE]
    assert is_right(read_document(workbook(table)))


def test_a_formula_has_its_kept_value_and_one_without_is_refused():
    cell = '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>1+2</f></c></row>'
    (sheet,) = read_workbook(sheet_of(cell))
    assert sheet.records[0].cells == ("2", FORMULA)
    document = read_document(workbook(edit=lambda sheet: sheet.cell(4, 6, "=1+1")))
    (problem,) = document.rows[0].problems
    assert (problem.column, "sin resultado guardado" in problem.detail) == ("PROGRAMADO ENE", True)


def test_rows_beyond_those_that_a_sheet_says_it_has_are_read():
    content = workbook()
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        part = book.read(SHEET).decode()
    start, end = part.index("<dimension"), part.index("/>", part.index("<dimension")) + 2
    assert is_right(read_document(with_part(content, SHEET, part[:start] + '<dimension ref="A1:B2"/>' + part[end:])))


class TestSeveralSheets:
    def book(self, *titles):
        book: Any = openpyxl.load_workbook(io.BytesIO(workbook()))
        book.active.title = "POI"
        for title in titles:
            book.copy_worksheet(book.active).title = title
        book.create_sheet("Notas").append(["Nada", 1])
        return book

    def test_the_one_that_has_a_table_is_read(self):
        assert is_right(read_document(saved(self.book())))

    def test_two_that_have_one_are_refused_unless_one_is_named(self):
        content = saved(self.book("ANTES"))
        assert (error := refused(content)).code == "several_sheets"
        assert "«POI», «ANTES»" in str(error)
        assert is_right(read_document(content, sheet="antes"))
        assert refused(content, sheet="OTRA").code == "no_sheet"
        assert refused(content, sheet="Notas").code == "no_table"

    def test_a_hidden_one_is_read_only_if_it_is_named(self):
        book = self.book("ANTES")
        book["ANTES"].sheet_state = "hidden"
        assert is_right(read_document(saved(book)))
        assert is_right(read_document(saved(book), sheet="ANTES"))


def test_a_cell_far_out_is_refused_with_its_place():
    error = refused(workbook(edit=lambda sheet: sheet.cell(1048576, 16384, 1)))
    assert (error.code, error.line, error.column) == ("too_large", 1048576, "XFD")


def test_far_out_cells_without_anything_in_them_do_not_matter():
    assert is_right(read_document(workbook(edit=lambda sheet: setattr(sheet["ZZZ90000"], "number_format", "0.0"))))


@pytest.mark.parametrize("cut", [0.3, 0.7, 0.99])
def test_a_workbook_that_is_cut_off_is_refused(cut):
    content = workbook()
    error = refused(content[: int(len(content) * cut)])
    assert (error.code, "cortado o dañado" in str(error)) == ("bad_file", True)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ('<row r="2"/><row r="1"/>', "Las filas del libro no están en orden"),
        ('<row r="1"><c r="B1"/><c r="A1"/></row>', "Las celdas del libro no están en orden"),
        ('<row r="1"><c r="Ñ1"/></row>', "una celda que no existe"),
        ("<a>" * 70, "demasiados elementos"),
    ],
)
def test_a_sheet_that_no_spreadsheet_writes_is_refused(rows, said):
    assert said in str(refused(sheet_of(rows)))


def test_xml_with_a_dtd_is_refused_in_any_part():
    entity = f'<!DOCTYPE a [<!ENTITY x "y">]><worksheet {XMLNS}/>'
    for name in (SHEET, "xl/styles.xml", "docProps/custom.xml"):
        assert "DTD" in str(refused(with_part(workbook(), name, entity)))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("word/document.xml", "Word"),
        ("xl/workbook.bin", ".xlsb"),
        ("content.xml", "LibreOffice"),
        ("a.txt", "comprimido"),
    ],
)
def test_an_archive_of_another_kind_is_told(name, said):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as book:
        book.writestr(name, "<a/>")
    error = refused(content.getvalue())
    assert (error.code, said in str(error)) == ("binary_file", True)


@pytest.mark.parametrize(
    ("name", "rows", "most", "after"),
    [
        ("MOST_PARTS", "", 10, ""),
        ("MOST_HELD", "<row><c/><c/><c/></row>", 5, ""),
        ("MOST_MERGED", "<row/>", 12, '<mergeCells><mergeCell ref="A1:C4"/></mergeCells>'),
        ("LONGEST_CELL", '<row><c t="str"><v>12345678</v></c></row>', 8, ""),
    ],
)
def test_a_workbook_may_be_as_large_as_its_bounds_and_no_larger(monkeypatch, name, rows, most, after):
    content = sheet_of(rows, after)
    with zipfile.ZipFile(io.BytesIO(content)) as book, zipfile.ZipFile(io.BytesIO(), "w") as parts:
        parts.writestr("xl/workbook.xml", "x")
        parts.writestr(SHEET, book.read(SHEET))
        for number in range(8 if name == "MOST_PARTS" else 0):
            parts.writestr(f"{number}", "")
        monkeypatch.setattr(archive, name, most)
        assert archive.look_through(parts)
        monkeypatch.setattr(archive, name, most - 1)
        with pytest.raises(DocumentError) as error:
            archive.look_through(parts)
    assert error.value.code in ("too_large", "cell_too_long")


def test_a_bomb_is_refused_by_what_it_says_it_unpacks_to():
    content = with_part(workbook(), "xl/media/image1.png", b"\0" * 200_000)
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        size = sum(entry.file_size for entry in book.infolist())
    assert list(read_workbook(content, Bounds(unpacked=size)))
    with pytest.raises(DocumentError, match="demasiado grande"):
        list(read_workbook(content, Bounds(unpacked=size - 1)))


def test_a_part_may_have_as_many_elements_as_its_bounds_and_no_more():
    with zipfile.ZipFile(io.BytesIO(), "w") as parts:
        parts.writestr("xl/workbook.xml", "x")
        parts.writestr(SHEET, f"<worksheet {XMLNS}><sheetData><row><c/><c/></row></sheetData></worksheet>")
        assert archive.look_through(parts, Bounds(elements=5))
        with pytest.raises(DocumentError, match="demasiados elementos"):
            archive.look_through(parts, Bounds(elements=4))


def test_all_sheets_together_have_the_room_of_one(monkeypatch):
    book: Any = openpyxl.Workbook()
    for sheet in (book.active, book.create_sheet()):
        sheet.append([1, 2, 3])
    monkeypatch.setattr(sheets, "MOST_FILLED", 6)
    assert len(list(read_workbook(saved(book)))) == 2
    monkeypatch.setattr(sheets, "MOST_FILLED", 5)
    with pytest.raises(DocumentError, match="demasiadas celdas"):
        list(read_workbook(saved(book)))


@pytest.mark.parametrize(
    ("number_format", "text"),
    [
        ('"S/" #,##0.00', "S/ 1250"),
        ('_-"S/"* #,##0_-', "S/ 1250"),
        ("[$S/-280A] #,##0", "S/ 1250"),
        ("$#,##0", "$ 1250"),
        ("#,##0 [$€-1]", "€ 1250"),
        ("[$-280A]#,##0", "1250"),
        ("_-* #,##0_-", "1250"),
    ],
)
def test_money_is_no_quantity_and_a_language_no_money(number_format, text):
    def edit(sheet):
        sheet.append([1250])
        sheet["A1"].number_format = number_format

    cells, numbers = shown(edit)
    assert (cells, bool(numbers)) == ((text,), text == "1250")


@pytest.mark.parametrize(("value", "text"), [("2024-03-01", "MAR 2024"), ("2024-03-02", "02/03/2024")])
def test_a_date_that_begins_a_month_is_that_month(value, text):
    assert shown(lambda sheet: sheet.append([date.fromisoformat(value)]))[0] == (text,)


def test_hidden_rows_and_columns_are_read_and_said():
    def conceal(sheet):
        sheet.row_dimensions[5].hidden = True
        sheet.column_dimensions["B"].hidden = True
        sheet.column_dimensions["BZ"].hidden = True

    document = read_document(workbook(edit=conceal))
    assert is_right(document)
    said = {warning.code: warning for warning in document.warnings}
    assert (said["hidden_rows"].line, "1 fila que la hoja oculta (línea 5)" in said["hidden_rows"].detail) == (5, True)
    assert (said["hidden_columns"].column, "«ACTIVIDAD MEF» (B)." in said["hidden_columns"].detail) == ("B", True)
    assert not {"hidden_rows", "hidden_columns"} & set(codes(read_document(workbook())))


def test_a_number_that_is_no_date_is_an_error_and_says_nothing_in_the_log(recwarn):
    def far_away(sheet):
        sheet["A1"] = 9_999_999_999
        sheet["A1"].number_format = "dd/mm/yyyy"

    assert shown(far_away)[0] == ("#VALUE!",)
    assert not recwarn.list
