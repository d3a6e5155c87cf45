"""`manage.py import_poi`: its options, and the command as a process of its own (api.md, "Operations")."""

import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from django.conf import settings
from django.db import connection

from activities.models import Activity, Figure, Import, Plan, ProgressEntry
from tests import factories as make
from tests.activities.document.generator import Style, document
from tests.activities.importing.importing import edited, nothing_is_written, rows, run, written
from tests.committed import connection_parameters
from units.models import ChangeSet, Unit

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


class TestYear:
    def undated(self, folder: Path) -> Path:
        return edited(written(folder), "PLAN OPERATIVO INSTITUCIONAL 2024", "PLAN OPERATIVO INSTITUCIONAL")

    def test_a_document_without_one_needs_the_option(self, folder: Path) -> None:
        path = self.undated(folder)
        ran = run(path)
        assert "--year" in ran.failure
        assert ran.report["summary"]["result"] == "refused"
        assert run(path, "--year", "2023").failure == ""
        assert Plan.objects.get().year == 2023

    def test_the_option_wins_and_a_document_that_says_another_is_told(self, folder: Path) -> None:
        path = written(folder)
        ran = run(path, "--year", "2023")
        assert ran.failure == ""
        assert Plan.objects.get().year == 2023
        assert "dice ser de 2024 (línea 2, «PLAN OPERATIVO" in ran.err
        assert "Año 2023: --year (línea 2" in ran.out

    def test_the_one_of_the_document_is_told_with_its_line(self, folder: Path) -> None:
        assert "Año 2024: línea 2, «PLAN OPERATIVO INSTITUCIONAL 2024" in run(written(folder)).out

    @pytest.mark.parametrize("year", ["0", "-1", "1989", "2201", "99999999999"])
    def test_it_is_one_that_plans_can_have(self, folder: Path, year: str) -> None:
        assert f"El año {year} " in run(self.undated(folder), "--year", year).failure

    def test_a_documents_own_too(self, folder: Path) -> None:
        assert "El año 1950 " in run(written(folder, year=1950)).failure


class TestInstitution:
    def test_an_unknown_one_is_made_under_its_code(self, folder: Path) -> None:
        run(written(folder), institution="MML")
        assert Unit.objects.get(code="MML").name == "MML"

    def test_a_known_one_keeps_its_name(self, folder: Path) -> None:
        make.institution("SAT", "SAT LIMA")
        run(written(folder), "--institution-name", "Otro")
        assert Unit.objects.get(code="SAT").name == "SAT LIMA"

    def test_left_out_it_is_the_only_one_there_is(self, folder: Path) -> None:
        make.institution("SAT")
        assert run(written(folder), institution="").failure == ""
        assert Plan.objects.get().institution.code == "SAT"

    @pytest.mark.parametrize("codes", [[], ["SAT", "MML"]])
    def test_left_out_where_there_is_none_or_several_it_is_asked_for(self, folder: Path, codes: list[str]) -> None:
        for code in codes:
            make.institution(code)
        assert "--institution" in run(written(folder), institution="").failure
        assert not Plan.objects.exists()

    def test_a_second_one_has_a_plan_of_its_own(self, folder: Path) -> None:
        run(written(folder))
        ran = run(written(folder), institution="MML")
        assert (ran.changes["institution"], ran.changes["plan"], ran.changes["mef_activities"]) == (1, 1, 0)
        assert Activity.objects.filter(plan__institution__code="MML").count() == 3


