"""Plans on pages: listed, made, copied, approved, taken back, closed, opened again, taken away."""

from datetime import date
from decimal import Decimal

import pytest

from activities.choices import PlanStatus
from activities.models import Activity, Plan
from tests import factories as make
from tests.pages_kit import Visit, visit
from units.choices import Role
from units.models import Unit

pytestmark = pytest.mark.django_db


def status_of(plan: Plan) -> str:
    plan.refresh_from_db()
    return plan.status


def test_a_reader_finds_the_plans_and_cannot_make_one(sat: Unit, plan: Plan, draft: Plan) -> None:
    make.version(plan, number=2)
    reader = visit(make.person(Role.READER, sat))
    page = reader.open("/planes/")
    assert [row[:4] for row in page.rows()] == [
        ["2023", "SAT LIMA", "Borrador", "—"], ["2022", "SAT LIMA", "Aprobado", "2"],
    ]  # fmt: skip
    assert "Abrir un borrador" not in page.links()
    assert set(reader.open(f"/planes/{plan.pk}/").links("//main//*[@class='actions']//a")) == set()


def test_a_draft_is_opened(sat: Unit, office: Visit) -> None:
    assert office.open("/planes/nuevo/").values()["institution"] == "SAT"
    page = office.send(
        "/planes/nuevo/", {"institution": "SAT", "year": 2023, "green": "95", "amber": "75"}, follow=True
    )
    assert (page.heading, page.messages()) == ("Plan 2023 Borrador", ["Se abrió el borrador del plan 2023."])


def test_a_second_plan_of_a_year_is_refused_at_the_year(office: Visit, plan: Plan) -> None:
    typed = {"institution": "SAT", "year": 2022, "green": "95", "amber": "75", "tolerance_percent": "12.5"}
    page = office.send("/planes/nuevo/", typed)
    assert (page.status, page.errors()) == (409, {"year": "SAT ya tiene un plan operativo 2022."})
    assert page.values()["tolerance_percent"] == "12.5"


def test_rules_are_changed_unless_somebody_was_faster(office: Visit, plan: Plan) -> None:
    address = f"/planes/{plan.pk}/reglas/"
    etag = office.open(address).values()["etag"]
    typed = {"tolerance_percent": "10", "green": "90", "amber": "70", "etag": etag}
    assert office.send(address, typed).leads_to == f"/planes/{plan.pk}/"
    plan.refresh_from_db()
    assert (plan.tolerance_percent, plan.green_from) == (Decimal(10), Decimal(90))
    assert not plan.requires_review
    late = office.send(address, {**typed, "green": "80"})
    assert (late.status, late.values()["green"]) == (412, "80")
    again = office.send(address, {**typed, "green": "80", "etag": late.values()["etag"]})
    assert again.status == 302


def test_cuts_out_of_order_are_said(office: Visit, plan: Plan) -> None:
    page = office.send(f"/planes/{plan.pk}/reglas/", {"green": "70", "amber": "90"})
    assert (page.status, list(page.errors())) == (400, ["green"])


def test_what_keeps_a_draft_from_being_approved_is_said_first(office: Visit, draft: Plan, unit: Unit) -> None:
    make.activity(draft, unit, code="A001")
    make.activity(draft, unit, code="A002", programmed=None)
    address = f"/planes/{draft.pk}/aprobar/"
    assert "La actividad A002 no tiene meta" in office.open(address).text
    refused = office.send(address, {"resolution": "RJ 1"})
    assert (refused.status, refused.values()["resolution"]) == (409, "RJ 1")
    make.target(Activity.objects.get(code="A002"), [1] * 12)
    page = office.send(address, {"resolution": "RJ 1", "effective_on": "2023-01-01", "reason": "POI"}, follow=True)
    assert page.heading == "Plan 2023 Aprobado"
    assert page.rows()[0][:4] == ["Versión 1", "RJ 1", "01/01/2023", "POI"]


def test_an_approval_is_withdrawn_with_a_reason(office: Visit, plan: Plan) -> None:
    address = f"/planes/{plan.pk}/retirar-aprobacion/"
    assert office.send(address, {"reason": " "}).errors().keys() == {"reason"}
    assert office.send(address, {"reason": "Faltaba un área"}).status == 302
    assert status_of(plan) == PlanStatus.DRAFT
    assert "Aprobación retirada" in office.open(f"/planes/{plan.pk}/").text


def test_an_approval_with_reports_upon_it_is_not_withdrawn(office: Visit, plan: Plan) -> None:
    make.entry(make.activity(plan))
    page = office.send(f"/planes/{plan.pk}/retirar-aprobacion/", {"reason": "Faltaba un área"})
    assert (page.status, page.values()["reason"].strip()) == (409, "Faltaba un área")
    assert "registros de avance: 1" in page.errors()[""]


def test_what_a_plan_owes_is_said_before_it_is_closed(office: Visit, plan: Plan) -> None:
    make.activity(plan, code="A001")
    address = f"/planes/{plan.pk}/cerrar/"
    page = office.open(address)
    assert "meses sin reportar, 12" in page.text
    assert "A001, ENE: sin reportar." in page.text
    refused = office.send(address, {})
    assert (refused.status, refused.text.count("A001, ENE: sin reportar.")) == (409, 1)
    assert refused.errors()[""].startswith("Al plan 2022 le faltan: meses sin reportar, 12;")
    assert list(office.send(address, {"force": "on"}).errors()) == ["reason"]
    assert office.send(address, {"force": "on", "reason": "Fin de año"}).status == 302
    assert status_of(plan) == PlanStatus.CLOSED


