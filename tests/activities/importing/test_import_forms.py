"""`manage.py import_poi`: files of every form, and files that are refused with their line and column."""

import io
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from activities.document.forms import sheets
from activities.models import Activity, Figure
from tests.activities.document.tables import (
    BLOCKS,
    META,
    NAMES,
    RIEGO,
    TRUE,
    Column,
    Truth,
    as_csv,
    column,
    lines,
    quarters,
)
from tests.activities.importing.importing import nothing_is_written, run
from units.models import Unit

pytestmark = pytest.mark.usefixtures("committed")
TABLE = lines([*NAMES, *META, *BLOCKS, *quarters()])


def kept(folder: Path, content: bytes, name: str = "poi.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def workbook(*titles: str, far: bool = False) -> bytes:
    book = openpyxl.Workbook()
    for title in titles:
        sheet = book.create_sheet(title)
        for line in [["PLAN OPERATIVO INSTITUCIONAL 2024"], *TABLE]:
            sheet.append(line)
        if far:
            sheet.cell(1048576, 16384, 1)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def imported() -> set[tuple[str, str, tuple[Decimal, ...], tuple[Decimal | None, ...]]]:
    figures = Figure.objects.select_related("activity__unit")
    return {
        (figure.activity.unit.name, figure.activity.name, tuple(figure.programmed), tuple(figure.executed))
        for figure in figures
    }


def figures(months: tuple[int | None, ...]) -> tuple[Decimal, ...]:
    return tuple(Decimal(month or 0) for month in months)


TRUTH = {(row.unit, row.activity, figures(row.programmed), figures(row.executed)) for row in TRUE}


def test_a_workbook_a_web_page_and_a_text_bring_in_the_same(tmp_path: Path) -> None:
    assert run(kept(tmp_path, workbook("POI"), "poi.xlsx")).failure == ""
    assert imported() == TRUTH
    cells = ("".join(f"<td>{cell}</td>" for cell in line) for line in [["POI 2024"], *TABLE])
    page = f"<html><table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table></html>"
    for content, name in ((page.encode(), "poi.xls"), (as_csv(TABLE).decode().encode("cp1252"), "poi.csv")):
        ran = run(kept(tmp_path, content, name))
        assert (ran.failure, ran.report["summary"]["result"]) == ("", "unchanged")


def test_of_several_sheets_one_is_named(tmp_path: Path) -> None:
    path = kept(tmp_path, workbook("INICIAL", "VIGENTE"), "poi.xlsx")
    assert "diga cuál es con --sheet" in run(path).failure
    assert nothing_is_written()
    assert run(path, "--sheet", "VIGENTE").failure == ""
    assert imported() == TRUTH


def test_a_column_that_no_rule_finds_is_said(tmp_path: Path) -> None:
    perfil = column("PERFIL", "", cell=lambda row: row.activity)
    columns = [*NAMES[:2], perfil, column("UNIDAD DE CUENTA", "", cell="ACTA"), *META, *BLOCKS]
    path = kept(tmp_path, as_csv(lines(columns)))
    said = ("--column", "PERFIL=activity", "--column", "Unidad de cuenta = measurement_unit")
    assert "no es TÍTULO=SIGNIFICADO" in run(path, "--column", "PERFIL").failure
    assert run(path, *said).failure == ""
    assert imported() == TRUTH
    assert set(Activity.objects.values_list("measurement_unit__name", flat=True)) == {"ACTA"}


def test_columns_come_in_a_file_and_are_kept_under_a_name(tmp_path: Path) -> None:
    perfil = column("PERFIL", "", cell=lambda row: row.activity)
    columns = [*NAMES[:2], perfil, column("UNIDAD DE CUENTA", "", cell="ACTA"), *META, *BLOCKS]
    path, told = kept(tmp_path, as_csv(lines(columns))), tmp_path / "columns.json"
    told.write_text('{"PERFIL": "activity", "Unidad de cuenta": "measurement_unit"}')
    assert run(path, "--layout", "Gerencia").failure.startswith("No hay columnas guardadas con el nombre «Gerencia»")
    assert run(path, "--columns", str(told), "--layout", "Gerencia").failure == ""
    assert run(path).failure != ""
    assert run(path, "--layout", "Gerencia").failure == ""
    assert imported() == TRUTH


def test_a_unit_that_a_document_names_above_another_stands_above_it(tmp_path: Path) -> None:
    above = column("ÓRGANO", "", cell=lambda row: "GERENCIA" if row is RIEGO else row.unit)
    columns = [above, column("UNIDAD ORGÁNICA", "", cell=NAMES[0].cell), *NAMES[1:], *META, *BLOCKS]
    assert run(kept(tmp_path, as_csv(lines(columns)))).failure == ""
    tree = {unit.name: unit.parent and unit.parent.code for unit in Unit.objects.select_related("parent")}
    gerencia = Unit.objects.get(name="GERENCIA")
    assert tree == {"SAT": None, "GERENCIA": "SAT", RIEGO.unit: gerencia.code, TRUE[1].unit: "SAT"}
    assert gerencia.kind == "organ"


def test_how_months_accumulate_is_taken_from_the_document(tmp_path: Path) -> None:
    last = column("META", "", cell=lambda row: row.programmed[-1])
    columns = [*NAMES, column("Acumulado", "", cell="NO"), last, *BLOCKS]
    assert run(kept(tmp_path, as_csv(lines(columns)))).failure == ""
    assert set(Activity.objects.values_list("accumulation", flat=True)) == {"last"}
    again = run(kept(tmp_path, as_csv(lines([*NAMES, column("Acumulado", "", cell="SI"), *META, *BLOCKS]))))
    assert "acumulan sus meses de otro modo" in again.failure


def one_wrong(title: str, cell: object) -> list[Column]:
    """Return the columns of a table with another cell below a title, in both rows."""
    return [Column(each.titles, lambda _: cell) if title in each.titles else each for each in [*NAMES, *META, *BLOCKS]]


def twice(row: Truth) -> bytes:
    return as_csv(lines([*NAMES, *META, *BLOCKS], [row, row]))


BAD = {
    "a wrong header": (as_csv(lines([*NAMES, *META, *quarters()])), "faltan los meses", "Línea 2"),
    "text in a number": (
        as_csv(lines(one_wrong("META", "doce"))),
        "corregir 2 filas",
        "META: «doce» no es",
    ),
    "a negative": (as_csv(lines(one_wrong("META", -2))), "corregir 2 filas", "META: «-2» no es una cantidad: es neg"),
    "the same activity twice": (twice(RIEGO), "corregir 1 fila", "Línea 5, ACTIVIDAD POI: Es una copia de la línea 4"),
    "two institutions": (
        as_csv(lines([column("UE", "", cell=NAMES[0].cell), *NAMES, *META, *BLOCKS])),
        "deje solo las de una institución",
        "Línea 5",
    ),
    "nothing": (b"", "está vacío", ""),
    "an old workbook": (b"\xd0\xcf\x11\xe0" + bytes(600), "libro de Excel antiguo", ""),
    "no text": (b"a\0b", "carácter nulo", "Línea 1"),
    "a workbook cut off": (workbook("POI")[:3000], "cortado o dañado", ""),
    "a cell far out": (workbook("POI", far=True), "hasta la columna XFD", "Línea 1048576, columna XFD: "),
    "a page cut off": (b"<html><table><tr><td>1", "cortada", ""),
    "a million columns": (b"a," * 1_000_000, "se admiten 1,000 columnas", "Línea 1, columna BDWGN: "),
}


def test_bad_files_are_told_with_their_lines_and_change_nothing(tmp_path: Path) -> None:
    told = {}
    for name, (content, failure, place) in BAD.items():
        ran = run(kept(tmp_path, content))
        told[name] = failure in ran.failure and place in ran.failure + ran.err
    assert told == dict.fromkeys(BAD, True)
    assert nothing_is_written()


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = as_csv(TABLE)
    path = kept(tmp_path, content)
    monkeypatch.setattr(sheets, "MOST_BYTES", len(content) - 1)
    monkeypatch.setattr("activities.management.commands.import_poi.import_file", None)
    assert "Divida el archivo" in run(path).failure


def test_names_are_stored_but_for_what_cannot_be_seen_and_those_that_are_too_long_refused(
    tmp_path: Path,
) -> None:
    names = ['COMITÉ "SAN JUAN", S.A.', "=cmd|' /C calc'!A0", "CASA\u202eOÑEUD", "A" * 1000]
    rows = [RIEGO._replace(activity=name) for name in names]
    long = as_csv(lines([*NAMES, *META, *BLOCKS], [*rows, RIEGO._replace(activity="A" * 10_000)]))
    assert "Tiene más de 1000 caracteres" in run(kept(tmp_path, long)).err
    assert nothing_is_written()
    ran = run(kept(tmp_path, as_csv(lines([*NAMES, *META, *BLOCKS], rows))))
    assert (ran.failure, "caracteres que no se ven (línea" in ran.err) == ("", True)
    stored = {name.replace("\u202e", "") for name in names}
    assert set(Activity.objects.values_list("name", flat=True)) == stored
