"""Documents on the pages in Chromium, from start to end: brought in by who plans the institution, published, read."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from selenium.webdriver import Keys
from selenium.webdriver.support.ui import WebDriverWait

from tests.activities.importing.importing import edited, written
from tests.activities.importing.test_import_doubts import inferred
from tests.browser.visitor import PATIENCE, Visitor
from units.choices import Role

MadePerson = Callable[[str, Role, str], None]
ODD = (("ACTIVIDAD MEF", "PARTIDA"), ("ACTIVIDAD POI", "LABOR"), ("UNIDAD DE MEDIDA", "CUENTA"))
MEANINGS = ("mef_activity", "activity", "measurement_unit")
# Whether each press of a form's button is held back; none of them leaves the page
_PRESSED_TWICE = """
const heldBack = [];
document.addEventListener("submit", (event) => { heldBack.push(event.defaultPrevented); event.preventDefault(); });
const button = document.querySelector("main form button");
button.click(), button.click();
return heldBack;
"""


@pytest.fixture
def planner(visitor: Visitor, made_person: MadePerson, request: pytest.FixtureRequest) -> Visitor:
    """Somebody who plans for the institution, logged in."""
    made_person(request.node.name, Role.PLANNER, "SAT")
    visitor.log_in(name=request.node.name)
    visitor.one(".menu")
    return visitor


def here(visitor: Visitor) -> str:
    """Return the open page's address, below the service."""
    return str(visitor.chromium.current_url).removeprefix(visitor.service)


def hand_in(planner: Visitor, file: Path) -> None:
    planner.one("[name=file]").send_keys(str(file))
    planner.press("#terms .row button")


@contextmanager
def elsewhere(planner: Visitor) -> Iterator[None]:
    """Be in another tab for a while."""
    here_stays = planner.chromium.current_window_handle
    planner.chromium.switch_to.new_window("tab")
    yield
    planner.chromium.close()
    planner.chromium.switch_to.window(here_stays)


def said(planner: Visitor) -> str:
    return str(planner.one("#messages p").text)


def test_a_document_is_diagnosed_chosen_applied_and_undone(
    planner: Visitor, tmp_path: Path, pictures: Path | None
) -> None:
    planner.looks_well("/importaciones/nueva/", pictures)
    planner.open("/importaciones/nueva/")
    hand_in(planner, inferred(tmp_path))
    planner.one(".tabs")
    document = here(planner)
    planner.looks_well(document, pictures)
    planner.looks_well("/importaciones/", pictures)
    planner.looks_well(f"{document}aplicar/", pictures)
    planner.open(f"{document}aplicar/")
    planner.press("input[type=radio][value='1']")
    planner.press("main form button:not([name])")
    assert said(planner) == "Se escribieron las cifras del documento."
    assert planner.one("h1 .badge").text == "Aplicada"
    planner.looks_well(document, pictures and pictures / "aplicada")
    planner.looks_well(f"{document}deshacer/", pictures)
    planner.open(f"{document}deshacer/")
    planner.write("[name=reason]", "Era de otro año")
    planner.press("main form button")
    assert "se deshizo" in said(planner)
    with planner.without_scripts():
        planner.open(document)
        assert planner.one("h1 .badge").text == "Deshecha"


def test_a_file_that_is_too_large_is_told_before_it_is_sent(planner: Visitor, tmp_path: Path) -> None:
    large = tmp_path / "grande.xlsx"
    large.write_bytes(bytes(10 * 2**20 + 1))
    for path in ("/importaciones/nueva/", "/mi-mes/plantilla/"):
        planner.open(path)
        planner.one("[name=file]").send_keys(str(large))
        planner.press("main form button[type=submit]")
        assert "más de 10 MB" in (planner.one("[name=file]").get_attribute("validationMessage") or "")


def test_without_scripts_a_page_says_it_and_leads_back(planner: Visitor, tmp_path: Path, pictures: Path | None) -> None:
    large = tmp_path / "grande.xlsx"
    large.write_bytes(bytes(10 * 2**20 + 1))
    with planner.without_scripts():
        for path in ("/importaciones/nueva/", "/mi-mes/plantilla/"):
            planner.open(path)
            planner.one("[name=file]").send_keys(str(large))
            before = planner.one("main")
            planner.one("main form button[type=submit]").click()
            planner.gone(before)
            assert "hasta 10 MB" in planner.one("main").text
            assert planner.one("h1").text == "Contenido demasiado grande"
            if pictures:
                planner.picture(pictures / "grande.png")
            planner.one(f"main a[href='{path}']").click()
            assert planner.one("[name=file]")


