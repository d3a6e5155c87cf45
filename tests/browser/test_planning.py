"""A year's planning on the pages in Chromium, from start to end, by planners of the institution and of a unit."""

from collections.abc import Callable
from pathlib import Path

import pytest
from selenium.webdriver import Keys

from tests.browser.visitor import Visitor
from units.choices import Role

MadePerson = Callable[[str, Role, str], None]
PASTE = """
const data = new DataTransfer();
data.setData("text/plain", arguments[0]);
document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
"""


@pytest.fixture
def planner(visitor: Visitor, made_person: MadePerson, request: pytest.FixtureRequest) -> Visitor:
    """Somebody who plans for the institution, logged in."""
    made_person(request.node.name, Role.PLANNER, "SAT")
    visitor.log_in(name=request.node.name)
    visitor.one(".menu")
    return visitor


def address_of(planner: Visitor, text: str, selector: str = "main a") -> str:
    """Return where a link with that text leads, below the service."""
    links = [link for link in planner.all(selector) if link.text.strip() == text]
    return str(links[0].get_attribute("href")).removeprefix(planner.service)


def follow(planner: Visitor, text: str) -> None:
    planner.open(address_of(planner, text))


def test_a_draft_is_copied_filled_by_keyboard_and_approved(planner: Visitor, pictures: Path | None) -> None:
    planner.open("/planes/")
    follow(planner, "2022")
    follow(planner, "Copiar a otro año")
    planner.write("[name=year]", "2031")
    planner.press("main form button[type=submit]")
    assert "Se abrió el borrador 2031" in planner.one("#messages").text
    plan = planner.chromium.current_url.removeprefix(planner.service)
    follow(planner, "Editar metas")
    targets = planner.chromium.current_url.removeprefix(planner.service)
    # By keyboard alone: a cell, down, aside, twelve cells pasted, and Ctrl+Enter saves
    planner.one("tr[data-row] input[name$=m1]").send_keys("7", Keys.ENTER)
    assert planner.chromium.switch_to.active_element.get_attribute("name").endswith("-m1")
    planner.keys("8", Keys.TAB)
    planner.keys("9", Keys.ARROW_DOWN, Keys.ARROW_LEFT)
    planner.chromium.execute_script(PASTE, "\t".join("123456789" + "012"))
    rows = planner.all("tr[data-row]")
    firsts = [row.find_elements("css selector", "td > input")[0].get_attribute("value") for row in rows[:3]]
    assert firsts == ["7", "8", "1"]
    assert rows[2].find_element("css selector", "output").text == "48"
    planner.keys(Keys.CONTROL, Keys.ENTER)
    assert "Se guardaron 3 filas." in planner.one("#messages").text
    assert planner.all("tr[data-row]")[2].find_element("css selector", "output").text == "48"
    for path in (targets, f"{plan}actividades/nueva/", f"{plan}aprobar/", f"{plan}descartar/"):
        planner.looks_well(path, pictures)
    planner.open(f"{plan}aprobar/")
    planner.write("[name=resolution]", "RJ 1")
    planner.press("main form button[type=submit]")
    assert "quedó aprobado" in planner.one("#messages").text
    for path in (f"{plan}periodos/", f"{plan}retirar-aprobacion/"):
        planner.looks_well(path, pictures)
    planner.open(f"{plan}retirar-aprobacion/")
    planner.write("[name=reason]", "Faltaba un área")
    planner.press("main form button[type=submit]")
    assert "Se retiró la aprobación" in planner.one("#messages").text
    assert planner.complaints() == []


def test_an_activity_is_found_and_changed_in_a_version(planner: Visitor, pictures: Path | None) -> None:
    planner.open("/actividades/?year=2022")
    planner.write("[name=search]", "evaluacion")
    planner.chromium.implicitly_wait(0)
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
    planner.one("tr[data-row] input[name$=m1]").send_keys("1000")
    planner.keys(Keys.TAB, "2000", Keys.ARROW_RIGHT, "5")
    assert len(planner.all("td.rose, td.fell")) >= 2
    assert planner.one("tr[data-row] output").text != before
    planner.press("button[value=preview]")
    assert planner.one("#differences").text == "Antes y después"
    assert "Hace falta" not in planner.one("main").text
    planner.press("button[value=record]")
    assert planner.all("[aria-invalid], .wrong")
    planner.write("[name=reason]", "Reprogramación")
    planner.press("button[value=record]")
    assert "Se registró la versión 2." in planner.one("#messages").text
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
    planner.one("[name=unit]").send_keys("PLAN")
    planner.chromium.execute_script("document.querySelector('[name=until]').value = '2099-12-31'")
    planner.write("[name=reason]", "Falta sustento")
    planner.press("main form button[type=submit]")
    assert "abierto otra vez" in planner.one("#messages").text
    planner.looks_well(f"{plan}periodos/", pictures)
    ending = address_of(planner, "Terminar")
    planner.looks_well(ending, pictures)
    planner.open(ending)
    planner.write("[name=reason]", "Ya registró")
    planner.press("main form button[type=submit]")
    assert "terminó" in planner.one("#messages").text
    for path in ("cerrar/", "reglas/", "copiar/"):
        planner.looks_well(plan + path, pictures)
    planner.open(f"{plan}cerrar/")
    planner.press("[name=force]")
    planner.write("[name=reason]", "Fin del año")
    planner.press("main form button[type=submit]")
    assert "quedó cerrado" in planner.one("#messages").text
    follow(planner, "Reabrir")
    planner.looks_well(f"{plan}reabrir/", pictures)
    planner.open(f"{plan}reabrir/")
    planner.write("[name=reason]", "Falta diciembre")
    planner.press("main form button[type=submit]")
    assert "abierto otra vez" in planner.one("#messages").text


def test_a_planner_of_a_unit_edits_its_own_draft(
    planner: Visitor, made_person: MadePerson, pictures: Path | None
) -> None:
    planner.open("/planes/nuevo/")
    planner.looks_well("/planes/nuevo/", pictures)
    planner.open("/planes/nuevo/")
    planner.chromium.execute_script("document.querySelector('[name=year]').value = '2032'")
    planner.press("main form button[type=submit]")
    plan = planner.one("#messages") and planner.chromium.current_url.removeprefix(planner.service)
    made_person("de-la-unidad", Role.PLANNER, "SAT-U01")
    planner.log_out()
    planner.log_in(name="de-la-unidad")
    planner.one(".menu")
    planner.open(f"{plan}actividades/nueva/")
    planner.write("[name=name]", "Actas de la unidad")
    for name in ("unit", "mef_activity", "measurement_unit"):
        planner.one(f"[name={name}] option:nth-child(2)").click()
    planner.press("main form button[type=submit]")
    assert "escriba sus doce metas" in planner.one("#messages").text
    planner.one("tr[data-row] input[name$=m6]").send_keys("3", Keys.ENTER)
    planner.keys(Keys.CONTROL, Keys.ENTER)
    assert "Se guardó la fila." in planner.one("#messages").text
    activity = str(planner.one("tr[data-row] a").get_attribute("href")).removeprefix(planner.service)
    for path in ("", "cambiar/", "descartar/"):
        planner.looks_well(activity + path, pictures)
    planner.open(f"{activity}descartar/")
    planner.press("main form button[type=submit]")
    assert "Se descartó la actividad" in planner.one("#messages").text
