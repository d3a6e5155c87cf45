"""What is said of files and rows that cannot be read: the cause, and what to do about it."""

from pathlib import Path

import pytest

import activities.document
from activities.document import DocumentError, read_document
from tests.activities.document.generator import TITLES
from tests.activities.document.test_reading import GROUPS, HEADER, TAIL, TITLE, TOTAL, codes, data_row, read

SAMPLE = Path(activities.document.__file__).parent / "sample" / "poi-2022-ejecucion-iv-trimestre.tsv"


def refused(data):
    with pytest.raises(DocumentError) as error:
        read_document(data, filename="poi.tsv")
    return error.value


@pytest.mark.parametrize(
    ("data", "said", "line"),
    [
        (b"PK\x05\x06" + b"\0" * 18, "un archivo comprimido", None),
        (b"\xd0\xcf\x11\xe0...", "Excel antiguo", None),
        (b"%PDF-1.7", "un PDF", None),
        (b"\x89PNG", "una imagen", None),
        ("uno\nejecución".encode("cp850"), "no está en UTF-8 ni en Windows-1252", 2),
        ("ejecución".encode("utf-16"), "UTF-16", None),
        (b"uno\nd\0s", "carácter nulo", 2),
    ],
)
def test_a_file_of_another_kind_is_told_what_it_is_and_how_to_export_it(data, said, line):
    error = refused(data)
    assert said in str(error)
    assert "«CSV UTF-8»" in str(error)
    assert error.line == line


@pytest.mark.parametrize("content", [b"<html><body>Inicie la sesi\xc3\xb3n</body></html>", b"<table><tr><td>a</table>"])
def test_a_web_page_without_a_table_of_the_plan_is_called_that(content):
    error = refused(content)
    assert error.code == "no_table"
    assert str(error).startswith("No se encontró en la página web (HTML)")


@pytest.mark.parametrize("blanks", [" ", "    "])
def test_a_table_whose_tabs_became_blanks_is_told_so(blanks):
    error = refused(SAMPLE.read_text().replace("\t", blanks).encode())
    assert (error.code, error.line) == ("no_table", 5)
    assert "se perdieron los tabuladores" in str(error)


def test_a_header_without_its_months_is_told_so():
    error = refused("\n".join([TITLE, "\t".join(TITLES + GROUPS), data_row()]).encode())
    assert (error.code, error.line) == ("no_table", 2)
    assert "falta la de los meses" in str(error)


@pytest.mark.parametrize("delimiter", ["\t", ";"])
def test_a_cell_that_is_too_long_is_not_taken_for_a_missing_quote(delimiter):
    text = "\n".join([*HEADER, data_row(name="A" * 140_000)]).replace("\t", delimiter)
    error = refused(text.encode())
    assert (error.code, error.line) == ("cell_too_long", 3)


def test_a_missing_quote_in_a_long_file_is_not_taken_for_a_long_cell():
    rows = [data_row(name=f"{number}") for number in range(2000)]
    text = "\n".join([*HEADER, '"' + data_row(), *rows]).replace("\t", ";")
    error = refused(text.encode())
    assert (error.code, error.line) == ("bad_quotes", 3)


def test_quotes_that_pair_across_lines_swallow_none_of_them():
    rows = ['"' + data_row("A"), data_row("B"), data_row("C").replace("UNIDAD C", 'UNIDAD C"')]
    doc = read(*HEADER, *rows)
    assert [row.unit for row in doc.rows] == ['"UNIDAD A', "UNIDAD B", 'UNIDAD C"']
    error = refused("\n".join([*HEADER, *rows]).replace("\t", ";").encode())
    assert (error.code, error.line) == ("bad_quotes", 3)


@pytest.mark.parametrize(
    ("target", "tail", "said"),
    [
        ("25", ["2"] * 12 + ["90"] * 12 + ["6"] * 8, "los trimestres PROG suman 24 y META dice 25"),
        ("24", ["2"] * 48, "hay 48 celdas"),
        ("24", TAIL[:20], "hay 20 celdas"),
        (
            "24",
            [*["90"] * 13, *["2"] * 11, *["6"] * 8],
            "PROGRAMADO ENE a PROGRAMADO MAR suman 270 y I TRIMESTRE PROG dice 6",
        ),
        (
            "2.5",
            ["0.5", *["90"] * 23, "2.5", *["0"] * 7],
            "PROGRAMADO ENE a PROGRAMADO MAR suman 180.5 y I TRIMESTRE PROG dice 2.5",
        ),
    ],
)
def test_a_row_without_a_reading_is_told_what_does_not_add_up(target, tail, said):
    (row,) = read(*HEADER, data_row(target=target, tail=tail)).rows
    (problem,) = row.problems
    assert row.status == "rejected"
    assert said in problem.detail
    assert problem.detail.endswith("Compare la fila con el original y corríjala.")


def test_rows_before_the_first_header_are_rejected_and_other_figures_there_are_told():
    doc = read(data_row("A"), "Presupuesto\t1\t2\t3", *HEADER, data_row("B"), TOTAL)
    assert [(row.unit, row.status) for row in doc.rows] == [("UNIDAD A", "rejected"), ("UNIDAD B", "exact")]
    assert [(problem.code, problem.line) for problem in doc.rows[0].problems] == [("no_header", 3)]
    assert [(warning.code, warning.line) for warning in doc.warnings] == [("ignored_line", 4)]


def test_a_document_without_a_total_is_told_that_nothing_checked_it():
    assert codes(read(*HEADER, data_row()).warnings) == ["no_total"]
    assert codes(read(*HEADER, data_row(), TOTAL).warnings) == []


def test_a_total_that_cannot_be_read_is_told_as_such():
    [warning] = read(*HEADER, data_row(), "TOTAL\t\t\t\t6 382\t1\t2\t3").warnings
    assert warning.code == "unreadable_total"
    assert "no se pudo leer ni comprobar" in warning.detail


def test_texts_are_read_without_what_cannot_be_seen_in_them_and_it_is_told_once_with_their_lines():
    lines = ("Á\u200b", "B", "C\x07 \ufeff\u202d D")
    doc = read(*HEADER, *map(data_row, lines), TOTAL.replace("24", "72"))
    assert [row.activity for row in doc.rows] == ["ACTIVIDAD Á", "ACTIVIDAD B", "ACTIVIDAD C D"]
    assert doc.rows[0].cells[2] == "ACTIVIDAD Á\u200b"
    [warning] = doc.warnings
    assert (warning.code, warning.line) == ("hidden_characters", 5)
    assert "líneas 5, 7" in warning.detail


def test_two_names_that_only_look_alike_are_one_and_a_number_is_not_mended():
    doc = read(*HEADER, data_row("A"), data_row("B", target="2\u200b4"), TOTAL)
    assert [row.status for row in doc.rows] == ["exact", "rejected"]
    [one, other] = read(*HEADER, data_row("A"), data_row("A\u200b"), TOTAL).rows
    assert (one.status, other.status) == ("rejected", "rejected")


def test_so_is_the_name_of_a_group():
    rows = ["\t".join(["", *data_row(name).split("\t")[1:]]) for name in "AB"]
    doc = read(*HEADER, "UNIDAD\u00ad SEIS", *rows, TOTAL.replace("24", "48"))
    assert {row.unit for row in doc.rows} == {"UNIDAD SEIS"}
    assert ("hidden_characters", 5) in [(warning.code, warning.line) for warning in doc.warnings]
    assert "ignored_line" not in codes(doc.warnings)
