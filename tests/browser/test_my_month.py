"""A unit's month and its review in Debian's Chromium, each by the person with the least role that may."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys

from tests.browser.visitor import Visitor
from units.choices import Role

FINANCE, IMAGE, STUDIES = "SAT-U08", "SAT-U05", "SAT-U06"  # units with five, three and three activities
CELLS = "[name^=executed-]"
_PASTE = """
const data = new DataTransfer();
data.setData('text/plain', arguments[0]);
const pasted = new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true});
document.activeElement.dispatchEvent(pasted);
"""


@pytest.fixture(scope="module")
def people(service: str, made_people: Callable[..., None]) -> None:
    made_people(
        ("informante", Role.REPORTER, FINANCE),
        ("imagen", Role.REPORTER, IMAGE),
        ("revisora", Role.REVIEWER, IMAGE),
        ("estudios", Role.REPORTER, STUDIES),
    )


def held(visitor: Visitor) -> list[str]:
    return [cell.get_attribute("value") for cell in visitor.all(CELLS)]


def focus(visitor: Visitor) -> str:
    """Return the name of the field in which one would type, without the number of its row."""
    name: str | None = visitor.chromium.switch_to.active_element.get_attribute("name")
    return name.rpartition("-")[0] if name else ""


def row_of_focus(visitor: Visitor) -> int:
    here: Any = visitor.chromium.execute_script("return document.activeElement.closest('tr')")
    return visitor.all("tr[data-row]").index(here)


def paste(visitor: Visitor, text: str) -> None:
    visitor.chromium.execute_script(_PASTE, text)


def saved(visitor: Visitor) -> str:
    """Press what saves, and return what is said when the rows came back."""
    before = visitor.one("#sheet")
    visitor.keys_together(Keys.CONTROL, Keys.ENTER)
    visitor.gone(before)
    return str(visitor.one("#sheet .notice").text)


def test_a_month_is_filled_in_by_the_keyboard_alone(visitor: Visitor, people: None, pictures: Path | None) -> None:
    visitor.log_in("informante")
    visitor.one(".menu")
    visitor.looks_well("/mi-mes/", pictures)
    visitor.open("/mi-mes/")
    while not focus(visitor).startswith("executed"):
        visitor.keys(Keys.TAB)
    assert row_of_focus(visitor) == 0
    visitor.keys("1", Keys.ENTER, "2", Keys.ARROW_UP)
    assert (held(visitor)[:2], row_of_focus(visitor)) == (["1", "2"], 0)
    visitor.keys(Keys.ARROW_RIGHT)
    assert focus(visitor) == "reason"
    visitor.keys("Mucha gente", Keys.TAB)
    assert focus(visitor) == "evidence"
    visitor.keys(Keys.ARROW_LEFT, Keys.ARROW_LEFT)
    assert focus(visitor) == "executed"
    paste(visitor, "3\r\n\r\n1,234\r\n")
    assert (held(visitor)[:3], visitor.one("#grid-said").text) == (["3", "2", "1,234"], "Celdas pegadas: 2.")
    visitor.keys(Keys.ARROW_DOWN, Keys.ARROW_RIGHT)
    paste(visitor, "Otro motivo\thttps://intranet.example/dos")
    here = (focus(visitor), row_of_focus(visitor))
    said = saved(visitor)
    assert ("Guardado: 2" in said, "No se guardó: 1" in said) == (True, True)
    assert (focus(visitor), row_of_focus(visitor)) == here
    assert held(visitor)[:3] == ["3", "2", "1,234"]
    assert "dos maneras" in visitor.all("tr[data-row]")[2].text
    assert visitor.all("[name^=evidence-]")[1].get_attribute("value") == "https://intranet.example/dos"
    visitor.press("tr[data-row] a[hx-get]")
    assert "Mucha gente" in visitor.one("#story-dialog").text
    visitor.keys(Keys.ESCAPE)
    assert visitor.complaints(of_scripts=True) == []


def test_the_pages_of_a_cell_look_well(visitor: Visitor, people: None, pictures: Path | None) -> None:
    visitor.log_in("informante")
    visitor.one(".menu")
    visitor.open("/mi-mes/")
    story = visitor.one("tr[data-row] a[hx-get]").get_attribute("href").removeprefix(visitor.service)
    for path in ("/mi-mes/plantilla/", story, f"{story}retirar/"):
        visitor.looks_well(path, pictures)


def test_what_was_typed_stays_where_the_session_ended(visitor: Visitor, people: None) -> None:
    visitor.log_in("informante")
    visitor.one(".menu")
    visitor.open("/mi-mes/")
    visitor.one(CELLS).send_keys("9")
    typed = held(visitor)
    visitor.log_out_elsewhere()
    visitor.keys_together(Keys.CONTROL, Keys.ENTER)
    assert "Su sesión terminó" in visitor.one("#said").text
    assert held(visitor) == typed


def test_many_are_reviewed_at_once(visitor: Visitor, people: None, pictures: Path | None) -> None:
    visitor.log_in("imagen")
    visitor.one(".menu")
    visitor.open("/mi-mes/")
    visitor.one(CELLS).click()
    paste(visitor, "\n".join(f"{number}\tMotivo {number}" for number in range(1, 4)))
    assert "Guardado: 3" in saved(visitor)
    visitor.log_out()
    visitor.log_in("revisora")
    visitor.one(".menu")
    visitor.looks_well("/revision/", pictures)
    visitor.open("/revision/")
    count = len(visitor.all("[name^=chosen-]"))
    visitor.press("[data-chooses]")
    assert all(box.is_selected() for box in visitor.all("[name^=chosen-]"))
    visitor.press("[name^=chosen-]")
    assert not visitor.one("[data-chooses]").is_selected()
    before = visitor.one("#queue")
    visitor.one("[value=accept]").send_keys(Keys.ENTER)
    visitor.gone(before)
    assert visitor.chromium.switch_to.active_element.text == "Aceptar lo elegido"
    assert f"Aceptado: {count - 1}" in visitor.one("#queue .notice").text
    visitor.press("[name^=chosen-]")
    visitor.write("[name^=comment-]", "Falta el informe")
    before = visitor.one("#queue")
    visitor.press("[value=return]")
    visitor.gone(before)
    assert "Devuelto: 1" in visitor.one("#queue .notice").text
    assert visitor.all("[name^=chosen-]") == []
    assert visitor.complaints(of_scripts=True) == []


def test_the_document_of_a_unit_with_a_long_name_fits(visitor: Visitor, people: None, pictures: Path | None) -> None:
    visitor.log_in("estudios")
    visitor.one(".menu")
    visitor.looks_well("/documentos/", pictures)
    assert visitor.one("h2 .badge").text == "SOLO OFICINA DE PLANIFICACION Y ESTUDIOS ECONOMICOS"


def test_a_month_can_be_filled_in_without_scripts(visitor: Visitor, people: None) -> None:
    visitor.log_in("estudios")
    visitor.one(".menu")
    with visitor.without_scripts():
        visitor.open("/mi-mes/")
        visitor.write(CELLS, "4")
        visitor.write("[name^=reason-]", "Sin programas")
        before = visitor.one("#sheet")
        visitor.one("#save").click()
        visitor.gone(before)
        assert "Guardado: 1" in visitor.one("#sheet").text
