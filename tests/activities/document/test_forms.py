"""Texts and web pages: encodings, delimiters, spans, and what is said of a file that is no table."""

import time

import pytest

from activities.document import DocumentError, read_document
from activities.document.forms import html, sheets, text
from activities.document.forms.html import read_html
from activities.document.forms.kinds import kind_of
from activities.document.forms.sheets import letters
from activities.document.forms.text import split
from tests.activities.document.tables import BLOCKS, META, NAMES, TRUE, as_csv, is_right, lines, quarters

TABLE = lines([*NAMES, *META, *BLOCKS, *quarters()])


def page(table=TABLE, start="<html><body><table>", end="</table></body></html>"):
    rows = ("".join(f"<td>{cell}</td>" for cell in line) for line in table)
    return (start + "".join(f"<tr>{row}</tr>" for row in rows) + end).encode()


def refused(content):
    with pytest.raises(DocumentError) as error:
        read_document(content, filename="poi.xls")
    return error.value


@pytest.mark.parametrize("sign", ["\t", ";", ","])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_text_is_read_in_each_encoding_and_with_each_delimiter(sign, encoding):
    assert is_right(read_document(as_csv(TABLE, sign=sign).decode().encode(encoding)))


def test_what_windows_1252_would_make_of_another_encoding_is_refused():
    error = refused(as_csv(TABLE).decode().encode("cp850"))
    assert (error.code, error.line) == ("bad_encoding", 2)


def test_decimal_commas_are_read_where_they_can_be_nothing_else():
    table = [[str(cell / 10).replace(".", ",") if isinstance(cell, int) else cell for cell in line] for line in TABLE]
    document = read_document(as_csv(table, sign="\t"))
    assert [row.status for row in document.rows] == ["exact", "exact"]
    assert [10 * (row.annual_target or 0) for row in document.rows] == [row.target for row in TRUE]


def test_a_web_page_is_read_whatever_it_is_called():
    assert kind_of(page()) == "html"
    assert is_right(read_document(page([["PLAN OPERATIVO INSTITUCIONAL 2024"], *TABLE]), filename="poi.xls"))


def test_cells_that_span_columns_and_rows_have_their_text_in_all_of_them():
    rows = "<tr><th colspan=2>A &amp; B</th><td rowspan=2>C<br>D</td></tr><tr><td>1</td><td>2<i>3</i></td></tr>"
    (sheet,) = read_html(f"<table>{rows}</table>".encode())
    assert [record.cells for record in sheet.records] == [("A & B", "A & B", "C D"), ("1", "23", "C D")]
    assert [record.merged for record in sheet.records] == [{0, 1, 2}, {2}]


def test_a_number_in_a_merged_cell_is_none_of_a_month():
    content = page().decode().replace("<td>2</td><td>3</td><td>1</td>", "<td colspan=3>6</td>").encode()
    (problem, *_) = read_document(content).rows[0].problems
    assert "celda combinada" in problem.detail


def test_what_a_page_hides_is_not_read():
    (sheet,) = read_html(
        b"<html><head><title>x</title></head><style>y</style><table><tr><td>z</td></tr></table></html>"
    )
    assert [record.cells for record in sheet.records] == [("z",)]


def test_a_page_that_is_cut_off_or_nested_is_refused():
    assert refused(page(end="")).code == "truncated_file"
    assert refused(page(start="<html>" + "<div>" * 70 + "<table>")).code == "too_deep"
    assert refused(page(start="<table><tr><td><table>", end="</table></table>")).code == "nested_table"


@pytest.mark.parametrize(
    ("opened", "closed", "code"),
    [
        ("<table>", "</table>", "nested_table"),
        ("<div>", "</div>", "too_deep"),
        ("<x>", "</x>", "too_deep"),
        ("&amp;", "&foo;", "cell_too_long"),
        ("", "</table>", "too_large"),
    ],
)
def test_a_million_of_anything_ends_in_a_message_at_once(opened, closed, code):
    many = 10**6
    inside = "<table><tr><td>" * (code in ("too_deep", "cell_too_long"))
    start = time.process_time()
    error = refused(f"<html>{inside}{opened * many}{closed * many}{'</table>' * bool(inside)}".encode())
    assert error.code == code
    assert time.process_time() - start < 10


def test_a_page_with_a_tag_that_does_not_end_is_refused(monkeypatch):
    monkeypatch.setattr(html, "_PIECE", 100)
    endless = page(start=f"<html><body x='{'a' * 3000}'><table>")
    monkeypatch.setattr(html, "_LONGEST_TAG", 4000)
    assert len(read_document(endless).rows) == 2
    monkeypatch.setattr(html, "_LONGEST_TAG", 1000)
    assert "etiqueta que no termina" in str(refused(endless))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "un libro de Excel antiguo (.xls)"),
        (b"%PDF-1.7", "un PDF"),
        (b"\x89PNG\r\n\x1a\n", "una imagen"),
        (b"{\\rtf1", "RTF"),
        (b"\x1f\x8b\x08\x00\x00\x00", "un archivo comprimido"),
        (b"<?xml version='1.0'?><Workbook/>", "un XML"),
    ],
)
def test_a_file_of_another_kind_is_told_what_it_is_and_how_to_save_it(content, said):
    error = refused(content)
    assert (error.code, said in str(error)) == ("binary_file", True)
    assert "«Libro de Excel (.xlsx)» o «CSV UTF-8»" in str(error)


def test_a_text_that_begins_like_an_image_is_a_text():
    assert kind_of(b"BM,META\n") == "text"


BOUNDS = [("MOST_ROWS", 3), ("MOST_COLUMNS", 4), ("MOST_CELLS", 12), ("MOST_FILLED", 9)]


@pytest.mark.parametrize(("name", "most"), BOUNDS)
def test_a_table_may_be_as_large_as_its_bounds_and_no_larger(monkeypatch, name, most):
    content = "1,1,,1\n1,1,,1\n1,1,,1"
    monkeypatch.setattr(sheets, name, most)
    assert len(split(content, ",").records) == 3
    monkeypatch.setattr(sheets, name, most - 1)
    with pytest.raises(DocumentError) as error:
        split(content, ",")
    assert error.value.code == "too_large"
    assert error.value.line == (1 if name == "MOST_COLUMNS" else 3)


def test_a_file_may_have_as_many_bytes_as_are_read_and_no_more(monkeypatch):
    content = as_csv(TABLE)
    monkeypatch.setattr(sheets, "MOST_BYTES", len(content))
    assert is_right(read_document(content))
    monkeypatch.setattr(sheets, "MOST_BYTES", len(content) - 1)
    assert refused(content).code == "too_large"


def test_a_line_of_a_million_columns_is_refused_before_it_is_split(monkeypatch):
    monkeypatch.setattr(text, "LONGEST_CELL", 10)
    error = refused(b"a\n" + b"1," * 3000)
    assert (error.code, error.line, error.column) == ("too_large", 2, letters(2999))


@pytest.mark.parametrize(
    ("column", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")]
)
def test_columns_are_called_as_spreadsheets_call_them(column, name):
    assert letters(column) == name
