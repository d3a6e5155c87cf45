"""Documents on pages: handed in, refused with what to mend, looked at row by row, chosen, applied, undone."""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.models import Activity, AppliedRow, Import, ImportApplication, Plan
from activities.pages.imports_words import in_words_of
from tests import factories as make
from tests.activities.document.generator import Style
from tests.activities.document.generator import document as generated
from tests.activities.importing.importing import edited, rows, written
from tests.activities.importing.test_import_doubts import inferred
from tests.in_one_state import for_each
from tests.pages_kit import LARGEST, Opened, Visit, visit
from units.choices import Role
from units.models import Unit

pytestmark = pytest.mark.django_db
NEW = "/importaciones/nueva/"


@pytest.fixture
def content(tmp_path: Path) -> bytes:
    return written(tmp_path).read_bytes()


def handed_in(person: Visit, content: bytes, name: str = "poi.tsv", **typed: Any) -> Opened:
    return person.send(NEW, {"file": SimpleUploadedFile(name, content), "institution": "SAT", **typed}, follow=True)


def odd_titles(folder: Path) -> bytes:
    """Return a document with three titles that nobody knows."""
    path = written(folder)
    for old, new in (("ACTIVIDAD MEF", "PARTIDA"), ("ACTIVIDAD POI", "LABOR"), ("UNIDAD DE MEDIDA", "CUENTA")):
        path = edited(path, old, new)
    return path.read_bytes()


def address(page: Opened) -> str:
    """Return where a page that was led to is."""
    return str(page.answer.request["PATH_INFO"])


def test_an_institution_that_it_makes_is_called_by_its_name(sat: Unit, content: bytes) -> None:
    planner = visit(make.person(Role.PLANNER))
    typed = {"institution": "MML", "institution_name": "MUNICIPALIDAD DE LIMA"}
    document = address(handed_in(planner, content, **typed))
    for page in (document, f"{document}aplicar/", "/importaciones/"):
        assert "MUNICIPALIDAD DE LIMA" in planner.open(page).text, page
    assert planner.send(f"{document}aplicar/").status == 302
    Unit.objects.filter(code="MML").update(name="MUNICIPALIDAD METROPOLITANA")
    assert "· MUNICIPALIDAD METROPOLITANA ·" in planner.open(document).text


def test_a_document_is_stored_and_shown_with_its_diagnosis(office: Visit, content: bytes) -> None:
    assert office.open(NEW).values()["institution"] == "SAT"
    assert visit(make.person(Role.PLANNER)).open(NEW).values()["institution"] == "SAT"  # the only one that there is
    page = handed_in(office, content, 'plan «2024» "ñ".tsv')
    assert page.heading == 'plan «2024» "ñ".tsv Guardada'
    assert "Actividades nuevas3" in page.text
    assert [row[2] for row in page.rows()] == ["Exacta"] * 3
    assert bytes(Import.objects.get().content) == content
    assert not Plan.objects.exists()
    original = office.client.get(page.links()["Archivo original"])
    assert (original.content, original["Content-Disposition"][:10]) == (content, "attachment")
    listed = office.open("/importaciones/")
    assert [row[1:5] for row in listed.rows()] == [["2024", "SAT LIMA", "05/01/2025", "Guardada"]]
    assert office.open("/importaciones/", status="applied").rows() == []


def test_what_people_reported_otherwise_is_told_in_the_words_of_the_form(office: Visit, content: bytes) -> None:
    document = address(handed_in(office, content))
    office.send(f"{document}aplicar/")
    for activity in Activity.objects.all():
        make.entry(activity, 1, executed=999)
    make.settle()
    [first, *_] = handed_in(office, content, "otra.tsv").texts("//li[contains(., '999')]")
    assert "ya tiene registrado 999" in first
    assert "overwrite" not in first
    assert "(vale el documento con «Reemplazar lo que las personas registraron»)" in first


def test_terms_are_handed_on(office: Visit, content: bytes) -> None:
    page = handed_in(office, content, year="2031", draft="on", strict="on", overwrite="on", resolution="RJ 1")
    source = Import.objects.get()
    assert source.year == 2031
    said = {name: source.options[name] for name in ("draft", "strict", "overwrite", "resolution")}
    assert said == {"draft": True, "strict": True, "overwrite": True, "resolution": "RJ 1"}
    assert "Hace un borrador. Deja fuera las filas inferidas. Reemplaza lo que las personas registraron." in page.text


