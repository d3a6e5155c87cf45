"""Debian's Chromium opens the pages and finds nothing in them that their content policy forbids."""

from collections.abc import Iterator
from typing import Any

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.poi_api.processes import python
from tests.service_process import served

PASSWORD = "la clave de la oficina"
PATIENCE = 60  # seconds
ADMIN = ("", "auth/", "auth/user/", "auth/user/add/", "auth/user/1/change/", "auth/user/1/password/",
         "auth/user/1/delete/", "auth/user/1/history/", "auth/group/add/", "password_change/")  # fmt: skip


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service with the sample, and with somebody who may do everything."""
    data_dir = tmp_path_factory.mktemp("service") / "data"
    with served(data_dir) as (_, port):
        made = {"DJANGO_SUPERUSER_USERNAME": "oficina", "DJANGO_SUPERUSER_PASSWORD": PASSWORD}
        command = ("manage.py", "createsuperuser", "--noinput", "--email", "")
        with python(*command, data_dir=data_dir, **made) as process:
            said, _ = process.communicate()
        assert process.returncode == 0, said
        yield f"http://127.0.0.1:{port}"


class Visitor:
    """Who opens pages, and hears what their consoles say."""

    def __init__(self, chromium: Chrome, service: str) -> None:
        self.chromium, self.service = chromium, service

    def open(self, path: str) -> None:
        self.chromium.get(self.service + path)

    def all(self, selector: str) -> list[Any]:
        return self.chromium.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> Any:
        """Return an element that can be seen; it is waited for."""
        WebDriverWait(self.chromium, PATIENCE).until(lambda _: any(e.is_displayed() for e in self.all(selector)))
        return next(element for element in self.all(selector) if element.is_displayed())

    def write(self, selector: str, text: str) -> None:
        field = self.one(selector)
        field.clear()
        field.send_keys(text)

    def press(self, selector: str) -> None:
        """Click on an element wherever a page that still scrolls has it."""
        self.chromium.execute_script("arguments[0].click()", self.one(selector))

    def complaints(self) -> list[str]:
        """Return what was forbidden and what failed in scripts since it was asked last."""
        said: list[Any] = self.chromium.get_log("browser")
        return [entry["message"] for entry in said if entry["source"] in {"security", "javascript"}]

    def log_in(self, password: str = PASSWORD) -> None:
        self.open("/cuenta/entrar/")
        self.write("[name=login]", "oficina")
        self.write("[name=password]", password)
        self.press("button")


@pytest.fixture
def visitor(chromium: Chrome, service: str) -> Visitor:
    made = Visitor(chromium, service)
    made.open("/cuenta/entrar/")
    chromium.delete_all_cookies()
    made.complaints()
    return made


def test_coming_in_and_going_out(visitor: Visitor) -> None:
    visitor.log_in("otra")
    assert "no son correctos" in visitor.one("[role=alert]").text
    assert visitor.one("button").value_of_css_property("background-color") == "rgba(0, 90, 140, 1)"
    visitor.log_in()
    assert "oficina" in visitor.one("main").text
    visitor.open("/cuenta/salir/")
    visitor.press("button")
    visitor.one("[name=login]")
    assert visitor.complaints() == []


def test_the_documentation_is_drawn_and_asks_with_the_session(visitor: Visitor) -> None:
    visitor.log_in()
    for operation, status in (("units_list", "200"), ("units_create", "201")):
        visitor.open(f"/api/docs/#/units/{operation}")
        visitor.chromium.refresh()
        visitor.press(".opblock.is-open .try-out__btn")
        visitor.press(".opblock.is-open .execute")
        assert visitor.one(".opblock.is-open .live-responses-table tbody .response-col_status").text.startswith(status)
    assert visitor.complaints() == []


def test_the_admin_works(visitor: Visitor) -> None:
    visitor.log_in()
    visitor.one("h2")
    for path in ADMIN:
        visitor.open(f"/admin/{path}")
        assert visitor.one("#content"), path
        assert (path, visitor.complaints()) == (path, [])
    visitor.open("/admin/auth/user/1/change/")
    visitor.press(".datetimeshortcuts a")
    assert visitor.one("#id_last_login_0").get_attribute("value")
    visitor.press("#id_user_permissions_add_all, .selector-chooseall")
    assert visitor.complaints() == []


def test_a_drawing_has_its_colours(visitor: Visitor) -> None:
    visitor.log_in()
    visitor.one("h2")
    visitor.open("/api/v1/reports/execution/chart/?year=2022")
    colours = {element.value_of_css_property("fill") for element in visitor.all("path")}
    assert "rgb(0, 114, 178)" in colours
    assert visitor.complaints() == []


def test_a_form_of_somebody_else_is_refused_with_a_page(visitor: Visitor) -> None:
    visitor.open("/cuenta/entrar/")
    visitor.chromium.delete_all_cookies()
    visitor.write("[name=login]", "oficina")
    visitor.write("[name=password]", PASSWORD)
    visitor.press("button")
    assert visitor.one("h1").text == "El formulario no se envió"
    assert visitor.complaints() == []


def test_what_the_policy_forbids_is_heard(visitor: Visitor) -> None:
    write = "document.body.insertAdjacentHTML('beforeend', '<p style=\\'color: red\\' onclick=\\'1\\'>')"
    visitor.chromium.execute_script(write)
    assert any("style" in said for said in visitor.complaints())
