"""A year's planning on the pages in Chromium, from start to end, by planners of the institution and of a unit."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Keys
from selenium.webdriver.support.ui import WebDriverWait

from tests.browser.visitor import PATIENCE, Visitor
from units.choices import Role

MadePerson = Callable[[str, Role, str], None]
PASTE = """
const data = new DataTransfer();
data.setData("text/plain", arguments[0]);
const told = {clipboardData: data, bubbles: true, cancelable: true};
document.activeElement.dispatchEvent(new ClipboardEvent("paste", told));
"""


@pytest.fixture
def planner(visitor: Visitor, made_person: MadePerson, request: pytest.FixtureRequest) -> Visitor:
    """Somebody who plans for the institution, logged in."""
    name = str(abs(hash(request.node.name)))[:8]
    made_person(name, Role.PLANNER, "SAT")
    visitor.log_in(name=name)
    visitor.one(".menu")
    return visitor


def address_of(planner: Visitor, text: str, selector: str = "main a") -> str:
    """Return where a link with that text leads, below the service."""
    links = [link for link in planner.all(selector) if link.text.strip() == text]
    return str(links[0].get_attribute("href")).removeprefix(planner.service)


def follow(planner: Visitor, text: str) -> None:
    planner.open(address_of(planner, text))


def hear(planner: Visitor, text: str) -> None:
    """Wait until the page says it was done."""
    WebDriverWait(planner.chromium, PATIENCE).until(
        lambda _: any(text in each.text for each in planner.all("#messages"))
    )


def cell(planner: Visitor, row: int, month: int) -> Any:
    return planner.all("tr[data-row]")[row].find_elements("css selector", "td > input:not([type=hidden])")[month - 1]


def test_a_draft_is_copied_filled_by_keyboard_and_approved(planner: Visitor, pictures: Path | None) -> None:
    planner.open("/planes/")
    follow(planner, "2022")
    follow(planner, "Copiar a otro año")
    planner.write("[name=year]", "2031")
    planner.press("main form button[type=submit]")
    hear(planner, "Se abrió el borrador 2031")
    plan = planner.chromium.current_url.removeprefix(planner.service)
    follow(planner, "Editar metas")
    targets = planner.chromium.current_url.removeprefix(planner.service)
    # By keyboard alone: a cell, down, aside, twelve cells pasted, and Ctrl+Enter saves
    cell(planner, 0, 1).send_keys(Keys.CONTROL + "a")
    planner.keys("7", Keys.ENTER)
    assert (planner.chromium.switch_to.active_element.get_attribute("name") or "").endswith("-m1")
    planner.keys("8", Keys.TAB)
    planner.keys("9", Keys.ARROW_DOWN, Keys.ARROW_LEFT)
    planner.chromium.execute_script(PASTE, "\t".join("123456789" + "012"))
    assert [cell(planner, row, 1).get_attribute("value") for row in range(3)] == ["7", "8", "1"]
    assert planner.all("tr[data-row]")[2].find_element("css selector", "output").text == "48"
    # The running total reads what is typed as the service does: 1,234 can be two numbers, and 4,5 is one
    for typed, is_shown in (("1,234", False), ("4,5", True)):
        third = cell(planner, 1, 3)
        third.clear()
        third.send_keys(typed)
        assert (planner.all("tr[data-row]")[1].find_element("css selector", "output").text != "—") is is_shown
    planner.chromium.switch_to.active_element.send_keys(Keys.CONTROL, Keys.ENTER)
    hear(planner, "Se guardaron 3 filas.")
    assert planner.all("tr[data-row]")[2].find_element("css selector", "output").text == "48"
    for path in (targets, f"{plan}actividades/nueva/", f"{plan}aprobar/", f"{plan}descartar/"):
        planner.looks_well(path, pictures)
    planner.open(f"{plan}aprobar/")
    planner.write("[name=resolution]", "RJ 1")
    planner.press("main form button[type=submit]")
    hear(planner, "quedó aprobado")
    for path in (f"{plan}periodos/", f"{plan}retirar-aprobacion/"):
        planner.looks_well(path, pictures)
    planner.open(f"{plan}retirar-aprobacion/")
    planner.write("[name=reason]", "Faltaba un área")
    planner.press("main form button[type=submit]")
    hear(planner, "Se retiró la aprobación")
    assert planner.complaints() == []


def test_an_activity_is_found_and_changed_in_a_version(planner: Visitor, pictures: Path | None) -> None:
    planner.open("/actividades/?year=2022")
    planner.write("[name=search]", "evaluacion")
    planner.press(".toolbar button")
    planner.looks_well("/actividades/?year=2022", pictures)
    planner.open("/actividades/?year=2022&search=planificacion")
    activity = str(planner.one("tbody th a").get_attribute("href")).removeprefix(planner.service)
    planner.looks_well(activity, pictures)
    planner.open(activity)
    follow(planner, "Cambiar en una versión nueva")
    form = planner.chromium.current_url.removeprefix(planner.service)
    planner.looks_well(form, pictures)
    planner.open(form)
    before = planner.one("tr.before td:nth-child(14)").text
    cell(planner, 0, 1).send_keys(Keys.CONTROL + "a")
    planner.keys("1000")
    planner.keys(Keys.TAB, "2000", Keys.ARROW_RIGHT, "5")
    assert len(planner.all("td.rose, td.fell")) >= 2
    assert planner.one("tr[data-row] output").text != before
    planner.press("button[value=record]")
    assert "requerido" in planner.one(".wrong .error").text
    assert cell(planner, 0, 1).get_attribute("value") == "1000"
    planner.write("[name=reason]", "Reprogramación")
    planner.press("button[value=preview]")
    assert planner.one("#differences").text == "Antes y después: 1 actividad cambia"
    planner.press("button[value=record]")
    hear(planner, "Se registró la versión 2.")
    version = planner.chromium.current_url.removeprefix(planner.service)
    planner.looks_well(version, pictures)
    for path in ("/planes/", version.partition("versiones")[0]):
        planner.looks_well(path, pictures)


def test_windows_are_changed_and_opened_again_and_a_plan_closed(planner: Visitor, pictures: Path | None) -> None:
    planner.open("/planes/")
    plan = address_of(planner, "2022")
    planner.open(f"{plan}periodos/")
    reopen = address_of(planner, "Reabrir MAR para una unidad")
    planner.looks_well(reopen, pictures)
    planner.open(reopen)
    planner.one("[name=unit] option:nth-child(3)").click()
    planner.chromium.execute_script("document.querySelector('[name=until]').value = '2099-12-31'")
    planner.write("[name=reason]", "Falta sustento")
    planner.press("main form button[type=submit]")
    hear(planner, "abierto otra vez")
    planner.looks_well(f"{plan}periodos/", pictures)
    ending = address_of(planner, "Terminar")
    planner.looks_well(ending, pictures)
    planner.open(ending)
    planner.write("[name=reason]", "Ya registró")
    planner.press("main form button[type=submit]")
    hear(planner, "terminó")
    for path in ("cerrar/", "reglas/", "copiar/"):
        planner.looks_well(plan + path, pictures)
    planner.open(f"{plan}cerrar/")
    planner.press("[name=force]")
    planner.write("[name=reason]", "Fin del año")
    planner.press("main form button[type=submit]")
    hear(planner, "quedó cerrado")
    follow(planner, "Reabrir")
    planner.looks_well(f"{plan}reabrir/", pictures)
    planner.open(f"{plan}reabrir/")
    planner.write("[name=reason]", "Falta diciembre")
    planner.press("main form button[type=submit]")
    hear(planner, "abierto otra vez")


def test_a_planner_of_a_unit_edits_its_own_draft(
    planner: Visitor, made_person: MadePerson, pictures: Path | None
) -> None:
    planner.open("/planes/nuevo/")
    planner.looks_well("/planes/nuevo/", pictures)
    planner.open("/planes/nuevo/")
    planner.chromium.execute_script("document.querySelector('[name=year]').value = '2032'")
    planner.press("main form button[type=submit]")
    hear(planner, "Se abrió el borrador del plan 2032")
    plan = planner.chromium.current_url.removeprefix(planner.service)
    made_person("de-la-unidad", Role.PLANNER, "SAT-U01")
    planner.log_out()
    planner.log_in(name="de-la-unidad")
    planner.one(".menu")
    planner.open(f"{plan}actividades/nueva/")
    planner.write("[name=name]", "Actas de la unidad")
    for name in ("unit", "mef_activity", "measurement_unit"):
        planner.one(f"[name={name}] option:nth-child(2)").click()
    planner.press("main form button[type=submit]")
    hear(planner, "escriba sus doce metas")
    cell(planner, 0, 6).send_keys("3", Keys.ENTER)
    planner.chromium.switch_to.active_element.send_keys(Keys.CONTROL, Keys.ENTER)
    hear(planner, "Se guardó la fila.")
    activity = str(planner.one("tr[data-row] a").get_attribute("href")).removeprefix(planner.service)
    for path in ("", "cambiar/", "descartar/"):
        planner.looks_well(activity + path, pictures)
    planner.open(f"{activity}descartar/")
    planner.press("main form button[type=submit]")
    hear(planner, "Se descartó la actividad")
