"""A new version on a page: chosen, typed, looked at, recorded whole or not at all; and versions as they are read."""

from datetime import date
from typing import Any

import pytest

from activities.models import Activity, Plan, PlanVersion
from tests import factories as make
from tests import many
from tests.activities.planning import revisions_of
from tests.pages_kit import LARGEST, Opened, Visit, visit
from units.choices import Role
from units.models import Unit

pytestmark = pytest.mark.django_db
World = dict[str, Activity]


@pytest.fixture
def address(plan: Plan) -> str:
    return f"/planes/{plan.pk}/versiones/nueva/"


def typed(page: Opened, *activities: Activity, **more: Any) -> dict[str, Any]:
    """Return all that the form holds, with its rows, and a head that will do."""
    head = {"reason": "Recorte", "resolution": "RJ 2", "effective_on": "2022-07-01"}
    return {**page.values(), "activity": [each.pk for each in activities], **head, **more}


def cell(activity: Activity, name: str) -> str:
    return f"r{activity.pk}-{name}"


def test_activities_are_chosen_and_what_was_typed_stays(office: Visit, address: str, world: World) -> None:
    found = office.send(address, {"do": "find", "search": "A", "within": "U1", "reason": "Recorte"})
    picked = found.document.xpath("//input[@name='pick']/@value")
    assert picked == [str(world["A1"].pk), str(world["A2"].pk)]
    page = office.send(address, {**found.values(), "do": "pick", "pick": picked[:1]})
    assert page.document.xpath("//input[@name='activity']/@value") == picked[:1]
    assert (page.values()["reason"].strip(), page.errors()) == ("Recorte", {})
    kept = {**page.values(), cell(world["A1"], "m1"): "nueve", "do": "pick_all", "search": "A3", "within": ""}
    both = office.send(address, kept)
    assert len(both.document.xpath("//input[@name='activity']")) == 2
    assert both.values()[cell(world["A1"], "m1")] == "nueve"
    sent = {**both.values(), "activity": [each.pk for each in world.values()], "do": f"drop:{world['A1'].pk}"}
    one = office.send(address, sent)
    assert str(world["A1"].pk) not in one.document.xpath("//input[@name='activity']/@value")


def test_before_and_after_are_seen_before_anything_is_recorded(
    seen_mid_april: None, office: Visit, address: str, world: World
) -> None:
    page = office.open(address, activity=f"{world['A1'].pk},{world['A2'].pk}")
    more = {cell(world["A1"], "m3"): "5", cell(world["A1"], "m12"): "0", cell(world["A2"], "cancel"): "7"}
    seen = office.send(address, typed(page, world["A1"], world["A2"], **more, do="preview"))
    rows = seen.rows("//h2[@id='differences']/following-sibling::*//table")
    assert rows[1][1:] == ["2", "2", "5", *["2"] * 8, "0", "25"]
    assert [rows[2][place] for place in (3, 12)] == ["+3Cerrado", "-2"]
    assert rows[3][0].endswith("Anulación desde JUL")
    assert rows[4][7:] == ["0"] * 6 + ["12"]
    assert seen.status == 200
    assert PlanVersion.objects.count() == 1


def test_a_version_is_recorded_whole(office: Visit, address: str, plan: Plan, world: World) -> None:
    page = office.open(address, activity=",".join(str(each.pk) for each in world.values()), new="")
    more = {
        cell(world["A1"], "m12"): "6382", cell(world["A2"], "cancel"): "date", cell(world["A3"], "unit"): "U1",
        cell(world["A1"], "accumulation"): "last", "added": "1", "n1-name": "Campaña", "n1-unit": "U2",
        "n1-mef_activity": "M01", "n1-measurement_unit": "UM01", "n1-accumulation": "sum", "n1-m6": "4",
    }  # fmt: skip
    done = office.send(address, typed(page, *world.values(), **more, do="record"), follow=True)
    assert (done.heading, done.messages()) == ("Versión 2", ["Se registró la versión 2."])
    version = plan.versions.get(number=2)
    assert (version.resolution, version.reason, version.effective_on) == ("RJ 2", "Recorte", date(2022, 7, 1))
    assert revisions_of(world["A1"])[-1] == (2, [*[2] * 11, 6382], None, "U1")
    assert revisions_of(world["A2"])[-1] == (2, [*[2] * 6, *[0] * 6], 7, "U1")
    assert revisions_of(world["A3"])[-1][3] == "U1"
    assert plan.activities.get(name="Campaña").figure.annual_target == 4
    world["A1"].refresh_from_db()
    assert world["A1"].accumulation == "last"


