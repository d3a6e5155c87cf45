"""Debian's Chromium opens the pages and finds nothing in them that their content policy forbids."""

from pathlib import Path

from tests.browser.visitor import PASSWORD, Visitor


def test_coming_in_and_going_out(visitor: Visitor) -> None:
    visitor.log_in(password="otra")
    assert "no son correctos" in visitor.one("[role=alert]").text
    assert visitor.one("main button").value_of_css_property("background-color") == "rgba(11, 74, 122, 1)"
    visitor.log_in()
    assert "Oficina de Planificación" in visitor.one(".person").text
    visitor.open("/cuenta/salir/")
    visitor.press("main button")
    visitor.one("[name=login]")
    assert visitor.complaints() == []


def test_the_documentation_is_drawn_and_asks_with_the_session(visitor: Visitor) -> None:
    visitor.log_in()
    for operation, status in (("units_list", "200"), ("units_create", "201")):
        visitor.chromium.get("about:blank")  # else another fragment alone loads nothing
        visitor.open(f"/api/docs/#/units/{operation}")
        visitor.press(".opblock.is-open .try-out__btn")
        visitor.press(".opblock.is-open .execute")
        assert visitor.one(".opblock.is-open .live-responses-table tbody .response-col_status").text.startswith(status)
    assert visitor.complaints() == []


def test_pages_fit_and_keep_nobody_out(visitor: Visitor, pictures: Path | None) -> None:
    visitor.looks_well("/cuenta/entrar/", pictures)
    visitor.log_in()
    visitor.one(".menu")
    for path in ("/", "/cuenta/salir/", "/cuenta/contrasena/", "/nada/"):
        visitor.looks_well(path, pictures)


def test_on_a_telephone_the_menu_opens_by_its_button(visitor: Visitor) -> None:
    visitor.log_in()
    with visitor.at(390):
        visitor.open("/")
        assert not visitor.all(".menu a")[0].is_displayed()
        visitor.press(".menu-button")
        assert visitor.one(".menu a").text == "Inicio"
    assert visitor.complaints() == []


def test_a_drawing_has_its_colours(visitor: Visitor) -> None:
    visitor.log_in()
    visitor.one(".menu")
    visitor.open("/api/v1/reports/execution/chart/?year=2022")
    colours = {element.value_of_css_property("fill") for element in visitor.all("path")}
    assert "rgb(0, 114, 178)" in colours
    assert visitor.complaints() == []


def test_a_form_of_somebody_else_is_refused_with_a_page(visitor: Visitor) -> None:
    visitor.open("/cuenta/entrar/")
    visitor.chromium.delete_all_cookies()
    visitor.write("[name=login]", "oficina")
    visitor.write("[name=password]", PASSWORD)
    visitor.press("main button")
    assert visitor.one("h1").text == "El formulario no se envió"
    assert visitor.complaints() == []


def test_what_the_policy_forbids_is_heard(visitor: Visitor) -> None:
    write = "document.body.insertAdjacentHTML('beforeend', '<p style=\\'color: red\\' onclick=\\'1\\'>')"
    visitor.chromium.execute_script(write)
    assert any("style" in said for said in visitor.complaints())
