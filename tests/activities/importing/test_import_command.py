"""`manage.py import_poi`: what it brings in, its report, and what it refuses (api.md, "Operations")."""

from pathlib import Path
from random import Random

import pytest
from django.core.management import CommandError, call_command

import activities.document
from activities.choices import PlanStatus
from activities.models import Activity, Import, ImportRow
from tests import factories as make
from tests.activities.document.generator import Style, document
from tests.activities.importing.importing import edited, nothing_is_written, rows, run, written
from units.models import Change, Unit

SAMPLE = Path(activities.document.__file__).parent / "sample" / "poi-2022-ejecucion-iv-trimestre.tsv"
pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


class TestTheSample:
    def test_it_is_imported_whole_and_said_and_a_second_time_changes_nothing(self, folder: Path) -> None:
        path = self.copy(folder)
        ran = run(path, "--institution-name", "SAT LIMA")
        assert ran.failure == ""
        assert "43 filas: 11 exactas, 8 reparadas, 24 inferidas." in ran.out
        assert "Reparadas: líneas 29, 34, 35, 40, 49, 50, 53, 54." in ran.out
        assert "\nInferidas: líneas " in ran.out
        assert "Confirmadas" not in ran.out  # an excerpt: no column adds to TOTAL
        assert "3,783" in ran.err
        assert "6,382" in ran.err
        assert (ran.report["year"], ran.report["cut_off"]) == (2022, "2023-01-05")
        assert ran.report["totals"] == {"stated": 6382, "imported": 3783, "difference": 2599}
        assert [row["status"] for row in ran.report["rows"]].count("rejected") == 0
        assert set(ran.report["rows"][0]) == {
            "line",
            "unit",
            "mef_activity",
            "activity",
            "measurement_unit",
            "status",
            "programmed",
            "executed",
            "annual_target",
            "repairs",
            "alternatives",
            "confirmed",
            "doubts",
            "problems",
            "said",
        }
        assert ran.changes["activities"] == Activity.objects.count() == 43
        assert Unit.objects.filter(activities__isnull=False).distinct().count() == 15
        assert Unit.objects.get(code="SAT").name == "SAT LIMA"
        self.each_row_keeps_what_the_file_said()
        before = Change.objects.count()
        again = run(path)
        assert again.failure == ""
        assert "No cambió nada" in again.out
        assert again.report["summary"]["result"] == "unchanged"
        assert Change.objects.count() == before
        assert run(path, "--overwrite").report["summary"]["result"] == "unchanged"

    def each_row_keeps_what_the_file_said(self) -> None:
        kept = Import.objects.get()
        assert bytes(kept.content) == SAMPLE.read_bytes()
        lines = SAMPLE.read_text(encoding="utf-8").splitlines()
        for row in kept.rows.all():
            assert row.cells == [" ".join(cell.split()) for cell in lines[row.line - 1].split("\t")]
        assert kept.rows.get(line=11).reading["repairs"][0]["description"] == "IV TRIMESTRE EJEC: se agregó 16"

    def test_strict_leaves_out_what_was_inferred(self, folder: Path) -> None:
        path = self.copy(folder)
        ran = run(path, "--strict")
        assert ran.changes["activities"] == Activity.objects.count() == 19
        inferred = [row for row in ran.report["rows"] if row["status"] == "inferred"]
        assert ran.report["summary"]["left_out"] == [row["line"] for row in inferred]
        assert ran.report["totals"]["imported"] == 3783 - sum(row["annual_target"] for row in inferred)
        assert "24 filas inferidas quedaron fuera" in ran.err
        assert len(ran.report["rows"]) == 43
        kept = ImportRow.objects.filter(applied=None)
        assert [(row.line, row.status) for row in kept] == [(row["line"], "inferred") for row in inferred]
        assert kept[0].cells[0] == "JEFATURA SAT"
        assert kept[0].reading["alternatives"] != []
        assert Import.objects.get().report["summary"]["left_out"] == [row["line"] for row in inferred]
        assert run(path).changes["activities"] == 24

    def copy(self, folder: Path) -> Path:
        path = folder / SAMPLE.name
        path.write_bytes(SAMPLE.read_bytes())
        return path


