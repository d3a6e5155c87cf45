"""In a browser a person switches the second step on, comes in by it, and switches it off, at both widths."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import manage
from tests.browser.visitor import PASSWORD, WIDTHS, Visitor
from tests.second_steps import code_now
from units.choices import Role

ON, OFF, CODES = "/cuenta/segundo-paso/", "/cuenta/segundo-paso/desactivar/", "/cuenta/segundo-paso/codigos/"
_ON = """
from django.contrib.auth.models import User
from units.services.second_step import new_secret, switch_on
switch_on(User.objects.get(username="perdio"), new_secret(), 0)
"""
SEND = "main form button[type=submit]"


def looks(visitor: Visitor, pictures: Path | None, name: str) -> None:
    """Look at the open page, which cannot be opened again."""
    assert visitor.overflow() <= 0
    assert visitor.barriers() == []
    if pictures:
        visitor.picture(pictures / f"{name}-{visitor.chromium.execute_script('return innerWidth')}.png")


def heading(visitor: Visitor) -> str:
    return str(visitor.one("h1").text)


@pytest.mark.parametrize("width", WIDTHS)
def test_it_is_switched_on_asked_for_and_switched_off(
    visitor: Visitor, made_person: Callable[..., None], pictures: Path | None, width: int
) -> None:
    name = f"segura{width}"
    made_person(name, Role.READER, "SAT-U01")
    with visitor.at(width):
        visitor.log_in(name)
        visitor.one(".menu, .menu-button")
        visitor.open("/cuenta/")
        looks(visitor, pictures, "cuenta-sin")
        visitor.press("main a.button:not(.secondary)")
        secret = visitor.one("main ol code").text.replace(" ", "")
        looks(visitor, pictures, "activar")
        visitor.write("[name=code]", code_now(secret))
        visitor.write("[name=password]", "otra")
        visitor.press(SEND)
        assert "no es correcta" in visitor.one(".field.wrong").text
        visitor.write("[name=code]", code_now(secret))
        visitor.write("[name=password]", PASSWORD)
        visitor.press(SEND)
        visitor.one(".codes")
        codes = [each.text for each in visitor.all(".codes code")]
        looks(visitor, pictures, "codigos")
        visitor.press("main a.button")
        assert "Activado" in visitor.one("main").text
        looks(visitor, pictures, "cuenta-con")

        visitor.log_out()
        visitor.log_in(name)
        assert heading(visitor) == "Escriba el código"
        looks(visitor, pictures, "codigo")
        visitor.write("[name=code]", "000000")
        visitor.press(SEND)
        assert "no es correcto o ya se usó" in visitor.one(".field.wrong").text
        looks(visitor, pictures, "codigo-errado")
        visitor.write("[name=code]", codes[0])
        visitor.press(SEND)
        visitor.one(".menu, .menu-button")

        visitor.open(CODES)
        looks(visitor, pictures, "renovar")
        visitor.open(OFF)
        looks(visitor, pictures, "desactivar")
        visitor.write("[name=password]", PASSWORD)
        visitor.press(SEND)
        assert "Desactivado" in visitor.one("main").text
    assert visitor.complaints(of_scripts=True) == []


def test_a_planner_takes_it_away_from_who_lost_the_telephone(
    visitor: Visitor, made_people: Callable[..., None], data_dir: Path, pictures: Path | None
) -> None:
    made_people(("perdio", Role.READER, "SAT-U01"), ("jefa", Role.PLANNER, "SAT"))
    manage(data_dir, "shell", "--verbosity", "0", "--command", _ON)
    visitor.log_in("perdio")
    assert heading(visitor) == "Escriba el código"
    visitor.log_out()
    visitor.log_in("jefa")
    visitor.one(".menu")
    visitor.open("/personas/")
    person = next(each for each in visitor.all("#rows th a") if each.text == "perdio").get_attribute("href")
    path = str(person).removeprefix(visitor.service)
    visitor.looks_well(f"{path}segundo-paso/", pictures)
    visitor.looks_well(f"{path}enlace/", pictures)
    visitor.open(f"{path}segundo-paso/")
    visitor.press(SEND)
    assert "entra desde ahora solo con su contraseña" in visitor.one("#messages p").text
    visitor.looks_well(path, pictures)
    visitor.log_out()
    visitor.log_in("perdio")
    visitor.one(".menu")
