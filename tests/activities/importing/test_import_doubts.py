"""`manage.py import_poi`: what it warns of, how it says it, and what a wrong cut-off does not do."""

from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from django.utils import timezone

from activities.models import Activity, Import, ImportRow
from tests import factories as make
from tests.activities.document.generator import Style, document
from tests.activities.importing.importing import edited, nothing_is_written, rows, run, written
from units.models import ChangeSet, Unit

pytestmark = pytest.mark.usefixtures("committed")
CUT_OFF = "05/01/2025"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def inferred(folder: Path) -> Path:
    """Write a document of three rows, of which the second has several readings."""
    made = rows()
    made[1].programmed = made[1].executed = [2000] * 12
    made[1].tail = [*["2"] * 12, "1", "5", *["2"] * 9, *["6"] * 8]
    return written(folder, made)


class TestCutOff:
    def warned(self, folder: Path, day: str) -> tuple[list[str], str]:
        """Import a document of 2024 cut off on this day: what it warns of, and what the command said."""
        ran = run(edited(written(folder), CUT_OFF, day))
        assert ran.failure == ""
        return [warning["code"] for warning in ran.report["summary"]["warnings"]], ran.err

    @pytest.mark.parametrize("day", ["31/12/2023", "05/01/2014", "01/01/1900"])
    def test_one_before_the_year_of_the_plan_is_told_and_backdates_nothing(self, folder: Path, day: str) -> None:
        codes, told = self.warned(folder, day)
        assert codes == ["implausible_cut_off"]
        assert f"La fecha de corte {day} es anterior al año del plan (2024)" in told
        assert ChangeSet.objects.get().known_from is None

    def test_one_after_today_is_told_and_backdates_nothing(self, folder: Path) -> None:
        day = timezone.localdate() + timedelta(days=2)
        codes, told = self.warned(folder, f"{day:%d/%m/%Y}")
        assert codes == ["implausible_cut_off"]
        assert f"La fecha de corte {day:%d/%m/%Y} es posterior a hoy" in told
        assert ChangeSet.objects.get().known_from is None

    def test_today_is_plausible_and_backdates(self, folder: Path) -> None:
        day = timezone.localdate()
        assert self.warned(folder, f"{day:%d/%m/%Y}") == ([], "")
        known_from = ChangeSet.objects.get().known_from
        assert known_from is not None
        assert timezone.localdate(known_from) == day

    def test_the_first_day_of_the_year_is_plausible_and_backdates(self, folder: Path) -> None:
        assert self.warned(folder, "01/01/2024") == ([], "")
        known_from = ChangeSet.objects.get().known_from
        assert known_from is not None
        assert timezone.localtime(known_from).isoformat() == "2024-01-01T00:00:00-05:00"

    def test_it_is_told_with_its_line_and_kept_with_the_file(self, folder: Path) -> None:
        path = edited(written(folder), CUT_OFF, "05/01/2014")
        ran = run(path)
        [warning] = ran.report["summary"]["warnings"]
        lines = path.read_text().splitlines()
        assert warning["line"] == 1 + next(at for at, line in enumerate(lines) if line.startswith("Fuente"))
        assert ran.report["cut_off"] == "2014-01-05"
        kept = Import.objects.get()
        assert kept.cut_off == date(2014, 1, 5)
        assert kept.report["summary"]["warnings"] == [warning]

    def test_a_refused_file_is_told_too_and_so_is_a_dry_run(self, folder: Path) -> None:
        path = edited(written(folder), CUT_OFF, "05/01/2014")
        assert "fecha de corte" in run(path, "--dry-run").err
        assert "fecha de corte" in run(edited(path, "TOTAL", "Sin nombre\t\t\t\t1\nTOTAL")).err
        assert nothing_is_written()


