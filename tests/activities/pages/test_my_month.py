"""My month: what a unit sees and saves there, and what becomes of each row."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from activities.choices import PlanStatus, Verdict
from activities.models import Activity, Plan
from poi_api.database.clock import today
from tests import factories as make
from tests.activities.pages.months import SHEET, cells, entries, said, send
from tests.activities.submitting import open_plan
from tests.pages_kit import Visit, visit
from units.choices import Role
from units.models import Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(sat: Unit) -> Any:
    return open_plan(sat)


@pytest.fixture
def one(plan: Any, unit: Unit) -> Activity:
    return make.activity(plan, unit, code="A001", name="Actas", measurement_unit=make.measurement_unit("UM", "ACTAS"))


@pytest.fixture
def other(plan: Any, unit: Unit) -> Activity:
    return make.activity(plan, unit, code="A002", name="Informes de gestión")


@pytest.fixture
def reporter(unit: Unit) -> Visit:
    return visit(make.person(Role.REPORTER, unit))


def test_it_has_a_row_for_each_activity_that_one_reports_on(one, other, plan, sat, reporter):
    make.activity(plan, sat, code="A003", name="De otra unidad")
    make.entry(one, 3, 5, "Se pospuso", "https://intranet.example/a")
    page = reporter.open(SHEET)
    assert page.status == 200
    assert page.heading == "Mi mes: marzo de 2022"
    assert [row[:4] for row in page.rows()[1:]] == [["A001 Actas (ACTAS)", "2", "5", "—"],
        ["A002 Informes de gestión (Medida " + other.measurement_unit.code + ")", "2", "—", "—"]]  # fmt: skip
    values = page.values()
    assert [values[f"{name}-{one.pk}"] for name in ("executed", "reason", "evidence", "version")] == [
        "5", "Se pospuso", "https://intranet.example/a", "1"]  # fmt: skip
    assert values[f"executed-{other.pk}"] == ""


def test_who_only_reads_is_refused(one, unit):
    reader = visit(make.person(Role.READER, unit))
    assert reader.open(SHEET).status == 403
    assert send(reader, cells(one, executed="3")).status == 403
    assert entries(one) == []


def test_what_was_typed_is_saved_row_by_row(one, other, reporter):
    page = send(reporter, cells(one, executed="3", reason="Hubo más", evidence="https://intranet.example/1"),
                cells(other, executed="2.0005"))  # fmt: skip
    assert entries(one) == [(3, "Hubo más", "https://intranet.example/1")]
    assert entries(other) == []
    assert "Guardado" in said(page, one)
    assert "Debe ser un número" in said(page, other)
    assert page.values()[f"executed-{other.pk}"] == "2.0005"
    assert page.values()[f"version-{one.pk}"] == "1"


def test_rows_in_which_nothing_was_typed_say_nothing(one, other, reporter):
    make.entry(one, 3, 5, "Se\npospuso")
    make.review(make.entry(other, 3, 4, needs_review=True), Verdict.RETURN, "Falta el informe")
    page = send(reporter, cells(one, 1, executed="5", reason="Se pospuso"), cells(other, 1, executed="4"))
    assert (len(entries(one)), len(entries(other))) == (1, 1)
    assert "No cambió ninguna celda" in page.text


def test_what_was_returned_shows_why_and_can_be_sent_again_as_it_is(one, reporter):
    make.review(make.entry(one, 3, 4, needs_review=True), Verdict.RETURN, "Falta el informe")
    assert "Devuelto por" in said(reporter.open(SHEET), one)
    assert "«Falta el informe»" in said(reporter.open(SHEET), one)
    send(reporter, cells(one, 1, executed="4", again="1"))
    assert entries(one) == [(4, "", ""), (4, "", "")]


def test_a_blank_takes_nothing_back(one, other, reporter):
    make.entry(one, 3, 5)
    page = send(reporter, cells(one, 1), cells(other, reason="Sin cantidad"))
    assert entries(one) == [(5, "", "")]
    assert "la cifra sigue como estaba" in said(page, one)
    assert page.values()[f"executed-{one.pk}"] == "5"
    assert "Escriba lo ejecutado" in said(page, other)
    assert page.values()[f"reason-{other.pk}"] == "Sin cantidad"


@pytest.mark.parametrize(("typed", "is_read"), [("1,5", Decimal("1.5")), ("1.5", Decimal("1.5")), ("1,234", None)])
def test_decimals_may_have_either_sign(one, reporter, typed, is_read):
    page = send(reporter, cells(one, executed=typed))
    assert [executed for executed, _, _ in entries(one)] == ([] if is_read is None else [is_read])
    assert ("se puede leer de dos maneras" in said(page, one)) == (is_read is None)


def test_a_conflict_shows_both_and_asks(one, reporter):
    make.entry(one, 3, 7, "Otra persona")
    page = send(reporter, cells(one, 0, executed="5"))
    assert entries(one) == [(7, "Otra persona", "")]
    assert "Lo mío: 5" in said(page, one)
    assert "Lo registrado: 7 (Otra persona)" in said(page, one)
    values = page.values()
    assert (values[f"executed-{one.pk}"], values[f"version-{one.pk}"], values[f"seen-{one.pk}"]) == ("5", "0", "1")


def test_after_a_conflict_one_s_own_figure_is_sent_only_if_it_was_chosen(one, reporter):
    make.entry(one, 3, 7)
    send(reporter, cells(one, 0, executed="5", seen=1))
    assert entries(one) == [(7, "", "")]
    send(reporter, cells(one, 0, executed="5", seen=1, choice="mine"))
    assert entries(one) == [(7, "", ""), (5, "", "")]


def test_after_a_conflict_the_other_s_figure_can_stay(one, reporter):
    make.entry(one, 3, 7)
    page = send(reporter, cells(one, 0, executed="5", seen=1, choice="theirs"))
    assert entries(one) == [(7, "", "")]
    assert page.values()[f"executed-{one.pk}"] == "7"


def test_a_choice_does_not_hold_for_what_was_reported_after_it(one, reporter):
    make.entry(one, 3, 7), make.entry(one, 3, 8)
    page = send(reporter, cells(one, 0, executed="5", seen=1, choice="mine"))
    assert len(entries(one)) == 2
    assert "Lo registrado: 8" in said(page, one)


def test_what_is_sent_twice_is_no_conflict_with_oneself(one, reporter):
    for _ in range(2):
        page = send(reporter, cells(one, 0, executed="5", reason="R"))
    assert entries(one) == [(5, "R", "")]
    assert "Lo mismo ya estaba registrado" in said(page, one)


def test_other_units_are_out_of_reach(plan, sat, reporter, one):
    theirs = make.activity(plan, sat, code="A009")
    page = send(reporter, cells(theirs, executed="5"), cells(one, executed="5"))
    assert (entries(theirs), len(entries(one))) == ([], 1)
    assert "A009" not in page.text


@pytest.mark.parametrize(("days", "is_open"), [(0, True), (-1, False)])
def test_a_closed_month_is_shown_and_says_whom_to_ask(one, plan, reporter, days, is_open):
    closing = today() + timedelta(days=days)
    plan.periods.filter(month=3).update(due_on=closing, closes_on=closing)
    page = reporter.open(SHEET)
    assert (f"executed-{one.pk}" in page.values()) == is_open
    assert ("pida a la oficina de planificación que lo reabra" in page.text) == (not is_open)


def test_what_closed_meanwhile_comes_back_with_what_was_typed(one, plan, reporter):
    closing = today() - timedelta(days=1)
    plan.periods.filter(month=3).update(due_on=closing, closes_on=closing)
    page = send(reporter, cells(one, executed="5"))
    assert "cerró el" in said(page, one)
    assert "que lo reabra para su unidad y vuelva a enviarlo" in said(page, one)  # no call of the API's
    assert page.values()[f"executed-{one.pk}"] == "5"


@pytest.mark.parametrize("status", [PlanStatus.APPROVED, PlanStatus.CLOSED])
def test_what_was_typed_of_a_month_is_never_saved_in_another(one, plan, reporter, status):
    plan.periods.filter(month=3).update(opens_on=today() + timedelta(days=1))  # since the sheet was opened
    Plan.objects.filter(pk=plan.pk).update(status=status)
    page = send(reporter, cells(one, executed="5"))
    assert [month for month in range(1, 13) if entries(one, month)] == []
    assert (page.status, page.heading) == (409, "El estado actual no lo permite")
    assert "Ese mes no se puede registrar ahora" in page.text


def test_a_month_that_cannot_be_chosen_is_told(one, plan, reporter):
    plan.periods.filter(month=3).update(opens_on=today() + timedelta(days=1))
    page = reporter.open(SHEET)
    assert page.heading != "Mi mes: marzo de 2022"
    assert "Ese mes no se puede registrar ahora" in page.text
    assert "Ese mes" not in reporter.open("/mi-mes/").text


def test_the_open_month_that_is_owed_and_ends_first_is_chosen(one, plan, reporter):
    closed = today() - timedelta(days=1)
    plan.periods.filter(month__gt=5).update(due_on=closed, closes_on=closed)
    plan.periods.filter(month=4).update(due_on=today(), closes_on=today())
    assert reporter.open("/mi-mes/").heading == "Mi mes: abril de 2022"
    make.entry(one, 4)
    assert reporter.open("/mi-mes/").heading == "Mi mes: enero de 2022"
    for month in (1, 2, 3, 5):
        make.entry(one, month)
    assert reporter.open("/mi-mes/").heading == "Mi mes: mayo de 2022"  # nothing is owed: the newest open one


def test_without_any_month_it_says_so(sat, reporter):
    assert "Todavía no hay ningún mes" in reporter.open("/mi-mes/").text


def test_rows_are_narrowed_by_state_and_found_without_accents(one, other, reporter):
    make.entry(one, 3, 5)
    assert [row[0].split()[0] for row in reporter.open("/mi-mes/", month="2022-03", show="owed").rows()[1:]] == ["A002"]
    assert [row[0].split()[0] for row in reporter.open("/mi-mes/", month="2022-03", search="GESTION").rows()[1:]] == [
        "A002"
    ]
    assert "Por reportar (1)" in reporter.open(SHEET).text


@pytest.mark.parametrize(
    ("typed", "wrong", "told"),
    [
        ({"executed": "1e3"}, "executed", "No se guardó «1e3» no es un número"),
        (
            {"executed": "4.5555"},
            "executed",
            "No se guardó Debe ser un número de 0 a 999999999999.999, con 3 decimales",
        ),
        ({"executed": "2", "reason": "x" * 5001}, "reason", "No se guardó Motivo: Admite hasta 5000 caracteres."),
        (
            {"executed": "2", "evidence": "a.pe"},
            "evidence",
            "No se guardó Medio de verificación: Debe ser una dirección",
        ),
        ({"reason": "Sin cifra"}, "executed", "No se guardó Escriba lo ejecutado"),
    ],
)
def test_the_cell_that_is_wrong_is_named_and_marked(one, reporter, typed, wrong, told):
    page = send(reporter, cells(one, **typed))
    assert said(page, one).startswith(told)
    assert page.document.xpath("//input[@aria-invalid]/@name") == [f"{wrong}-{one.pk}"]