class TestAgain:
    def test_kept_figures_are_told_and_overwriting_takes_them(self, folder: Path) -> None:
        made = rows()
        run(written(folder, made))
        activity, month = Activity.objects.get(code="A002"), self.reported_month("A002")
        old = Figure.objects.get(activity=activity).executed[month - 1]
        make.entry(activity, month, 777)
        kept = run(written(folder, made))
        [problem] = kept.report["summary"]["problems"]
        assert (problem["code"], problem["line"]) == ("kept_registered_figure", kept.report["rows"][1]["line"])
        assert "777" in kept.err
        assert kept.report["summary"]["result"] == "unchanged"
        taken = run(written(folder, made), "--overwrite")
        assert (taken.changes["entries_updated"], taken.report["summary"]["problems"]) == (1, [])
        assert Figure.objects.get(activity=activity).executed[month - 1] == old

    def reported_month(self, code: str) -> int:
        return int(ProgressEntry.objects.filter(activity__code=code).earliest("month").month)

    def test_each_import_is_one_change_set_that_says_who_and_why(self, folder: Path) -> None:
        run(written(folder))
        run(written(folder, rows(5), "poi-2.tsv"))
        first, second = ChangeSet.objects.order_by("position")
        assert (first.actor, first.cause) == ("command:import_poi", "Importación de poi.tsv")
        assert (second.actor, second.cause) == ("command:import_poi", "Importación de poi-2.tsv")
        assert first.known_from is not None
        assert second.known_from is None

    def test_the_resolution_is_that_of_the_version_it_makes(self, folder: Path) -> None:
        run(written(folder), "--resolution", "R-1")
        run(written(folder, rows(5)), "--resolution", "R-2")
        assert list(Plan.objects.get().versions.values_list("number", "resolution", "reason")) == [
            (1, "R-1", "importación"),
            (2, "R-2", "importación"),
        ]


class TestProcess:
    """As a process of its own, on the same database."""

    def run(self, *arguments: str | bytes) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", "import_poi", *arguments],
            cwd=settings.BASE_DIR,
            env={**os.environ, "DATABASE_URL": self.address(), "DJANGO_SETTINGS_MODULE": "poi_api.settings"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def address(self) -> str:
        values = {name: str(value) for name, value in connection_parameters().items()}
        host = values.get("host", "")
        connection.close()
        user = values.get("user", "") + (f":{values['password']}" if "password" in values else "")
        place = host.replace("/", "%2F") + (f":{values['port']}" if "port" in values else "")
        return f"postgresql://{user}@{place}/{values['dbname']}"

    def test_it_exits_with_0_also_where_names_are_not_utf_8(self, folder: Path) -> None:
        path = os.fsencode(folder) + b"/poi-\xff.tsv"
        Path(os.fsdecode(path)).write_bytes(document(Random(0), rows(), Style()))
        good = self.run(path, "--institution", "SAT", "--institution-name", b"A\xffB")
        assert (good.returncode, good.stderr) == (0, "")
        assert "Se importaron 3 actividades nuevas" in good.stdout
        assert Activity.objects.count() == 3
        assert (Import.objects.get().filename, Unit.objects.get(code="SAT").name) == ("poi-\ufffd.tsv", "A\ufffdB")

    def test_it_exits_with_1_without_a_trace(self, folder: Path) -> None:
        bad = self.run(str(folder / "nada.tsv"), "--institution", "SAT")
        assert bad.returncode == 1
        assert "No se puede leer" in bad.stderr
        assert "Traceback" not in bad.stderr


class TestFilesOfOptions:
    """Choices come as JSON in a file."""

    def test_what_was_renamed_is_chosen(self, folder: Path) -> None:
        run(written(folder))
        first = Activity.objects.get(code="A001")
        renamed = edited(written(folder), first.name, "OTRO NOMBRE")
        line = run(renamed, "--dry-run").report["summary"]["renames"][0]["candidates"][0]["line"]
        told = folder / "choices.json"
        told.write_text(f'{{"same": {{"{line}": {first.pk}}}}}')
        assert "(--choices)" in run(renamed, "--dry-run").err
        assert run(renamed, "--choices", str(told)).failure == ""
        assert (Activity.objects.count(), Activity.objects.get(pk=first.pk).name) == (3, "OTRO NOMBRE")

    @pytest.mark.parametrize("said", ["[]", "{", '{"zzz": {}}', '{"same": {"a": 1}}', '{"readings": {"3": null}}'])
    def test_what_is_no_choice_is_said(self, folder: Path, said: str) -> None:
        told = folder / "choices.json"
        told.write_text(said)
        assert str(told) in run(written(folder), "--choices", str(told)).failure
        assert nothing_is_written()

    def test_a_draft_says_what_was_left_out(self, folder: Path) -> None:
        ran = run(written(folder), "--draft")
        assert "El plan es un borrador: 36 cifras ejecutadas quedaron fuera." in ran.err
        assert ran.changes["executed_left_out"] == 36

    def test_no_bar_is_drawn_in_a_pipe(self, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
        run(written(folder))
        assert capfd.readouterr() == ("", "")
