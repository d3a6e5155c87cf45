"""Activities on pages: one is found in a list, its page tells what is known of it, a draft's are edited."""

import pytest

from activities.choices import Accumulation
from activities.models import Activity, Plan
from activities.models.classification import Classifier
from tests import factories as make
from tests import many
from tests.in_one_state import for_each
from tests.pages_kit import LARGEST, Opened, visit
from units.choices import Role
from units.models import Unit

pytestmark = pytest.mark.django_db
LIST = "/actividades/"


@pytest.fixture
def found(plan: Plan, unit: Unit, sat: Unit) -> None:
    """Three activities, each found by something else."""
    mef, measure = make.mef_activity("M01", "GESTIÓN"), make.measurement_unit("UM01", "INFORMES")
    finance = make.unit(sat, "U2", "FINANZAS")
    make.activity(plan, unit, code="A001", name="Difusión de normas", mef_activity=mef)
    make.activity(plan, finance, code="A002", name="Cobranza", measurement_unit=measure)
    make.activity(make.plan(sat, 2021), unit, code="A003", name="Archivo")


def codes(page: Opened) -> list[str]:
    assert page.status == 200
    return [row[0] for row in page.rows()]


@for_each(
    ("asked", "expected"),
    [
        ({}, ["A001", "A002"]),
        ({"year": ""}, ["A003", "A001", "A002"]),
        ({"year": "2021"}, ["A003"]),
        ({"search": "difusion"}, ["A001"]),
        ({"search": "a002"}, ["A002"]),
        ({"search": "planificacion"}, ["A001"]),
        ({"within": "U2"}, ["A002"]),
        ({"mef_activity": "M01"}, ["A001"]),
        ({"measurement_unit": "UM01"}, ["A002"]),
        ({"search": "nada"}, []),
    ],
)
def test_an_activity_is_found(found: None, sat: Unit, asked: dict[str, str], expected: list[str]) -> None:
    """Without a year the latest is meant, as long as this one has no plan."""
    page = visit(make.person(Role.READER, sat)).open(LIST, **asked)
    assert sorted(codes(page)) == sorted(expected)


def test_filters_are_kept_and_told_to_files(found: None, sat: Unit) -> None:
    page = visit(make.person(Role.READER, sat)).open(LIST, within="U2", year="2022")
    assert page.document.xpath("//option[@selected]/@value") == ["2022", "U2", "", ""]
    files = page.document.xpath("//*[@class='downloads']/a[text()='CSV']/@href")
    assert files == [f"/api/v1/{path}/?year=2022&within=U2&format=csv" for path in ("reports/matrix", "activities")]


def test_a_unit_sees_its_own(found: None, unit: Unit) -> None:
    assert codes(visit(make.person(Role.REPORTER, unit)).open(LIST)) == ["A001"]


def test_a_filter_that_names_nothing_is_refused_in_words(sat: Unit) -> None:
    page = visit(make.person(Role.READER, sat)).open(LIST, within="NADA")
    assert page.status == 400
    assert "NADA" in page.text


@for_each("count", [3, 120])
def test_a_list_takes_as_many_queries_however_long_it_is(
    django_assert_num_queries: object, plan: Plan, sat: Unit, count: int
) -> None:
    many.activities(plan, {f"A{number:03}": f"Actividad {number}" for number in range(count)})
    reader = visit(make.person(Role.READER, sat))
    with django_assert_num_queries(QUERIES):  # type: ignore[operator]
        page = reader.open(LIST)
    assert page.loaded() < LARGEST


QUERIES = 25


def test_a_page_tells_what_is_known_of_an_activity(sat: Unit, plan: Plan, unit: Unit) -> None:
    activity = make.activity(plan, unit, code="A001", name="Informes", accumulation=Accumulation.LAST)
    make.entry(activity, 3, 1, reason="Huelga")
    page = visit(make.person(Role.READER, sat)).open(f"{LIST}{activity.pk}/")
    assert page.heading == "A001 · Informes"
    assert page.rows("(//table)[1]")[2] == ["MAR", "2", "1", "Aceptado", "—", "Huelga", "—"]
    assert page.rows("(//table)[2]")[0][:3] == ["1", "2", "2"]
    assert "Último" in page.text
    assert page.links("//main//*[@class='actions']//a") == {"Su historia": f"/auditoria/?object=activity:{activity.pk}"}


def test_what_may_be_done_is_offered_to_who_may(sat: Unit, plan: Plan, draft: Plan, unit: Unit) -> None:
    approved, drafted = make.activity(plan, unit), make.activity(draft, unit)
    for role, where, of_approved, of_draft in (
        (Role.PLANNER, sat, ["Cambiar en una versión nueva", "Corregir nombre y clasificación"], 3),
        (Role.PLANNER, unit, ["Corregir nombre y clasificación"], 3),
        (Role.REVIEWER, sat, [], 0),
    ):
        visitor = visit(make.person(role, where))
        acts = "//main//*[@class='actions']//a"
        assert list(visitor.open(f"{LIST}{approved.pk}/").links(acts)) == [*of_approved, "Su historia"]
        assert len(visitor.open(f"{LIST}{drafted.pk}/").links(acts)) == of_draft + 1


