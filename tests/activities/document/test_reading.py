"""From bytes to rows: encodings, delimiters, headers, pages, and what is said of what cannot be read."""

from datetime import date
from decimal import Decimal
from random import Random

import pytest

from activities.document import DocumentError, read_document
from tests.activities.document.generator import MONTHS, TITLES, Style, TrueRow, document, show
from tests.activities.document.tables import quarters_read

TITLE = "PLAN OPERATIVO INSTITUCIONAL 2024 – EJECUCIÓN AL IV TRIMESTRE"
GROUPS = ["PROGRAMADO", *[""] * 11, "EJECUTADO", *[""] * 11]
GROUPS += ["I TRIMESTRE", "", "II TRIMESTRE", "", "III TRIMESTRE", "", "IV TRIMESTRE", ""]
HEADER = ["\t".join(TITLES + GROUPS), "\t".join([""] * 5 + MONTHS * 2 + ["PROG", "EJEC"] * 4)]
NAMELESS = "\n".join(HEADER).replace("ACTIVIDAD", "NOTA").replace("ÓRGANO/UNIDAD ORGÁNICA", "NOTA")
TAIL = ["2"] * 24 + ["6"] * 8
TOTAL = "TOTAL\t\t\t\t24"
SOURCE = "Fuente: Módulo de Control al 05/01/2025"


def data_row(name="A", target="24", tail=TAIL):
    return "\t".join([f"UNIDAD {name}", "GESTIÓN", f"ACTIVIDAD {name}", "ACCIONES", target, *tail])


def read(*lines, title=TITLE, source=SOURCE):
    return read_document("\n".join([title, "", *lines, "", source]).encode())


def codes(problems):
    return [problem.code for problem in problems]


def true_row(number):
    row = TrueRow([f"ÓRGANO {number}", "GESTIÓN", f"TRÁMITE, «{number}»", "INFORMES"], [1500_000] * 12, [None] * 12, [])
    row.tail = [show(month) for month in row.programmed + row.executed] + [show(q) for q in row.quarters()]
    return row


@pytest.mark.parametrize("delimiter", ["\t", ";", ","])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", [False, True])
def test_every_delimiter_line_end_and_mark_reads_the_same(delimiter, newline, bom):
    look = Style(delimiter=delimiter, newline=newline, bom=bom, pages=2)
    doc = read_document(document(Random(1), [true_row(1), true_row(2), true_row(3)], look))
    assert [row.unit for row in doc.rows] == ["ÓRGANO 1", "ÓRGANO 2", "ÓRGANO 3"]
    assert {row.programmed for row in doc.rows} == {(Decimal(1500),) * 12}
    assert {row.executed for row in doc.rows} == {(None,) * 12}
    assert doc.as_report()["totals"] == {"stated": 54_000, "imported": 54_000, "difference": 0}


@pytest.mark.parametrize(
    "look",
    [
        Style(leading=2),
        Style(numbered=True, leading=1),
        Style(order=(2, 0, 4, 1, 3)),
        Style(padding=9),
        Style(header_blanks_lost=6),
        Style(accents_lost=True),
        Style(numbered=True, order=(1, 0, 3, 2, 4), padding=3, header_blanks_lost=3, pages=3, delimiter=";"),
    ],
    ids=str,
)
def test_columns_are_found_by_their_titles_wherever_they_stand(look):
    doc = read_document(document(Random(2), [true_row(1), true_row(2), true_row(3)], look))
    assert [row.status for row in doc.rows] == ["exact"] * 3
    assert {(row.annual_target, row.measurement_unit) for row in doc.rows} == {(Decimal(18_000), "INFORMES")}


def test_leading_blanks_that_the_header_lost_are_found_from_the_rows():
    doc = read(*HEADER, "\t" + data_row("A"), "\t" + data_row("B"))
    assert [row.status for row in doc.rows] == ["exact", "exact"]


def test_line_numbers_are_those_of_the_file_even_after_a_cell_of_two_lines():
    first = data_row("A").replace("UNIDAD A", '"UNIDAD\nA"')
    doc = read(*HEADER, first, data_row("B"))
    assert [(row.line, row.unit) for row in doc.rows] == [(5, "UNIDAD A"), (7, "UNIDAD B")]


