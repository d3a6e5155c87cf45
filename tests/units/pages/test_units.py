"""Units on pages: the tree, making, naming, moving with its consequences said first, retiring."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.choices import PlanStatus
from tests import factories as make
from tests.in_one_state import for_each
from tests.pages_kit import Visit, visit
from units.choices import Role
from units.models import Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def organ(sat: Unit) -> Unit:
    return make.unit(sat, "G1", "GERENCIA")


@pytest.fixture
def unit(organ: Unit) -> Unit:
    return make.unit(organ, "U1", "PLANIFICACIÓN")


@pytest.fixture
def planner(sat: Unit, unit: Unit) -> Visit:
    return visit(make.person(Role.PLANNER, sat))


def test_units_are_a_tree_until_they_are_searched_for(sat: Unit, unit: Unit, planner: Visit) -> None:
    make.unit(sat, "A0", "ARCHIVO")
    page = planner.open("/unidades/")
    assert [row[0] for row in page.rows()] == ["SAT LIMA", "ARCHIVO", "GERENCIA", "PLANIFICACIÓN"]
    assert page.document.xpath("//tbody/tr/th/@class") == ["level-0", "level-1", "level-1", "level-2"]
    assert [row[0] for row in planner.open("/unidades/", search="planificacion").rows()] == ["PLANIFICACIÓN"]


def test_the_tree_costs_no_query_more_for_more_units(sat: Unit, planner: Visit) -> None:
    costs = []
    for more in (1, 20):
        for number in range(more):
            make.unit(sat, f"N{more}-{number}")
        with CaptureQueriesContext(connection) as queries:
            assert planner.open("/unidades/").status == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_a_unit_is_made_and_named(planner: Visit, unit: Unit) -> None:
    typed = {"code": "N1", "name": "NUEVA", "kind": "organic_unit", "parent": "U1", "aliases": "LA NUEVA\nNVA"}
    page = planner.send("/unidades/nueva/", typed, follow=True)
    assert (page.heading, page.messages()) == ("NUEVA", ["Se creó la unidad NUEVA."])
    again = planner.send("/unidades/nueva/", {**typed, "code": "N2"})
    assert (again.status, list(again.errors()), again.values()["code"]) == (409, ["name"], "N2")
    made = Unit.objects.get(code="N1")
    address = f"/unidades/{made.pk}/cambiar/"
    values = planner.open(address).values()
    assert sorted(values["aliases"].split()) == ["LA", "NUEVA", "NVA"]
    assert planner.send(address, {**values, "aliases": "NVA", "reason": "R.J. 1"}).status == 302
    assert [alias.name for alias in made.aliases.all()] == ["NVA"]
    assert planner.send(address, {**values, "name": "OTRA"}).status == 412


def test_an_institution_is_offered_to_who_may_make_one(planner: Visit) -> None:
    for who, kinds in ((planner, 2), (visit(make.person(Role.PLANNER)), 3)):
        page = who.open("/unidades/nueva/")
        assert len(page.texts("//select[@name='kind']/option")) == kinds
        assert ("De ninguna (institución)" in page.texts("//select[@name='parent']/option")) is (kinds == 3)
    refused = planner.send("/unidades/nueva/", {"code": "N1", "name": "NUEVA", "kind": "institution"})
    assert list(refused.errors()) == ["kind", "parent"]


def test_a_move_says_who_sees_it_before_it_is_done(sat: Unit, organ: Unit, unit: Unit, planner: Visit) -> None:
    other = make.unit(sat, "G2", "OTRA GERENCIA")
    loses, gains = make.person(Role.READER, organ), make.person(Role.REVIEWER, other)
    address = f"/unidades/{unit.pk}/mover/"
    typed = {"parent": "G2", "reason": "R.J. 2", "etag": planner.open(address).values()["etag"]}
    page = planner.send(address, typed)
    assert page.texts("//main//section") == [
        f"Pasan a verla {gains.username} Revisor en OTRA GERENCIA",
        f"Dejan de verla {loses.username} Lector en GERENCIA",
    ]
    unit.refresh_from_db()
    assert unit.parent == organ
    moved = planner.send(address, {**page.values(), "confirmed": "1"}, follow=True)
    assert moved.messages() == ["PLANIFICACIÓN depende ahora de OTRA GERENCIA."]


def test_a_unit_is_not_moved_below_itself(organ: Unit, unit: Unit, planner: Visit) -> None:
    page = planner.send(f"/unidades/{organ.pk}/mover/", {"parent": "U1"})
    assert (page.status, list(page.errors()), page.values()["parent"]) == (409, ["parent"], "U1")


def test_only_units_are_offered_to_which_it_can_go(sat: Unit, organ: Unit, unit: Unit, planner: Visit) -> None:
    make.unit(unit, "U11")
    Unit.objects.filter(pk=make.unit(sat, "V1").pk).update(is_active=False)
    make.unit(make.institution(), "X1")
    other = make.unit(sat, "P1")
    for act, name in (("mover", "parent"), ("fusionar", "into")):
        page = planner.open(f"/unidades/{unit.pk}/{act}/")
        offered = page.document.xpath(f"//select[@name='{name}']/option/@value")
        assert sorted(offered) == sorted(["", sat.code, organ.code, other.code]), act
    of_organ = visit(
        make.person(Role.PLANNER, organ),
    ).open(f"/unidades/{unit.pk}/mover/")
    assert of_organ.document.xpath("//select[@name='parent']/option/@value") == ["", organ.code]


def test_what_keeps_a_unit_active_is_said_and_overruled_with_a_reason(sat: Unit, unit: Unit, planner: Visit) -> None:
    make.activity(make.plan(sat, 2022), unit, code="A001")
    address = f"/unidades/{unit.pk}/desactivar/"
    assert "A001" in planner.open(address).text
    assert planner.send(address, {}).status == 409
    assert list(planner.send(address, {"force": "on"}).errors()) == ["reason"]
    assert planner.send(address, {"force": "on", "reason": "Se fusionó"}).status == 302
    unit.refresh_from_db()
    assert not unit.is_active
    assert planner.send(f"/unidades/{unit.pk}/activar/").status == 302
    assert planner.send(f"/unidades/{unit.pk}/borrar/").status == 409
    empty = make.unit(sat, "V1")
    assert planner.send(f"/unidades/{empty.pk}/borrar/").leads_to == "/unidades/"


def test_a_merger_says_what_goes_over_before_it_is_done(sat: Unit, organ: Unit, unit: Unit, planner: Visit) -> None:
    into = make.unit(sat, "P1", "PRESUPUESTO")
    below = make.unit(unit, "U11", "ESTADÍSTICA")
    comes, loses = make.person(Role.REPORTER, unit), make.person(Role.READER, organ)
    plan = make.plan(sat, 2022)
    make.activity(plan, unit)
    make.activity(make.plan(sat, 2023, PlanStatus.DRAFT), unit)
    make.reopening(plan, 1, unit, date(2199, 12, 31))
    address = f"/unidades/{unit.pk}/fusionar/"
    assert planner.open(f"/unidades/{unit.pk}/").links()["Fusionar con…"] == address
    typed = {
        "into": "P1",
        "reason": "R.J. 3",
        "effective_on": "2022-07-01",
        "etag": planner.open(address).values()["etag"],
    }
    page = planner.send(address, typed)
    assert page.texts("//main//section[1]//li") == [
        "Plan 2022: 1 actividad en la versión 2 del plan, que se hace con esto",
        "Plan 2023: 1 actividad en borrador",
        "1 mes reabierto, que lo queda para PRESUPUESTO",
        "La unidad ESTADÍSTICA",
        "Su código U1 y sus nombres, como otros nombres",
    ]
    assert page.texts("//main//section")[2:] == [
        f"Pasan a trabajar en ella {comes.username} Informante en PRESUPUESTO",
        "Pasan a ver lo suyo Nadie.",
        f"Dejan de verlo {loses.username} Lector en GERENCIA",
    ]
    unit.refresh_from_db()
    assert unit.is_active
    merged = planner.send(address, {**page.values(), "confirmed": "1"}, follow=True)
    assert merged.messages() == ["PLANIFICACIÓN se fusionó con PRESUPUESTO."]
    assert "Se fusionó con PRESUPUESTO: lo que está en planes sin cerrar es de esa unidad" in merged.text
    assert plan.versions.get(number=2).effective_on == date(2022, 7, 1)
    below.refresh_from_db()
    assert below.parent == into


def test_what_forbids_a_merger_is_said_at_the_other_unit_and_what_was_typed_stays(
    unit: Unit, planner: Visit, sat: Unit
) -> None:
    below = make.unit(unit, "U11")
    page = planner.send(f"/unidades/{unit.pk}/fusionar/", {"into": below.code, "reason": "R.J. 3"})
    assert (page.status, list(page.errors())) == (409, ["into"])
    assert (page.values()["into"], page.values()["reason"].strip()) == ("U11", "R.J. 3")
    make.unit(make.institution(), "X1")
    foreign = visit(make.person(Role.PLANNER)).open(f"/unidades/{unit.pk}/fusionar/")
    assert "X1" not in foreign.document.xpath("//select[@name='into']/option/@value")


def test_who_plans_for_an_organ_alone_does_not_merge_its_units(organ: Unit, unit: Unit) -> None:
    planner = visit(make.person(Role.PLANNER, organ))
    assert planner.open(f"/unidades/{unit.pk}/fusionar/").status == 403
    assert "Fusionar con…" not in planner.open(f"/unidades/{unit.pk}/").links()


ACTS = ["cambiar", "mover", "fusionar", "desactivar", "activar", "borrar"]


@for_each("act", ACTS)
def test_units_are_changed_by_who_plans_for_them(sat: Unit, unit: Unit, act: str) -> None:
    reader = visit(make.person(Role.REVIEWER, sat))
    assert reader.open(f"/unidades/{unit.pk}/{act}/").status == 403
    assert reader.send(f"/unidades/{unit.pk}/{act}/", {"parent": "SAT", "reason": "x"}).status == 403
    assert visit(make.person(Role.PLANNER, make.institution())).open(f"/unidades/{unit.pk}/{act}/").status == 404
    assert reader.open(f"/unidades/{unit.pk}/").links("//main//*[@class='actions']//a").keys() == {"Su historia"}


def test_the_planner_of_an_institution_does_not_change_the_institution(sat: Unit, planner: Visit) -> None:
    assert planner.open(f"/unidades/{sat.pk}/cambiar/").status == 403
    assert visit(make.person(Role.PLANNER)).open(f"/unidades/{sat.pk}/cambiar/").status == 200


def test_a_null_character_in_what_is_chosen_is_refused_at_its_field(unit: Unit, planner: Visit) -> None:
    for act, field in (("mover", "parent"), ("fusionar", "into")):
        page = planner.send(f"/unidades/{unit.pk}/{act}/", {field: "G\0", "reason": "R.J. 3"})
        assert (page.status, list(page.errors())) == (400, [field])


def test_a_form_that_is_not_in_utf_8_is_refused_and_a_sign_that_is_typed_is_taken(unit: Unit, planner: Visit) -> None:
    kind = "application/x-www-form-urlencoded"
    for name, status in (("UNI%D3N", 400), ("UNI%ED%A0%80N", 400), ("UNI%EF%BF%BDN", 302), ("UNI%C3%93N", 302)):
        body = f"code=U1&name={name}&kind=organ"
        answer = planner.client.post(f"/unidades/{unit.pk}/cambiar/", body, kind)
        assert answer.status_code == status, name
    unit.refresh_from_db()
    assert unit.name == "UNIÓN"
