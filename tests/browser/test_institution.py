"""In a browser the way to the institution's own log-in and back passes the content policy."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.visitor import Visitor
from tests.service_process import served
from tests.units.pages.institution import institution


@pytest.fixture(scope="module")
def service(data_dir: Path) -> Iterator[str]:
    """The address of a service that knows an institution by its environment."""
    with institution() as issuer:
        named = {"OIDC_ISSUER": issuer, "OIDC_CLIENT_ID": "poi", "OIDC_CLIENT_SECRET": "s", "OIDC_NAME": "Keycloak"}
        with served(data_dir, **named) as (_, port):
            yield f"http://127.0.0.1:{port}"


def say_there_who_one_is(visitor: Visitor) -> None:
    visitor.write("[name=sub]", "f:7d1c:oficina")
    visitor.press("button[type=submit]")


def test_it_is_linked_and_then_comes_in(visitor: Visitor, pictures: Path | None) -> None:
    visitor.looks_well("/cuenta/entrar/", pictures)
    visitor.log_in()
    visitor.one(".menu")
    visitor.looks_well("/cuenta/acceso/", pictures)
    visitor.write("[name=password]", visitor.password)
    visitor.press("main button")
    say_there_who_one_is(visitor)
    assert "vinculada el" in visitor.one("main").text
    visitor.open("/cuenta/salir/")
    visitor.press("main button")
    visitor.press("form[action='/cuenta/institucion/'] button")
    say_there_who_one_is(visitor)
    assert "Oficina de Planificación" in visitor.one(".person").text
    assert visitor.complaints() == []