def test_a_refused_file_says_where_and_what_to_mend(office: Visit, tmp_path: Path) -> None:
    broken = edited(written(tmp_path), rows()[1].names[2], " ").read_bytes()
    page = handed_in(office, broken, year="2024", resolution="RJ 7")
    assert page.status == 400
    assert "elíjalo otra vez" in page.errors()[""]
    assert page.rows(), page.text
    assert (page.values()["year"], page.values()["resolution"]) == ("2024", "RJ 7")
    assert not Import.objects.exists()


@pytest.mark.parametrize(("sent", "field"), [({"file": ""}, ""), ({"institution": ""}, "institution")])
def test_what_is_missing_is_said(office: Visit, content: bytes, sent: dict[str, str], field: str) -> None:
    page = handed_in(office, content, **sent)
    assert (page.status, set(page.errors())) == (400, {field})


def test_titles_that_nobody_knows_are_asked_for_and_kept_under_a_name(office: Visit, tmp_path: Path) -> None:
    odd = odd_titles(tmp_path)
    asked = handed_in(office, odd)
    assert asked.status == 400
    titles = asked.document.xpath("//input[@name='title']/@value")
    assert titles == ["PARTIDA", "LABOR", "CUENTA", "META", "", ""]
    said: dict[str, Any] = {
        "title": ["PARTIDA", "LABOR", "CUENTA", ""],
        "meaning": ["mef_activity", "activity", "measurement_unit", ""],
        "layout": "Labores",
    }
    page = handed_in(office, odd, **said)
    assert "«LABOR»Actividad POI" in page.text
    again = handed_in(office, odd, layout="Labores")
    assert again.heading == "poi.tsv Guardada"


def test_meanings_that_were_chosen_stay_with_a_refusal(office: Visit, tmp_path: Path) -> None:
    odd = odd_titles(tmp_path)
    page = handed_in(office, odd, title=["OTRO", ""], meaning=["unit", ""])
    assert page.status == 400
    chosen = page.document.xpath("//select[@name='meaning']")[0]
    assert chosen.value == "unit"