def test_all_or_nothing_and_each_error_at_its_cell(office: Visit, address: str, plan: Plan, world: World) -> None:
    page = office.open(address, activity=f"{world['A1'].pk},{world['A3'].pk}", new="1")
    more = {
        cell(world["A1"], "m2"): "1.5", cell(world["A1"], "cancel"): "7", cell(world["A3"], "unit"): "NADA",
        cell(world["A3"], "mef_activity"): "M99", "added": "1", "n1-name": "Campaña", "n1-unit": "U9",
        "n1-mef_activity": "M01", "n1-measurement_unit": "UM01", "n1-accumulation": "sum", "n1-m6": "4",
    }  # fmt: skip
    refused = office.send(address, typed(page, world["A1"], world["A3"], **more, do="record"))
    assert refused.status == 400
    errors = refused.texts("//*[contains(@class, 'row-errors')]")
    assert "se anula y se cambia a la vez" in errors[0]
    assert "Trasladar a la unidad: No existe una unidad" in errors[1]
    assert "Corregir la actividad MEF: No existe una actividad MEF" in errors[1]
    assert "Unidad: No existe una unidad" in errors[2]
    kept = refused.values()
    assert {name: kept[name] for name in more if name != "added"} == {k: v for k, v in more.items() if k != "added"}
    assert plan.versions.count() == 1


def test_what_cannot_be_read_is_marked(office: Visit, address: str, world: World) -> None:
    page = office.open(address, activity=world["A1"].pk)
    sent = typed(page, world["A1"], **{cell(world["A1"], "m4"): "dos"}, reason="", do="record")
    refused = office.send(address, sent)
    assert (refused.status, refused.errors()["reason"]) == (400, "Este campo es requerido.")
    assert "lo que hay que corregir está marcado" in " ".join(refused.messages())
    assert refused.document.xpath("//input[@aria-invalid]/@name") == [cell(world["A1"], "m4")]
    assert refused.values()[cell(world["A1"], "m4")] == "dos"


def test_a_version_without_change_is_refused(office: Visit, address: str, world: World) -> None:
    page = office.open(address, activity=world["A1"].pk)
    refused = office.send(address, typed(page, world["A1"], do="record"))
    assert refused.status == 400
    assert "Nada cambia" in " ".join(refused.texts("//*[@role='alert']"))


def test_of_two_who_change_an_activity_the_later_sees_both(
    office: Visit, address: str, plan: Plan, world: World
) -> None:
    page = office.open(address, activity=f"{world['A1'].pk},{world['A2'].pk}")
    make.version(plan, number=2)
    make.target(world["A1"], [3] * 12, version=2)
    make.target(world["A2"], [3] * 12, version=2)
    sent = typed(page, world["A1"], world["A2"], **{cell(world["A1"], "m1"): "9"}, do="record")
    late = office.send(address, sent)
    assert late.status == 412
    assert "ahora dice 3 3 3" in late.text
    values = late.values()
    assert (values[cell(world["A1"], "m1")], values[cell(world["A2"], "m1")]) == ("9", "3")
    again = office.send(address, typed(late, world["A1"], world["A2"], do="record"))
    assert again.status == 302
    assert revisions_of(world["A1"])[-1] == (3, [9, *[2] * 11], None, "U1")
    assert len(revisions_of(world["A2"])) == 2


def test_pressed_twice_it_is_one_version(office: Visit, address: str, plan: Plan, world: World) -> None:
    page = office.open(address, activity=world["A1"].pk)
    sent = typed(page, world["A1"], **{cell(world["A1"], "m1"): "9"}, do="record")
    assert office.send(address, sent).status == 302
    office.send(address, sent)
    assert plan.versions.count() == 2


def test_only_an_approved_plan_takes_one(office: Visit, draft: Plan) -> None:
    assert office.open(f"/planes/{draft.pk}/versiones/nueva/").status == 409


def test_a_version_is_read_as_far_as_one_sees(plan: Plan, sat: Unit, world: World) -> None:
    version = make.version(plan, number=2, resolution="RJ 2")
    for code in ("A1", "A3"):
        make.target(world[code], [1, *[2] * 11], version=2)
    make.settle()
    address = f"/planes/{plan.pk}/versiones/{version.pk}/"
    whole = visit(make.person(Role.READER, sat)).open(address)
    assert [row[0][:2] for row in whole.rows()[::3]] == ["A1", "A3"]
    assert whole.rows()[2][1] == "-1Cerrado"
    own = visit(make.person(Role.READER, Unit.objects.get(code="U1"))).open(address)
    assert [row[0][:2] for row in own.rows()[::3]] == ["A1"]


def test_its_files_are_said_to_be_of_the_whole_plan(office: Visit, plan: Plan, world: World) -> None:
    version = make.version(plan, 2)
    make.target(world["A1"], [5] * 12, version=2)
    make.settle()
    page = office.open(f"/planes/{plan.pk}/versiones/{version.pk}/")
    assert page.texts("//*[@class='downloads']") == [
        "Descargar el plan entero, como queda con esta versión: CSV · XLSX"
    ]


def test_a_form_takes_as_many_queries_however_many_rows(
    django_assert_num_queries: object, office: Visit, address: str, plan: Plan
) -> None:
    for number in range(95):
        make.unit(plan.institution, f"X{number}", f"OFICINA GENERAL DE PLANIFICACIÓN Y PRESUPUESTO {number}")
    name = "Emisión de informes trimestrales de seguimiento"
    rows = many.activities(plan, {f"B{number}": f"{name} {number}" for number in range(50)})
    for count in (1, 50):
        with django_assert_num_queries(27):  # type: ignore[operator]
            page = office.open(address, activity=",".join(str(row.pk) for row in rows[:count]))
        assert len(page.document.xpath("//input[@name='activity']")) == min(count, 25)
        assert page.loaded() < LARGEST