class TestDryRun:
    def test_it_reports_the_same_and_writes_nothing(self, folder: Path) -> None:
        path = written(folder)
        dry = run(path, "--dry-run")
        assert nothing_is_written()
        assert "Prueba: no se escribió nada." in dry.out
        real = run(path)
        assert dry.changes == real.changes
        assert dry.report["summary"].pop("dry_run") is True
        assert real.report["summary"].pop("dry_run") is False
        assert dry.report == real.report

    def test_so_it_does_where_something_is_there_already(self, folder: Path) -> None:
        run(written(folder))
        before = Change.objects.count()
        path = written(folder, rows(5, seed=2))
        dry = run(path, "--dry-run", "--overwrite")
        assert Change.objects.count() == before
        assert dry.changes == run(path, "--overwrite").changes
        assert dry.changes["version"] == 2

    def test_a_refused_file_is_refused_dry_too(self, folder: Path) -> None:
        path = edited(written(folder), "TOTAL", "Sin nombre\t\t\t\t1\nTOTAL")
        dry, real = run(path, "--dry-run"), run(path)
        assert dry.failure == real.failure != ""
        assert dry.report == real.report
        assert nothing_is_written()


class TestRefused:
    def test_one_rejected_row_refuses_the_file_and_is_reported(self, folder: Path) -> None:
        made = rows()
        made[1].tail[0] = "uno"
        ran = run(written(folder, made))
        assert "hay que corregir 1 fila" in ran.failure
        assert nothing_is_written()
        assert [row["status"] for row in ran.report["rows"]] == ["exact", "rejected", "exact"]
        rejected = ran.report["rows"][1]
        assert (rejected["unit"], rejected["programmed"]) == (made[1].names[0], [None] * 12)
        [problem] = rejected["problems"]
        assert (problem["line"], problem["column"]) == (rejected["line"], "PROGRAMADO ENE")
        assert f"Línea {rejected['line']}, PROGRAMADO ENE: " in ran.err
        assert ran.report["summary"]["result"] == "refused"

    @pytest.mark.parametrize("place", range(4))
    def test_a_name_that_is_too_long_is_told_with_its_line(self, folder: Path, place: int) -> None:
        made = rows()
        made[1].names[place] = "LARGO " * 200
        ran = run(written(folder, made))
        assert nothing_is_written()
        [problem] = ran.report["summary"]["problems"]
        assert (problem["code"], problem["line"]) == ("name_too_long", ran.report["rows"][1]["line"])
        assert "Línea" in ran.err

    def test_a_name_as_long_as_it_may_be_is_taken(self, folder: Path) -> None:
        made = rows(1)
        made[0].names = ["U" * 500, "M" * 500, "A" * 1000, "K" * 500]
        assert run(written(folder, made)).failure == ""

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"", "vac"),
            (b"hola\n", "ninguna tabla"),
            (b"\x89PNG\r\n\x1a\n\x00\x00", "UTF-8"),
            (b"a\tb\0\n", "nulo"),
            ("PLAN".encode("utf-16"), "UTF-16"),
            (b"PK\x03\x04" + bytes(range(256)), "dañado"),
        ],
    )
    def test_what_is_no_document(self, folder: Path, content: bytes, said: str) -> None:
        path = folder / "poi.tsv"
        path.write_bytes(content)
        ran = run(path)
        assert said in ran.failure
        assert nothing_is_written()

    def test_a_document_without_rows(self, folder: Path) -> None:
        path = folder / "poi.tsv"
        path.write_bytes(document(Random(0), [], Style()))
        assert "no tiene filas" in run(path).failure

    def test_a_file_that_cannot_be_read(self, folder: Path) -> None:
        assert "No se puede leer" in run(folder / "nada.tsv").failure
        assert "No se puede leer" in run(folder).failure

    def test_a_report_that_cannot_be_written_stops_it_before_anything_is(self, folder: Path) -> None:
        path = written(folder)
        for target in (folder / "no" / "hay.json", folder, path):
            with pytest.raises(CommandError):
                call_command("import_poi", str(path), "--institution", "SAT", "--report", str(target))
        assert nothing_is_written()
        assert run(path).failure == ""

    def test_a_plan_that_is_closed(self, folder: Path) -> None:
        make.plan(make.institution("MML"), 2024, PlanStatus.CLOSED)
        assert "cerrado" in run(written(folder), institution="MML").failure

    @pytest.mark.parametrize(
        ("institution", "options"),
        [("X" * 33, ()), ("SAT", ("--institution-name", "X" * 501)), ("SAT", ("--resolution", "R" * 201))],
    )
    def test_options_that_cannot_be_kept(self, folder: Path, institution: str, options: tuple[str, ...]) -> None:
        ran = run(written(folder), *options, institution=institution)
        assert ran.failure != ""
        assert nothing_is_written()

    @pytest.mark.parametrize("option", ["institution", "institution-name", "layout", "resolution"])
    def test_options_that_hide_something(self, folder: Path, option: str) -> None:
        failure = run(written(folder), f"--{option}", "R\u200b1").failure
        assert failure.startswith(f"--{option}: Tiene un carácter invisible")
        assert nothing_is_written()