def test_an_activity_of_others_is_not_there(unit: Unit) -> None:
    other = make.activity()
    visitor = visit(make.person(Role.PLANNER, unit))
    for path in ("", "cambiar/", "descartar/"):
        assert visitor.open(f"{LIST}{other.pk}/{path}").status == 404


def test_a_planner_of_the_unit_adds_an_activity_to_a_draft(draft: Plan, unit: Unit) -> None:
    make.mef_activity("M01"), make.measurement_unit("UM01")
    visitor = visit(make.person(Role.PLANNER, unit))
    address = f"/planes/{draft.pk}/actividades/nueva/"
    typed = {"name": "Actas", "unit": "U1", "mef_activity": "M01", "measurement_unit": "UM01", "accumulation": "sum"}
    page = visitor.send(address, typed, follow=True)
    assert page.messages() == ["Se agregó la actividad A001: escriba sus doce metas."]
    again = visitor.send(address, {**typed, "name": "ACTAS", "code": "B1"})
    assert (again.status, list(again.errors()), again.values()["code"]) == (409, ["name"], "B1")


def test_an_activity_of_a_draft_is_changed_and_taken_away(draft: Plan, unit: Unit) -> None:
    activity = make.activity(draft, unit, code="A1", name="Actas")
    visitor = visit(make.person(Role.PLANNER, unit))
    address = f"{LIST}{activity.pk}/cambiar/"
    values = visitor.open(address).values()
    assert visitor.send(address, {**values, "accumulation": "last"}).leads_to == f"{LIST}{activity.pk}/"
    assert visitor.send(address, {**values, "accumulation": "average"}).status == 412
    activity.refresh_from_db()
    assert activity.accumulation == Accumulation.LAST
    page = visitor.send(f"{LIST}{activity.pk}/descartar/", {"reason": "Repetida"}, follow=True)
    assert page.messages() == ["Se descartó la actividad A1."]
    assert not Activity.objects.exists()


def test_of_an_approved_plan_only_the_name_and_the_classification_are_changed(plan: Plan, unit: Unit) -> None:
    activity = make.activity(plan, unit, code="A1", name="Actas")
    visitor = visit(make.person(Role.PLANNER, unit))
    address = f"{LIST}{activity.pk}/cambiar/"
    said = {f"{thing}_{part}" for thing in Classifier.values for part in ("code", "name")}
    fields = visitor.open(address).document.xpath("//main//form//@name")
    assert set(fields) == {"csrfmiddlewaretoken", "name", "etag"} | said
    assert visitor.send(address, {"name": "Actas y acuerdos"}).status == 302
    activity.refresh_from_db()
    assert activity.name == "Actas y acuerdos"


def test_an_activity_is_classified_by_codes_with_their_names(draft: Plan, unit: Unit) -> None:
    activity = make.activity(draft, unit, classified={"oei": ("OEI.01", "Mejorar"), "prioridad": ("1", "Alta")})
    visitor = visit(make.person(Role.PLANNER, unit))
    address = f"{LIST}{activity.pk}/cambiar/"
    values = visitor.open(address).values()
    assert [values[f"oei_{part}"] for part in ("code", "name")] == ["OEI.01", "Mejorar"]
    for said, missing in (("aei_code", "aei_name"), ("aei_name", "aei_code")):
        half = visitor.send(address, {**values, said: "AEI.01.02"})
        assert (half.status, list(half.errors()), half.values()[said]) == (400, [missing], "AEI.01.02")
    typed = {**values, "aei_code": "AEI.01.02", "aei_name": "Informes", "prioridad_code": "", "prioridad_name": ""}
    assert visitor.send(address, typed).status == 302
    activity.refresh_from_db()
    assert {thing: said["code"] for thing, said in activity.classification.items()} == {
        "oei": "OEI.01", "aei": "AEI.01.02"}  # fmt: skip
    named = {name: getattr(activity, name).code for name in ("unit", "mef_activity", "measurement_unit")}
    new = {**named, "name": "Otra", "accumulation": "sum", "producto_code": "3", "producto_name": "Sin producto"}
    assert visitor.send(f"/planes/{draft.pk}/actividades/nueva/", new).status == 302
    assert Activity.objects.get(name="Otra").classification == {"producto": {"code": "3", "name": "Sin producto"}}


def test_who_does_not_plan_for_the_unit_changes_nothing(sat: Unit, draft: Plan, unit: Unit) -> None:
    activity = make.activity(draft, unit)
    visitor = visit(make.person(Role.REVIEWER, sat))
    for path in ("cambiar/", "descartar/"):
        assert visitor.open(f"{LIST}{activity.pk}/{path}").status == 403
        assert visitor.send(f"{LIST}{activity.pk}/{path}", {"name": "x"}).status == 403
    assert visitor.open(f"/planes/{draft.pk}/actividades/nueva/").status == 403