def test_where_the_session_ended_the_page_stays_and_says_so(planner: Visitor, tmp_path: Path) -> None:
    planner.open("/importaciones/nueva/")
    planner.write("[name=resolution]", "RJ 5")
    planner.log_out_elsewhere()
    hand_in(planner, written(tmp_path, year=2025))
    assert "Su sesión terminó" in said(planner)
    assert planner.one("[name=resolution]").get_attribute("value") == "RJ 5"


def test_a_list_and_a_story_stay_too_where_the_session_ended(planner: Visitor, request: pytest.FixtureRequest) -> None:
    me = request.node.name
    planner.open("/mi-mes/")
    planner.log_out_elsewhere()
    planner.press("tr[data-row] a[hx-get]")
    assert "Su sesión terminó" in said(planner)
    assert not planner.chromium.execute_script("return document.getElementById('story-dialog').open")
    planner.log_in(name=me)
    planner.one(".menu")
    planner.open("/actividades/")
    rows = len(planner.all("#rows tbody tr"))
    planner.log_out_elsewhere()
    planner.one("[name=search]").send_keys("direccion")
    assert "Su sesión terminó" in said(planner)
    assert (len(planner.all("#rows tbody tr")), here(planner)) == (rows, "/actividades/")
    with elsewhere(planner):
        planner.log_in(name=me)
        planner.one(".menu")
    planner.one("[name=search]").send_keys(Keys.BACKSPACE)
    WebDriverWait(planner.chromium, PATIENCE).until(lambda _: not planner.all("#messages p"))
    assert "search=direccio" in here(planner)


def test_columns_that_nobody_knows_are_said_while_the_file_stays_chosen(
    planner: Visitor, tmp_path: Path, pictures: Path | None
) -> None:
    path = written(tmp_path, year=2025)
    for old, new in ODD:
        path = edited(path, old, new)
    planner.open("/importaciones/nueva/")
    planner.write("[name=resolution]", "RJ 5")
    hand_in(planner, path)
    planner.one("[name=title]")
    assert [title.get_attribute("value") for title in planner.all("[name=title]")][:3] == [new for _, new in ODD]
    assert planner.one("[name=resolution]").get_attribute("value") == "RJ 5"
    assert planner.barriers() == []
    if pictures:
        planner.picture(pictures / "importaciones-nueva-columnas.png")
    for select, meaning in zip(planner.all("[name=meaning]"), MEANINGS, strict=False):
        select.find_element("css selector", f"option[value={meaning}]").click()
    planner.press("#terms .row button")
    planner.one(".tabs")
    assert "«LABOR»" in planner.one("main").text


def test_the_document_is_published_read_compared_and_withdrawn(
    planner: Visitor, made_person: MadePerson, pictures: Path | None
) -> None:
    planner.looks_well("/documentos/?year=2022&through=2", pictures)
    planner.open("/documentos/?year=2022")
    assert planner.one("h2").text.startswith("PLAN OPERATIVO INSTITUCIONAL 2022")
    planner.press(".actions a.button")
    planner.one("[name=audience]")
    publish = here(planner)
    planner.looks_well(publish, pictures)
    planner.open(publish)
    assert planner.chromium.execute_script(_PRESSED_TWICE) == [False, True]
    planner.open(publish)
    planner.write("[name=title]", "POI 2022")
    planner.press("main form button")
    assert said(planner) == "Quedó publicado."
    publication = here(planner)
    made_person("lectora", Role.READER, "SAT")
    planner.log_out()
    planner.log_in(name="lectora")
    planner.one(".menu")
    for path in ("/documentos/publicaciones/", publication, f"{publication}comparar/"):
        planner.looks_well(path, pictures)
    with planner.without_scripts():
        planner.open(publication)
        assert planner.one("h1").text == "POI 2022"
    planner.log_out()
    planner.log_in(name="test_the_document_is_published_read_compared_and_withdrawn")
    planner.one(".menu")
    planner.looks_well(f"{publication}retirar/", pictures)
    planner.open(f"{publication}retirar/")
    planner.write("[name=reason]", "Cifras de otro año")
    planner.press("main form button")
    assert "retirada" in said(planner)
