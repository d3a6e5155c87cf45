"""People, keys, units, catalogues and history on the pages in Chromium, each by the least role that may."""

from collections.abc import Callable
from pathlib import Path

from selenium.webdriver.support.ui import Select, WebDriverWait

from tests.browser.visitor import PATIENCE, Visitor
from units.choices import Role

MadePerson = Callable[[str, Role, str], None]
SEND = "main form[method=post] button[type=submit]"


def come_in(visitor: Visitor, made_person: MadePerson, name: str, role: Role, unit: str) -> None:
    made_person(name, role, unit)
    visitor.log_in(name=name)
    visitor.one(".menu")


def choose(visitor: Visitor, selector: str, value: str) -> None:
    Select(visitor.one(selector)).select_by_value(value)


def follow(visitor: Visitor, text: str) -> str:
    """Open where the first link with that text leads; return its address below the service."""
    link = next(link for link in visitor.all("main a") if link.text.strip().startswith(text))
    address = str(link.get_attribute("href")).removeprefix(visitor.service)
    visitor.open(address)
    return address


def hear(visitor: Visitor, text: str) -> None:
    """Wait until the page says it was done."""
    WebDriverWait(visitor.chromium, PATIENCE).until(
        lambda _: any(text in each.text for each in visitor.all("#messages"))
    )


def secret(visitor: Visitor) -> str:
    return str(visitor.one("#secret").get_attribute("value"))


def test_a_person_is_invited_comes_in_and_is_locked_out(
    visitor: Visitor, made_person: MadePerson, pictures: Path | None
) -> None:
    come_in(visitor, made_person, "invita", Role.PLANNER, "SAT-U01")
    visitor.looks_well("/personas/", pictures)
    visitor.looks_well("/personas/nueva/", pictures)
    visitor.write("[name=name]", "mquispe")
    visitor.write("[name=full_name]", "María Quispe")
    choose(visitor, "[name=role]", "reporter")
    choose(visitor, "[name=unit]", "SAT-U01")
    visitor.press(SEND)
    link = secret(visitor)
    assert visitor.barriers() == []
    person = follow(visitor, "Ya lo copié")
    visitor.looks_well(person, pictures)
    visitor.log_out()
    visitor.open(link.removeprefix(visitor.service))
    for field in ("new_password1", "new_password2"):
        visitor.write(f"[name={field}]", "una clave larga 77")
    visitor.press("main button")
    hear(visitor, "Su contraseña quedó guardada")
    visitor.log_in(name="mquispe", password="una clave larga 77")
    visitor.one(".menu")
    visitor.log_out()
    visitor.log_in(name="invita")
    visitor.one(".menu")
    visitor.looks_well(f"{person}bloquear/", pictures)
    visitor.press(SEND)
    hear(visitor, "no puede entrar")


def test_a_system_gets_a_key_that_is_shown_once(
    visitor: Visitor, made_person: MadePerson, pictures: Path | None
) -> None:
    come_in(visitor, made_person, "claves", Role.PLANNER, "SAT-U01")
    visitor.open("/personas/claves/nueva/")
    visitor.write("[name=name]", "Tablero de gerencia")
    choose(visitor, "[name=unit]", "SAT-U01")
    visitor.press(SEND)
    assert secret(visitor).startswith("poi_")
    follow(visitor, "Ya lo copié")
    visitor.looks_well("/personas/claves/", pictures)
    follow(visitor, "Revocar")
    visitor.press(SEND)
    hear(visitor, "quedó revocada")


def test_a_unit_is_made_and_moved_after_its_consequences_were_said(
    visitor: Visitor, made_person: MadePerson, pictures: Path | None
) -> None:
    come_in(visitor, made_person, "arbol", Role.PLANNER, "SAT")
    visitor.open("/unidades/nueva/")
    visitor.write("[name=code]", "SAT-G9")
    visitor.write("[name=name]", "GERENCIA DE INNOVACIÓN")
    choose(visitor, "[name=kind]", "organ")
    choose(visitor, "[name=parent]", "SAT")
    visitor.press(SEND)
    hear(visitor, "Se creó la unidad")
    visitor.looks_well("/unidades/", pictures)
    unit = follow(visitor, "JEFATURA")
    visitor.looks_well(unit, pictures)
    follow(visitor, "Mover")
    choose(visitor, "[name=parent]", "SAT-G9")
    visitor.write("[name=reason]", "R.J. 12-2022")
    visitor.press(SEND)
    visitor.one("[name=confirmed]")
    assert visitor.barriers() == []
    if pictures:
        visitor.picture(pictures / "mover-dicho.png")
    visitor.press("[name=confirmed]")
    hear(visitor, "depende ahora de GERENCIA DE INNOVACIÓN")
    follow(visitor, "Fusionar con…")
    assert visitor.barriers() == []
    choose(visitor, "[name=into]", "SAT-G9")
    visitor.write("[name=reason]", "R.J. 13-2022")
    visitor.press(SEND)
    visitor.one("[name=confirmed]")
    assert visitor.barriers() == []
    if pictures:
        visitor.picture(pictures / "fusionar-dicho.png")
    visitor.looks_well(f"{unit}desactivar/", pictures)
    visitor.looks_well(f"{unit}cambiar/", pictures)
    visitor.open(f"{unit}cambiar/")
    visitor.write("[name=name]", "SIN_BLANCOS_" * 20)
    visitor.press(SEND)
    hear(visitor, "quedaron guardados")
    visitor.looks_well(unit)
    visitor.looks_well("/auditoria/")
    visitor.looks_well(follow(visitor, "Ver"))


def test_the_catalogues_are_kept_and_searched(visitor: Visitor, made_person: MadePerson, pictures: Path | None) -> None:
    come_in(visitor, made_person, "catalogos", Role.PLANNER, "")
    visitor.looks_well("/catalogos/actividades-mef/", pictures)
    follow(visitor, "Agregar")
    visitor.write("[name=code]", "M99")
    visitor.write("[name=name]", "SEGURIDAD CIUDADANA Y PREVENCIÓN")
    visitor.press(SEND)
    hear(visitor, "Se agregó M99")
    visitor.write("[name=search]", "prevencion")
    rows = WebDriverWait(visitor.chromium, PATIENCE)
    rows.until(lambda _: [row.text.split()[0] for row in visitor.all("#rows tbody tr")] == ["M99"])
    assert "search=prevencion" in visitor.chromium.current_url


def test_a_reader_follows_a_change_and_a_figure_back_to_where_it_comes_from(
    visitor: Visitor, made_person: MadePerson, pictures: Path | None
) -> None:
    come_in(visitor, made_person, "audita", Role.READER, "SAT-U01")
    visitor.looks_well("/auditoria/", pictures)
    act = follow(visitor, "Ver")
    visitor.looks_well(act, pictures)
    visitor.open("/actividades/")
    activity = str(visitor.one("#rows tbody th a").get_attribute("href")).removeprefix(visitor.service)
    visitor.open(activity)
    visitor.looks_well(follow(visitor, "ENE"), pictures)
    assert visitor.one("ol.story li")
    visitor.open(activity)
    visitor.looks_well(follow(visitor, "Su historia"), pictures)
    assert visitor.one("ol.story li")
