"""History in words: the latest acts with their filters, one act, one object."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from tests.api import patch
from tests.pages_kit import Visit, visit
from units.choices import Role
from units.models import Unit


@pytest.fixture
def renamed(committed: None, sat: Unit, unit: Unit) -> Unit:
    """A unit that a machine client gave another name."""
    client = make.client(Role.PLANNER, sat)
    make.settle()
    assert patch(client, f"/units/{unit.pk}/", {"name": "PLANEAMIENTO", "reason": "R.J. 12"}).status_code == 200
    return unit


@pytest.fixture
def reader(renamed: Unit) -> Visit:
    return visit(make.person(Role.READER, renamed))


def test_the_latest_acts_are_told_with_who_and_why(reader: Visit) -> None:
    row = next(row for row in reader.open("/auditoria/").rows() if row[3] != "—")
    assert (row[1][:8], row[2], row[3]) == ("Sistema ", "modificó 1 unidad", "R.J. 12")


def test_acts_are_found_by_who_kind_and_day(reader: Visit) -> None:

    def found(**asked: str) -> int:
        return len(reader.open("/auditoria/", **asked).rows())

    everything = found()
    kinds = reader.open("/auditoria/").texts("//select[@name='entity']/option")
    assert {"Actividades MEF", "Actividades POI", "Unidades"} <= set(kinds)
    assert found(entity="unit", who="CLIENTE") == 1
    assert found(who="nadie") == found(entity="plan") == found(day="2020-01-01") == 0
    assert found(day="no es un día") == found(day="9999-12-31") == everything


def test_an_act_and_an_object_tell_what_was_and_what_is(renamed: Unit, reader: Visit) -> None:
    list_ = reader.open("/auditoria/")
    act = reader.open(next(each for text, each in list_.links().items() if text.startswith("Ver el acto de Sistema")))
    assert "modificó unidad «PLANEAMIENTO»" in act.text
    assert "Nombre PLANIFICACIÓN → PLANEAMIENTO" in act.text
    assert "Solicitud" in act.text
    story = reader.open("/auditoria/", object=f"unit:{renamed.pk}")
    assert story.heading == "Historia de unidad «PLANEAMIENTO»"
    assert story.text.index("creó unidad") < story.text.index("modificó unidad")
    assert reader.open(act.answer.request["PATH_INFO"] + "x").status == 404


def test_what_one_does_not_see_has_no_history(renamed: Unit, reader: Visit) -> None:
    acts = [each for text, each in reader.open("/auditoria/").links().items() if text.startswith("Ver el acto de Sis")]
    stranger = visit(make.person(Role.READER, make.institution()))
    assert "PLANEAMIENTO" not in stranger.open("/auditoria/", object=f"unit:{renamed.pk}").text
    assert not [row for row in stranger.open("/auditoria/").rows() if row[3] == "R.J. 12"]
    assert stranger.open(acts[0]).status == 404


def test_a_move_is_told_by_the_names_of_units(committed: None, sat: Unit, unit: Unit) -> None:
    make.unit(sat, "G2", "GERENCIA")
    planner = visit(make.person(Role.PLANNER, sat))
    typed = {"parent": "G2", "reason": "R.J. 2", "confirmed": "1"}
    assert planner.send(f"/unidades/{unit.pk}/mover/", typed).status == 302
    story = planner.open("/auditoria/", object=f"unit:{unit.pk}").text
    assert "Unidad superior SAT LIMA → GERENCIA" in story
    assert "Motivo: R.J. 2" in story


def test_a_wrong_object_is_refused_as_by_the_api(reader: Visit) -> None:
    assert reader.open("/auditoria/", object="cosa:1").status == 400


@pytest.mark.django_db
def test_values_are_in_words(sat: Unit) -> None:
    plan = make.plan(sat, 2022)
    client = make.client(Role.PLANNER, sat)
    make.settle()
    patch(client, f"/plans/{plan.pk}/", {"requires_review": True, "tolerance_percent": 12.5, "bands": {"green": 90}})
    make.settle()
    text = visit(make.person(Role.READER, sat)).open("/auditoria/", object=f"plan:{plan.pk}").text
    assert "Requiere revisión No → Sí" in text
    assert "Verde desde (%) 95 → 90" in text
    assert "Institución SAT LIMA" in text
    assert "Estado Aprobado" in text


def test_whole_quantities_are_written_as_all_others(committed: None, sat: Unit) -> None:
    activity = make.activity(make.plan(sat, 2022), programmed=[2000] * 12)
    make.entry(activity, 1, 1575)
    make.settle()
    text = visit(make.person(Role.READER, sat)).open("/auditoria/", object=f"activity:{activity.pk}").text
    assert "ENE 2,000 · FEB 2,000" in text
    assert "Ejecutado 1,575" in text


@pytest.mark.django_db
def test_more_of_the_same_costs_no_query_more(unit: Unit) -> None:
    reader, plan = visit(make.person(Role.READER, unit)), make.plan(unit.institution, 2022)
    activity = make.activity(plan, unit)
    costs = []
    for months in (range(1, 2), range(2, 8)):
        for month in months:
            make.entry(activity, month=month)
        make.settle()
        for address in ("/auditoria/", f"/auditoria/?object=activity:{activity.pk}"):
            with CaptureQueriesContext(connection) as queries:
                assert reader.open(address).status == 200
            costs.append(len(queries))
    assert costs[:2] == costs[2:]


def test_earlier_acts_are_on_the_next_page(reader: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = [row[2] for row in reader.open("/auditoria/").rows()]
    monkeypatch.setattr("units.pages.audit._ACTS", 1)
    page, met = reader.open("/auditoria/"), []
    while rows := page.rows():
        met += [row[2] for row in rows]
        page = reader.open("/auditoria/" + page.links()["Anteriores →"])
    assert len(whole) > 1
    assert met == whole


@pytest.mark.django_db
def test_a_page_of_history_is_no_more_than_150_kb(unit: Unit) -> None:
    plan = make.plan(unit.institution, 2022)
    for number in range(90):
        make.activity(plan, unit, code=f"A{number}", name=f"{number} " + "ELABORACIÓN DE INFORMES " * 4)
    make.settle()
    reader = visit(make.person(Role.READER, unit))
    (act,) = (each for text, each in reader.open("/auditoria/").links().items() if text.startswith("Ver el acto"))
    met: list[str] = []
    page = reader.open(act)
    while True:
        met += page.texts("//ol[@class='story']/li/p[1]")
        assert len(page.answer.content) < 150_000
        if "Los que siguen →" not in page.links():
            break
        page = reader.open(act + page.links()["Los que siguen →"])
    assert len(met) > 270
    assert len([told for told in met if "creó actividad POI" in told]) == 90
    assert len({told for told in met if "creó actividad POI" in told}) == 90
    assert "← Desde el primero" in page.links()


def test_of_an_act_that_one_does_not_see_no_moment_is_told(reader: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("units.pages.audit._ACTS", 1)
    link = reader.open("/auditoria/").links()["Anteriores →"]
    assert re.fullmatch(r"\?before=[A-Za-z0-9_-]{70}", link)
    assert reader.open("/auditoria/", before="2022-01-01T00:00:00-05:00").status == 400