class TestStrict:
    def test_the_difference_to_total_is_put_down_to_the_rows_left_out(self, folder: Path) -> None:
        path = inferred(folder)
        assert run(path, "--dry-run").report["summary"]["warnings"] == []
        ran = run(path, "--strict")
        assert "Es lo que suman la fila inferida que quedó fuera." in ran.err
        assert "extracto" not in ran.err
        assert ran.report["totals"]["difference"] == 24

    def test_one_row_is_said_in_the_singular_and_kept(self, folder: Path) -> None:
        ran = run(inferred(folder), "--strict")
        line = ran.report["rows"][1]["line"]
        assert f"1 fila inferida quedó fuera: línea {line}." in ran.err
        assert "3 filas: 2 exactas, 1 inferida." in ran.out
        kept = ImportRow.objects.get(line=line)
        assert (hasattr(kept, "applied"), kept.status) == (False, "inferred")
        assert kept.cells[5:7] == ["2", "2"]

    def test_where_nothing_else_is_left_it_says_why(self, folder: Path) -> None:
        made = rows(1)
        made[0].tail = [*["2"] * 12, "1", "5", *["2"] * 9, *["6"] * 8]
        made[0].programmed = [2000] * 12
        ran = run(written(folder, made), "--strict")
        assert "todas las filas son inferidas y --strict las deja fuera" in ran.failure
        assert nothing_is_written()


class TestWording:
    def test_rejected_rows_are_the_cause_of_a_difference_that_they_make(self, folder: Path) -> None:
        made = rows()
        made[1].tail[0] = "uno"
        ran = run(written(folder, made))
        assert "Es lo que suman la fila rechazada." in ran.err
        assert "extracto" not in ran.err

    def test_no_rows_and_one_row(self, folder: Path) -> None:
        path = written(folder, rows(1))
        lines = path.read_text().splitlines()
        one = run(path)
        assert "1 fila: 1 exacta." in one.out
        assert "1 actividad nueva de 1 unidad nueva, 1 meta y " in one.out
        path.write_text("\n".join(line for line in lines if "ACTIVIDAD POI" in line or "\tENE\t" in line))
        assert "0 filas.\n" in run(path, "--year", "2024").out

    def test_the_same_problem_of_several_rows_is_said_once_with_its_lines(self, folder: Path) -> None:
        made = rows()
        for row in made[:2]:
            row.names[3] = ""
        ran = run(written(folder, made))
        first, second = (row["line"] for row in ran.report["rows"][:2])
        assert f"Líneas {first}, {second}, UNIDAD DE MEDIDA: La celda está vacía." in ran.err
        assert "hay que corregir 2 filas" in ran.failure

    def test_a_new_institution_is_told_as_a_slip_in_its_code_would_make_one(self, folder: Path) -> None:
        assert "Institución nueva: SAT." in run(written(folder), "--dry-run").out
        assert "Institución nueva: SAT." in run(written(folder)).out
        assert "Institución nueva" not in run(written(folder, rows(5))).out

    def test_the_code_of_a_unit_is_refused_naming_its_institution(self, folder: Path) -> None:
        run(written(folder))
        assert "indique el de la suya, «SAT»" in run(written(folder), institution="SAT-U01").failure
        assert not Unit.objects.filter(code__startswith="SAT-U01-").exists()

    def test_figures_that_differ_are_counted_in_the_singular_and_the_plural(self, folder: Path) -> None:
        made = rows(1)
        made[0].executed = [1000, 2000, *[None] * 10]
        made[0].tail[12:] = ["1", "2", *[""] * 10, *made[0].tail[24:]]
        made[0].tail[24:] = [cell for quarter in self.quarters(made[0].programmed) for cell in (quarter, "0")]
        made[0].tail[25] = "3"
        path = written(folder, made)
        run(path)
        make.entry(Activity.objects.get(), 1, 5)
        assert "1 cifra del documento difiere de lo registrado" in run(written(folder, made)).out

    def quarters(self, months: list[int | None]) -> list[str]:
        return [f"{sum(month or 0 for month in months[at : at + 3]) / 1000:g}" for at in range(0, 12, 3)]

    def test_what_stops_it_is_said_in_spanish(self, folder: Path) -> None:
        assert run(folder / "nada.tsv").failure.endswith("nada.tsv: no existe.")
        assert run(folder).failure.endswith(": es un directorio.")


def test_ambiguous_numbers_are_warned_of_and_do_not_refuse_the_file(folder: Path) -> None:
    made = rows(1)
    made[0].programmed = made[0].executed = [1125_000] * 12
    made[0].tail = ["1,125"] * 24 + ["3,375"] * 8
    path = folder / "poi.csv"
    path.write_bytes(document(Random(0), made, Style(delimiter=";")))
    ran = run(path)
    assert ran.failure == ""
    [warning] = ran.report["summary"]["warnings"]
    assert (warning["code"], warning["line"], warning["column"]) == ("ambiguous_number", 6, "META")
    assert "Advertencia: Línea 6: «13,500» se leyó como 13500" in ran.err