def test_a_closed_plan_is_opened_again(office: Visit, plan: Plan) -> None:
    Plan.objects.filter(pk=plan.pk).update(status=PlanStatus.CLOSED)
    assert office.send(f"/planes/{plan.pk}/reabrir/", {"reason": "Falta diciembre"}).status == 302
    assert status_of(plan) == PlanStatus.APPROVED


def test_a_copy_tells_what_it_left_out(office: Visit, plan: Plan, unit: Unit) -> None:
    make.activity(plan, unit, code="A001")
    gone = make.activity(plan, unit, code="A002")
    make.target(gone, [0] * 12, version=2, is_cancelled=True)
    address = f"/planes/{plan.pk}/copiar/"
    assert office.open(address).values()["year"] == "2023"
    page = office.send(address, {"year": 2023}, follow=True)
    assert page.messages() == [
        "Se abrió el borrador 2023 con 1 actividades.", "Quedaron fuera: A002 (anulada).",
    ]  # fmt: skip


def test_a_draft_is_taken_away(office: Visit, draft: Plan) -> None:
    make.activity(draft)
    page = office.send(f"/planes/{draft.pk}/descartar/", {"reason": "Año equivocado"}, follow=True)
    assert page.messages() == ["Se descartó el borrador del plan 2023."]
    assert not Plan.objects.filter(year=2023).exists()


ACTS = ["reglas", "aprobar", "retirar-aprobacion", "cerrar", "reabrir", "copiar", "descartar", "versiones/nueva"]


def test_acts_are_for_who_plans_for_the_institution(sat: Unit, unit: Unit, plan: Plan) -> None:
    others = [visit(make.person(role, where)) for role, where in ((Role.REVIEWER, sat), (Role.PLANNER, unit))]
    stranger = visit(make.person(Role.PLANNER, make.institution()))
    for act in ACTS:
        for visitor in others:
            assert visitor.open(f"/planes/{plan.pk}/{act}/").status == 403, act
            assert visitor.send(f"/planes/{plan.pk}/{act}/", {"reason": "x", "year": 2024}).status == 403, act
        assert stranger.open(f"/planes/{plan.pk}/{act}/").status == 404, act


def test_windows_are_changed_row_by_row(seen_mid_april: None, office: Visit, plan: Plan) -> None:
    address = f"/planes/{plan.pk}/periodos/"
    page = office.open(address)
    march, april = plan.periods.get(month=3), plan.periods.get(month=4)
    assert [row[4] for row in page.rows()[2:5]] == ["Cerrado", "Abierto", "Aún no abre"]
    typed = {**page.values(), f"r{april.pk}-closes_on": "2022-05-20", f"r{march.pk}-closes_on": "2022-04-30"}
    refused = office.send(address, typed)
    assert (refused.status, refused.messages()[0]) == (400, "Se guardó el periodo.")
    assert "Motivo: Hace falta un motivo" in refused.text
    assert refused.values()[f"r{march.pk}-closes_on"] == "2022-04-30"
    april.refresh_from_db()
    assert april.closes_on == date(2022, 5, 20)
    typed = {**refused.values(), f"r{march.pk}-reason": "Feriados"}
    assert office.send(address, typed).status == 302
    march.refresh_from_db()
    assert march.closes_on == date(2022, 4, 30)


def test_of_two_who_change_a_window_the_later_sees_both(office: Visit, plan: Plan) -> None:
    address, period = f"/planes/{plan.pk}/periodos/", plan.periods.get(month=12)
    seen = office.open(address).values()
    field, reason = f"r{period.pk}-closes_on", {f"r{period.pk}-reason": "Feriados"}
    assert office.send(address, {**seen, **reason, field: "2023-01-20"}).status == 302
    late = office.send(address, {**seen, **reason, field: "2023-01-25"})
    assert late.status == 400
    assert "ahora dice 01/12/2022 · 10/01/2023 · 20/01/2023" in late.text
    assert office.send(address, late.values()).status == 302
    period.refresh_from_db()
    assert period.closes_on == date(2023, 1, 25)


def test_a_month_is_opened_again_for_a_unit_and_ended(
    seen_mid_april: None, office: Visit, plan: Plan, unit: Unit
) -> None:
    march = plan.periods.get(month=3)
    address = f"/periodos/{march.pk}/reabrir/"
    wrong = office.send(address, {"unit": "U1", "until": "2022-04-15", "reason": "Falta sustento"})
    assert (wrong.status, list(wrong.errors())) == (400, ["until"])
    page = office.send(address, {"unit": "U1", "until": "2022-04-30", "reason": "Falta sustento"}, follow=True)
    assert page.messages() == ["El mes está abierto otra vez hasta el 30/04/2022."]
    assert "PLANIFICACIÓN: hasta el 30/04/2022. Falta sustento Terminar" in page.rows()[2][-1]
    ended = office.send(page.links()["Terminar"], {"reason": "Ya registró"}, follow=True)
    assert "Terminada" in ended.rows()[2][-1]


def test_windows_are_read_by_all_and_changed_by_who_plans(unit: Unit, plan: Plan) -> None:
    planner = visit(make.person(Role.PLANNER, unit))
    page = planner.open(f"/planes/{plan.pk}/periodos/")
    assert page.rows()[0][:4] == ["ENE", "01/01/2022", "10/02/2022", "15/02/2022"]
    assert planner.send(f"/planes/{plan.pk}/periodos/", {}).status == 403
    assert planner.open(f"/periodos/{plan.periods.get(month=1).pk}/reabrir/").status == 403