def test_a_stray_quote_in_a_tabular_file_is_part_of_the_name():
    doc = read(*HEADER, data_row("A").replace("UNIDAD A", '"LA CASA" Y OTROS'), data_row("B"))
    assert [row.unit for row in doc.rows] == ['"LA CASA" Y OTROS', "UNIDAD B"]


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"", "empty_file", None),
        (b"\xef\xbb\xbf \n\n", "empty_file", None),
        (b"uno\ndos\n\xff\xfe\xfa", "bad_encoding", 3),
        ("POI".encode("utf-16"), "bad_encoding", None),
        (b"uno\nd\0s", "binary_file", 2),
        (b"PK\x03\x04\x00\x00\x00\x08", "bad_file", None),
        (b"\xd0\xcf\x11\xe0\x00", "binary_file", None),
        (b"uno,dos\ntres,cuatro\n", "no_table", None),
        (
            "\n".join(HEADER)
            .replace("ACTIVIDAD POI", "X")
            .replace("ACTIVIDAD MEF", "X")
            .replace("ÓRGANO/UNIDAD ORGÁNICA", "X")
            .encode(),
            "missing_column",
            1,
        ),
    ],
)
def test_a_file_that_is_no_document_is_refused_in_words(data, code, line):
    with pytest.raises(DocumentError) as refused:
        read_document(data, filename="plan.tsv")
    assert (refused.value.code, refused.value.line) == (code, line)
    assert str(refused.value).endswith(".")


def test_quotes_that_do_not_close_are_refused_with_their_line():
    text = "\n".join([TITLE, *HEADER, '"X\t' + data_row()]).replace("\t", ";")
    with pytest.raises(DocumentError) as refused:
        read_document(text.encode())
    assert (refused.value.code, refused.value.line) == ("bad_quotes", 4)


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (data_row().replace("ACCIONES", " "), "blank_name", "UNIDAD DE MEDIDA"),
        (data_row().replace("GESTIÓN", "123"), "unreadable_name", "ACTIVIDAD MEF"),
        (data_row(target=""), "blank_target", "META"),
        (data_row(target="veinte"), "unreadable_number", "META"),
        (data_row(target="-24"), "unreadable_number", "META"),
        (data_row(tail=[*TAIL[:21], "2O", *TAIL[22:]]), "unreadable_number", "EJECUTADO OCT"),
        (data_row(tail=[*TAIL[:31], "6;0"]), "unreadable_number", "IV TRIMESTRE EJEC"),
        (data_row(tail=["0,125", *TAIL[1:]]), "unreadable_number", "PROGRAMADO ENE"),
        (data_row(tail=["2.0001", *TAIL[1:]]), "unreadable_number", "PROGRAMADO ENE"),
        (data_row(tail=["1234567890123", *TAIL[1:]]), "unreadable_number", "PROGRAMADO ENE"),
        (data_row(tail=["2"] * 48), "no_reading", "PROGRAMADO ENE … IV TRIMESTRE EJEC"),
    ],
)
def test_a_row_that_cannot_be_read_is_rejected_with_line_column_and_cause(row, code, column):
    doc = read(*HEADER, data_row("B"), row)
    good, bad = doc.rows
    assert good.status == "exact"
    assert (bad.status, bad.annual_target, bad.programmed) == ("rejected", None, (None,) * 12)
    (problem,) = bad.problems
    assert (problem.code, problem.line, problem.column) == (code, 6, column)
    assert problem.detail


def test_two_rows_with_the_same_names_and_other_cells_are_rejected_each_naming_the_other():
    doc = read(*HEADER, data_row("ÁREA"), data_row("B"), data_row("área"))
    assert [row.status for row in doc.rows] == ["rejected", "exact", "rejected"]
    for row, other in ((doc.rows[0], "línea 7"), (doc.rows[2], "línea 5")):
        (problem,) = row.problems
        assert problem.code == "duplicate_row"
        assert other in problem.detail


def test_the_first_of_copies_is_kept():
    doc = read(*HEADER, data_row("A"), data_row("A"))
    assert [row.status for row in doc.rows] == ["exact", "rejected"]


@pytest.mark.parametrize(("tail", "said"), [(TAIL, "Es una copia de la línea 5"), (TAIL[1:], "con otros datos")])
def test_a_row_that_repeats_an_inferred_one_says_whether_it_is_a_copy_and_nothing_else(tail, said):
    doc = read(*HEADER, data_row("A", tail=TAIL), data_row("A", tail=tail))
    (problem,) = doc.rows[1].problems
    assert said in problem.detail


