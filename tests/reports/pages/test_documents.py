"""The official document on a page, as it prints, and what is published of it."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from activities.choices import PlanStatus
from reports.execution.query import ExecutionQuery
from reports.models import Publication
from reports.pages.publication_words import parameters_in_words
from tests import factories as make
from tests.made_once import as_made
from tests.pages_kit import Opened, Visit, visit
from units.choices import Role
from units.models import Unit

pytestmark = pytest.mark.django_db
TITLE = "PLAN OPERATIVO INSTITUCIONAL 2022 – EJECUCIÓN AL {} TRIMESTRE"
_FORM = {"institution": "SAT", "year": "2022", "through": "4", "audience": "members"}


@pytest.fixture(scope="module")
def made(module_transaction: None) -> SimpleNamespace:
    """A year that is over: an activity that was reported whole, and a draft of the next year."""
    sat = make.institution("SAT", "SAT LIMA")
    unit = make.unit(sat, "U1", "PLANIFICACIÓN")
    plan, draft = make.plan(sat, 2022), make.plan(sat, 2023, PlanStatus.DRAFT)
    activity = make.activity(plan, unit, code="A001", name="ACTAS", programmed=[1000] + [1] * 11)
    for month in range(1, 13):
        make.entry(activity, month, executed=2)
    make.activity(draft, unit, code="A001", name="ACTAS")
    make.settle()
    return SimpleNamespace(sat=sat, unit=unit, plan=plan, draft=draft, activity=activity)


@pytest.fixture
def world(made: SimpleNamespace) -> SimpleNamespace:
    return as_made(made)


@pytest.fixture
def sat(world: SimpleNamespace) -> Any:
    return world.sat


@pytest.fixture
def office(sat: Unit) -> Visit:
    return visit(make.person(Role.PLANNER, sat))


@pytest.fixture
def reader(sat: Unit) -> Visit:
    return visit(make.person(Role.READER, sat))


def published(office: Visit, **typed: Any) -> Opened:
    return office.send("/documentos/publicar/", {**_FORM, **typed}, follow=True)


def address(page: Opened) -> str:
    return str(page.answer.request["PATH_INFO"])


def test_it_is_shown_as_it_prints(world: SimpleNamespace, reader: Visit) -> None:
    page = reader.open("/documentos/")
    assert page.texts("//main//h2") == [TITLE.format("IV")]
    titles = page.texts("//thead//th")
    assert titles[:5] == [
        "ÓRGANO/UNIDAD ORGÁNICA", "ACTIVIDAD MEF", "ACTIVIDAD POI", "UNIDAD DE MEDIDA", "META",
    ]  # fmt: skip
    assert titles[5:11] == ["PROGRAMADO", "EJECUTADO", "I TRIMESTRE", "II TRIMESTRE", "III TRIMESTRE", "IV TRIMESTRE"]
    row, total = page.rows()
    assert (row[0], row[2], row[4:7], row[-2:]) == ("PLANIFICACIÓN", "ACTAS", ["1,011", "1,000", "1"], ["3", "6"])
    assert (total[0], total[1], len(row), len(total)) == ("TOTAL", "1,011", 37, 34)
    assert "Fuente: Módulo de Control de la Gestión al" in page.text
    assert "Publicar" not in page.links()


def test_of_versions_those_that_stand_are_offered(world: SimpleNamespace, reader: Visit) -> None:
    make.approval_withdrawal(world.plan.versions.get())
    make.version(world.plan, 1, "R.J. 2")
    make.version(world.plan, 2, "R.J. 3")
    make.settle()
    offered = reader.open("/documentos/").texts("//select[@id='version']/option")
    assert offered == ["Vigente", "1 · R.J. 2", "2 · R.J. 3"]


def test_a_draft_is_for_who_plans_it_until_another_audience_is_chosen(world: SimpleNamespace, office: Visit) -> None:
    for asked, audience in (({}, "members"), ({"draft": "true", "year": 2023}, "planners")):
        assert office.open("/documentos/publicar/", **asked).values()["audience"] == audience


def test_after_its_quarter_nothing_was_executed(world: SimpleNamespace, reader: Visit) -> None:
    page = reader.open("/documentos/", year=2022, through=1)
    assert page.texts("//main//h2") == [TITLE.format("I")]
    assert page.rows()[0][17:22] == ["2", "2", "2", "", ""]
    files = page.links("//*[@class='downloads']//a")
    assert files["PDF"] == "/api/v1/reports/poi/?institution=SAT&year=2022&through=1&format=pdf"
    assert set(files) == {"PDF", "XLSX", "CSV"}


def test_a_version_and_a_day_can_be_asked_for(world: SimpleNamespace, reader: Visit) -> None:
    make.version(world.plan, number=2)
    make.target(world.activity, [5] * 12, version=2)
    make.settle()
    assert reader.open("/documentos/", year=2022).rows()[0][4] == "60"
    former = reader.open("/documentos/", year=2022, version=1)
    assert former.rows()[0][4] == "1,011"
    assert "version=1" in former.links("//*[@class='downloads']//a")["PDF"]
    assert reader.open("/documentos/", year=2022, as_of="2020-01-01").texts("//main//h2") == [TITLE.format("IV")]
    assert reader.open("/documentos/", year=2022, version=9).status == 400


def test_a_draft_says_that_it_is_one_to_who_plans_it(world: SimpleNamespace, office: Visit, reader: Visit) -> None:
    page = office.open("/documentos/", year=2023)
    assert page.texts("//main//h2")[0].endswith("PROYECTO")
    assert "draft=true" in page.links("//*[@class='downloads']//a")["PDF"]
    assert "2023" in page.texts("//select[@name='year']/option")
    assert page.texts("//select[@name='version']") == []
    assert reader.open("/documentos/").texts("//select[@name='year']/option") == ["2022"]
    assert reader.open("/documentos/", year=2023).status == 200
    assert "ACTAS" not in reader.open("/documentos/", year=2023, institution="SAT").text


def test_rows_are_shown_in_pages_with_as_many_questions(world: SimpleNamespace, reader: Visit) -> None:
    def questions() -> int:
        reader.open("/documentos/")
        with CaptureQueriesContext(connection) as asked:
            reader.open("/documentos/")
        return len(asked)

    few = questions()
    for number in range(2, 62):
        make.activity(world.plan, world.unit, code=f"A{number:03}", name=f"ACTAS {number:03}")
    make.settle()
    assert questions() == few
    first, second = reader.open("/documentos/"), reader.open("/documentos/", page=2)
    assert (len(first.rows()), len(second.rows())) == (51, 12)
    assert first.rows()[-1] == second.rows()[-1]
    assert len(first.answer.content) < 150_000


def test_a_year_without_a_plan_leads_on_to_one_with_it(world: SimpleNamespace, reader: Visit) -> None:
    page = reader.open("/documentos/", year=1999)
    assert "No hay un plan de 1999 que usted pueda ver" in page.text
    assert page.links()["Ver el último documento"] == "/documentos/"
    for institution in ("SAT", "NADIE"):
        page = reader.open("/documentos/", year=2023, institution=institution)
        assert "No hay un plan de 2023 que usted pueda ver así. Hay de 2022." in page.text
        assert page.links()["2022"] == "/documentos/?year=2022"
        assert page.rows() == []


def test_who_sees_no_plan_is_told_so() -> None:
    reader = visit(make.person(Role.READER, make.institution()))
    assert "Aún no hay un plan aprobado" in reader.open("/documentos/").text


def test_it_is_published_and_stays_as_it_was(world: SimpleNamespace, office: Visit, reader: Visit) -> None:
    link = office.open("/documentos/", year=2022, through=4).links()["Publicar"]
    assert link == "/documentos/publicar/?institution=SAT&year=2022&through=4"
    values = office.open(link).values()
    assert {name: values[name] for name in _FORM} == _FORM
    page = published(office, title="POI 2022")
    assert (page.heading, page.messages()) == ("POI 2022", ["Quedó publicado."])
    said = dict(zip(page.texts("//dt"), page.texts("//dd"), strict=True))
    assert (said["Hasta"], said["Año"], said["La ven"]) == ("IV trimestre", "2022", "Quienes ven toda la institución")
    make.entry(world.activity, 12, executed=9)
    make.entry(world.activity, 11, executed=0)
    make.settle()
    seen = reader.open(address(page))
    assert seen.rows()[0][28] == "2"
    assert set(seen.links("//section[h2='Archivos']//a")) == {"CSV", "JSON", "PDF", "XLSX"}
    pdf = reader.client.get(seen.links("//section[h2='Archivos']//a")["PDF"])
    assert pdf.content[:4] == b"%PDF"
    compared = reader.open(f"{address(page)}comparar/")
    rows = compared.rows("//table[thead/tr/th='Fila']")
    for row in (["Ejecutado DIC", "2", "9"], ["Ejecutado NOV", "2", "0"], ["Trimestre 4, ejecutado", "6", "11"]):
        assert ["", *row] in rows
    make.activity(world.plan, world.activity.unit, measurement_unit=make.measurement_unit("UM", "INFORMES"))
    make.settle()
    apart = {row[0]: row[1:] for row in reader.open(f"{address(page)}comparar/").rows("(//table)[1]")}
    start = "TOTAL, a la fecha, en {}, programado"
    measured = [apart[start.format(name)] for name in (world.activity.measurement_unit.name, "INFORMES")]
    assert measured == [["—", "1,011"], ["—", "24"]]
    assert not [place for place in apart if place.endswith((" id", " nombre"))]
    assert {row[3][-2:] for row in rows if row[1:] and row[1].endswith("avance")} == {" %"}
    assert set(compared.links()) >= {"CSV", "XLSX"}
    assert [row[0] for row in reader.open("/documentos/publicaciones/").rows()] == ["POI 2022"]


def test_each_of_the_list_says_of_which_year_and_quarter_it_is(
    world: SimpleNamespace, office: Visit, reader: Visit
) -> None:
    for through in ("4", "1"):
        published(office, through=through)
    told = [row[1] for row in reader.open("/documentos/publicaciones/").rows()]
    assert [("Año: 2022" in said, said.partition("Hasta: ")[2]) for said in told] == [
        (True, "I trimestre"),
        (True, "IV trimestre"),
    ]


def test_what_did_not_change_is_said(world: SimpleNamespace, office: Visit) -> None:
    page = published(office)
    assert "Hoy diría lo mismo: 1 fila sin cambios." in office.open(f"{address(page)}comparar/").text


def test_what_is_wrong_is_said_at_its_field(world: SimpleNamespace, office: Visit) -> None:
    page = published(office, version="9", title="POI")
    assert (page.status, list(page.errors()), page.values()["title"]) == (400, ["version"], "POI")
    draft = published(office, year="2023", draft="on")
    assert (draft.status, list(draft.errors())) == (400, ["audience"])
    assert published(office, year="2023", draft="on", audience="planners").messages() == ["Quedó publicado."]


def test_it_is_published_as_it_was_known_on_a_day(world: SimpleNamespace, office: Visit) -> None:
    today = timezone.localdate()
    page = published(office, as_of=today.isoformat(), version="1")
    said = dict(zip(page.texts("//dt"), page.texts("//dd"), strict=True))
    assert (said["Como se sabía el"], said["Versión"]) == (f"{today:%d/%m/%Y}", "1")


def test_all_that_a_report_may_be_asked_is_called_by_its_name() -> None:
    names = {*ExecutionQuery().get_fields()} - {"raw", "limit", "offset", "page", "fields"}  # of a page or a file
    said = parameters_in_words("execution", {name: ["x"] for name in names})
    assert [name for name, _ in said if name in names] == []


def test_publishing_is_offered_to_who_may(world: SimpleNamespace, office: Visit) -> None:
    below = visit(make.person(Role.PLANNER, world.unit))
    assert below.open("/documentos/publicar/").status == 403
    for planner, is_offered in ((below, False), (office, True)):
        assert ("Publicar" in planner.open("/documentos/publicaciones/").links()) is is_offered


def test_what_is_for_planners_readers_do_not_see(world: SimpleNamespace, office: Visit, reader: Visit) -> None:
    page = published(office, audience="planners")
    assert reader.open(address(page)).status == 404
    assert reader.open("/documentos/publicaciones/").rows() == []


def test_it_is_withdrawn_with_a_reason(world: SimpleNamespace, office: Visit, reader: Visit) -> None:
    path = address(published(office))
    assert office.send(f"{path}retirar/", {"reason": " "}).errors().keys() == {"reason"}
    page = office.send(f"{path}retirar/", {"reason": "Cifras de otro año"}, follow=True)
    assert "Cifras de otro año" in page.text
    assert "Retirar" not in page.links()
    again = office.send(f"{path}retirar/", {"reason": "Otra vez"})
    assert (again.status, again.values()["reason"].strip()) == (409, "Otra vez")
    assert "Retirada" in reader.open("/documentos/publicaciones/").rows()[0][0]
    assert reader.open(path).rows()
    assert reader.open(f"{path}retirar/").status == 403


@pytest.mark.parametrize(
    ("report", "title", "more", "told"),
    [
        ("matrix", "Matriz del plan", {}, {}),
        ("execution", "Ejecución", {"group_by": "unit", "through": "6"}, {"Por": "Unidad", "Hasta": "Junio"}),
        ("completeness", "Cumplimiento de los reportes", {"through": "12"}, {"Hasta": "Diciembre"}),
    ],
)
def test_every_report_is_published_compared_and_withdrawn(
    world: SimpleNamespace, office: Visit, report: str, title: str, more: dict[str, str], told: dict[str, str]
) -> None:
    path = f"/documentos/publicar/?report={report}"
    assert title in office.open(path).texts("//ul[@class='tabs']//a[@aria-current]")
    assert set(office.open(path).values()) >= {"institution", "year", *more}
    page = office.send(path, {"institution": "SAT", "year": "2022", "audience": "members", **more}, follow=True)
    assert (page.heading, page.messages()) == (f"{title}, {world.plan.institution.name}", ["Quedó publicado."])
    said = dict(zip(page.texts("//dt"), page.texts("//dd"), strict=True))
    assert told.items() <= said.items()
    assert set(page.links("//section[h2='Archivos']//a")) == {"CSV", "JSON", "XLSX"}
    assert "Hoy diría lo mismo" in office.open(f"{address(page)}comparar/").text
    make.entry(world.activity, 1, executed=9)
    make.entry(make.activity(world.plan, world.activity.unit), 1)
    make.settle()
    assert "sin cambios" in office.open(f"{address(page)}comparar/").text
    withdrawn = office.send(f"{address(page)}retirar/", {"reason": "Otro año"}, follow=True)
    assert "Otro año" in withdrawn.text


def test_a_report_that_cannot_be_published_is_the_official_document(world: SimpleNamespace, office: Visit) -> None:
    page = office.open("/documentos/publicar/?report=alerts")
    assert page.texts("//ul[@class='tabs']//a[@aria-current]") == ["Documento oficial"]


def test_another_report_is_read_in_its_files(sat: Unit, office: Visit) -> None:
    made: Publication = make.publication(sat)
    assert "Lo publicado se lee en sus archivos." in office.open(f"/documentos/publicaciones/{made.pk}/").text