def test_with_htmx_the_page_is_led_on_by_a_header(office: Visit, content: bytes) -> None:
    form = {"file": SimpleUploadedFile("poi.tsv", content), "institution": "SAT"}
    answer = office.client.post(NEW, form, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (200, f"/importaciones/{Import.objects.get().pk}/")


def test_it_is_applied_and_undone_with_a_reason(office: Visit, content: bytes) -> None:
    path = address(handed_in(office, content))
    applied = office.send(f"{path}aplicar/", {}, follow=True)
    assert applied.messages() == ["Se escribieron las cifras del documento."]
    assert "Aplicada" in applied.heading
    assert Activity.objects.count() == 3
    assert "A001" in applied.links()
    again = office.send(f"{path}aplicar/", {})
    assert (again.status, "ya se aplicó" in again.text) == (409, True)
    assert office.send(f"{path}deshacer/", {"reason": " "}).errors().keys() == {"reason"}
    undone = office.send(f"{path}deshacer/", {"reason": "Otro año"}, follow=True)
    assert "Deshecha" in undone.heading
    assert "Otro año" in undone.text
    late = office.send(f"{path}deshacer/", {"reason": "Otra vez"})
    assert (late.status, late.values()["reason"].strip()) == (409, "Otra vez")


def test_a_reading_is_chosen(office: Visit, tmp_path: Path) -> None:
    page = handed_in(office, inferred(tmp_path).read_bytes())
    [noted] = office.open(address(page), lectura="noted").rows()
    assert noted[2] == "Inferida"
    choosing = office.open(f"{address(page)}aplicar/")
    [field] = [name for name in choosing.values() if name.startswith("reading-")]
    assert choosing.values()[field] == "-"
    wrong = office.send(f"{address(page)}aplicar/", {field: "99"})
    assert (wrong.status, "lecturas que no hay" in wrong.text) == (400, True)
    assert office.send(f"{address(page)}aplicar/", {field: "9" * 5000}).status == 400
    applied = office.send(f"{address(page)}aplicar/", {field: "1"}, follow=True)
    assert "lectura 1" in applied.text
    assert AppliedRow.objects.get(reading=1).doubts == []


def test_what_was_chosen_stays_while_pages_are_turned(office: Visit, tmp_path: Path) -> None:
    page = handed_in(office, inferred(tmp_path).read_bytes())
    line = Import.objects.get().rows.get(status="inferred").line
    turned = office.send(f"{address(page)}aplicar/", {f"reading-{line}": "1", "reading-99": "2", "page": "1"})
    assert (turned.status, ImportApplication.objects.exists()) == (200, False)
    values = turned.values()
    assert (values[f"reading-{line}"], values["reading-99"]) == ("1", "2")


def test_a_new_name_is_that_of_an_activity_or_another_one(office: Visit, content: bytes, tmp_path: Path) -> None:
    first = handed_in(office, content)
    office.send(f"{address(first)}aplicar/", {})
    old = Activity.objects.get(code="A001")
    renamed = edited(tmp_path / "poi.tsv", rows()[0].names[2], "NOMBRE NUEVO").read_bytes()
    page = handed_in(office, renamed)
    assert f"{old.name}" in page.text
    assert "NOMBRE NUEVO" in page.text
    choosing = office.open(f"{address(page)}aplicar/")
    [field] = [name for name in choosing.values() if name.startswith("same-")]
    office.send(f"{address(page)}aplicar/", {field: str(old.pk)})
    old.refresh_from_db()
    assert (old.name, Activity.objects.count()) == ("NOMBRE NUEVO", 3)


def test_only_who_plans_for_the_institution_opens_it(sat: Unit, unit: Unit, office: Visit, content: bytes) -> None:
    path = address(handed_in(office, content))
    expected = ((Role.REVIEWER, sat, 403), (Role.PLANNER, unit, 404), (Role.PLANNER, make.institution(), 404))
    for role, where, status in expected:
        other = visit(make.person(role, where))
        assert [other.open(f"{path}{act}").status for act in ("", "aplicar/", "deshacer/")] == [status] * 3
        assert other.send(f"{path}aplicar/", {}).status == status
    below = visit(make.person(Role.PLANNER, unit))
    assert handed_in(below, content).status == 403
    for planner, is_offered in ((below, False), (office, True), (visit(make.person(Role.PLANNER)), True)):
        assert ("Subir un documento" in planner.open("/importaciones/").links()) is is_offered


def test_rows_are_shown_in_pages_with_as_many_questions(office: Visit, queries: Callable[[str], int]) -> None:
    few, many = (handed_in(office, made) for made in (document(3), document(60)))
    assert queries(address(few)) == queries(address(many))
    page = office.open(address(many), page="2")
    assert (len(page.rows()), page.texts("//*[@class='pager']/span")) == (10, ["10 de 60 filas"])
    assert page.loaded() < LARGEST


def test_a_page_beyond_the_last_is_the_last(office: Visit) -> None:
    path = address(handed_in(office, document(60)))
    assert office.open(path, page="9").rows() == office.open(path, page="2").rows()
    assert len(office.open(path, page="x").rows()) == 50


def test_rows_are_chosen_by_what_was_noted(office: Visit, tmp_path: Path) -> None:
    path = address(handed_in(office, inferred(tmp_path).read_bytes()))
    tabs = office.open(path).links("//ul[@class='tabs']//a")
    for kind in ("noted", "to_choose", "inferred", "exact"):
        [count] = [text.rpartition("(")[2].rstrip(")") for text, link in tabs.items() if link == f"?lectura={kind}"]
        assert len(office.open(path, lectura=kind).rows()) == int(count) > 0


def test_a_refusal_speaks_of_the_fields_of_the_page(office: Visit, tmp_path: Path) -> None:
    page = handed_in(office, odd_titles(tmp_path))
    assert "en «Qué es cada columna», más abajo" in page.text
    assert "«columns»" not in page.text
    assert "TÍTULO=" not in page.text


@for_each(
    ("said", "shown"),
    [
        ("indíquelo con «year».", "indíquelo en «Año»."),
        ("son inferidas y «strict» las deja fuera", "son inferidas y «Sin dudas» las deja fuera"),
        ("la hoja «POI» y «other»", "la hoja «POI» y «other»"),
        ("cuál es con «columns» 'TÍTULO=activity'", "cuál es en «Qué es cada columna», más abajo"),
    ],
)
def test_members_become_fields(said: str, shown: str) -> None:
    assert in_words_of(said, {"year": "Año", "strict": "Sin dudas"}) == shown


@pytest.fixture
def queries(office: Visit) -> Callable[[str], int]:
    """How many questions a page asks the database, when it is not opened for the first time."""

    def count(path: str) -> int:
        office.open(path)
        with CaptureQueriesContext(connection) as asked:
            assert office.open(path).status == 200
        return len(asked)

    return count


def document(count: int) -> bytes:
    return generated(Random(count), rows(count), Style(), 2024)