def test_what_was_inferred_of_a_row_that_is_rejected_is_not_said():
    inferred = ["2"] * 12 + ["1", "", "5", *["2"] * 9] + ["6"] * 8
    inferred[13:14] = []
    first = data_row("A", tail=inferred)
    doc = read(*HEADER, first, first)
    assert doc.rows[0].status == "inferred"
    assert codes(doc.rows[1].problems) == ["duplicate_row"]


def test_decimals_and_thousands_are_exact():
    tail = ["1,000.125"] * 24 + ["3,000.375"] * 8
    (row,) = read(*HEADER, data_row(target="12,001.5", tail=tail)).rows
    assert row.programmed == (Decimal("1000.125"),) * 12
    assert (row.annual_target, quarters_read(row)[0]) == (Decimal("12001.5"), (Decimal("3000.375"),) * 2)


def test_an_unreported_quarter_is_null_only_where_something_was_due():
    tail = ["2"] * 3 + [""] * 9 + [""] * 12 + ["6", "0"] + ["0"] * 6
    (row,) = read(*HEADER, data_row(target="6", tail=tail)).rows
    assert [executed for _, executed in quarters_read(row)] == [None, 0, 0, 0]


def test_pages_titles_and_footers_between_tables_are_no_rows():
    page = [*HEADER, data_row("B"), "2", "Página 2 de 2", "TOTAL\t\t\t\t48" + "\t4" * 24 + "\t12" * 8]
    doc = read(*HEADER, data_row("A"), "1", "", TITLE, "", *page)
    assert [row.status for row in doc.rows] == ["exact", "exact"]
    assert (doc.stated.annual_target, doc.warnings) == (48, [])


def test_a_total_that_lost_its_blanks_is_read():
    doc = read(*HEADER, data_row("A"), "TOTAL\t6,382\t514")
    assert (doc.stated.annual_target, doc.stated.programmed) == (6382, ())
    assert codes(doc.warnings) == ["total_differs"]


def test_a_line_that_is_no_row_is_told():
    doc = read(*HEADER, data_row("A"), "Elaborado por la oficina", TOTAL)
    assert [(problem.code, problem.line) for problem in doc.warnings] == [("ignored_line", 6)]


@pytest.mark.parametrize(
    ("title", "source", "year", "cut_off", "said"),
    [
        (TITLE, SOURCE, 2024, date(2025, 1, 5), []),
        ("POI", SOURCE, None, date(2025, 1, 5), ["no_year"]),
        (f"{TITLE}\n{TITLE.replace('2024', '2023')}", SOURCE, None, date(2025, 1, 5), ["years_differ"]),
        (TITLE, "Fuente: Módulo al 31/02/2025", 2024, None, ["impossible_cut_off"]),
        (TITLE, "Fuente: Módulo", 2024, None, ["no_cut_off"]),
        (TITLE, "Fuente al 1/1/2025\nFuente al 2/1/2025", 2024, None, ["cut_offs_differ"]),
        (TITLE, "FUENTE : MODULO AL 5/1/2025.2", 2024, date(2025, 1, 5), []),
    ],
)
def test_year_and_cut_off_are_read_or_their_absence_told(title, source, year, cut_off, said):
    doc = read(*HEADER, data_row(), TOTAL, title=title, source=source)
    assert (doc.year, doc.cut_off, codes(doc.warnings)) == (year, cut_off, said)


def test_the_report_has_every_row_and_the_rejected_ones_without_figures():
    report = read(*HEADER, data_row("A"), data_row("B", target="x")).as_report()
    assert set(report) == {"year", "cut_off", "rows", "totals", "summary"}
    assert report["totals"] == {"stated": None, "imported": 24, "difference": None}
    good, bad = report["rows"]
    assert list(good) == list(bad)
    assert (good["programmed"], good["annual_target"]) == ([2] * 12, 24)
    assert (bad["unit"], bad["programmed"], bad["executed"], bad["annual_target"]) == (
        "UNIDAD B",
        [None] * 12,
        [None] * 12,
        None,
    )
    assert {key: report["summary"][key] for key in ("rows", "exact", "rejected")} == {
        "rows": 2,
        "exact": 1,
        "rejected": 1,
    }


def test_repairs_say_in_spanish_what_was_done():
    (row,) = read(*HEADER, data_row(tail=TAIL[1:])).rows
    (repair,) = row.repairs
    assert (repair.block, repair.month, repair.quarter, repair.action, repair.cost) == (
        "ejecutado",
        12,
        None,
        "add",
        1,
    )
    assert (repair.printed, repair.taken, repair.description) == (None, 2, "EJECUTADO DIC: se agregó 2")
