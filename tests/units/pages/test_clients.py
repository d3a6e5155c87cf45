"""Machine clients on pages: made, their keys shown once, renewed, revoked."""

import pytest

from tests import factories as make
from tests.pages_kit import Opened, Visit, visit
from units.choices import Role
from units.models import ApiClient, Unit

pytestmark = pytest.mark.django_db
LIST = "/personas/claves/"


@pytest.fixture
def planner(unit: Unit) -> Visit:
    return visit(make.person(Role.PLANNER, unit))


def key_of(page: Opened) -> str:
    (key,) = page.document.xpath("//input[@id='secret']/@value")
    return str(key)


def works(key: str) -> bool:
    answer = visit().client.get("/api/v1/me/", headers={"Authorization": f"Api-Key {key}"})
    return bool(answer.status_code == 200)


def test_a_key_is_made_shown_once_renewed_and_revoked(planner: Visit) -> None:
    typed = {"name": "Tablero", "role": "reader", "unit": "U1", "until": "2199-12-31"}
    first = key_of(planner.send(f"{LIST}nueva/", typed))
    client = ApiClient.objects.get(name="Tablero")
    row = planner.open(LIST).rows()[0]
    assert row[:6] == ["Tablero", "Lector", "PLANIFICACIÓN", "Vigente", "Nunca", "31/12/2199"]
    assert works(first)
    assert first not in planner.open(LIST).text
    second = key_of(planner.send(f"{LIST}{client.pk}/renovar/", {"until": ""}))
    assert (works(first), works(second)) == (False, True)
    page = planner.send(f"{LIST}{client.pk}/revocar/", follow=True)
    assert page.messages() == ["La clave de Tablero quedó revocada."]
    assert not works(second)
    assert planner.open(LIST).rows() == []
    assert "Revocada el" in planner.open(LIST, is_revoked="true").text


def test_what_is_wrong_is_said_at_its_field(planner: Visit, unit: Unit) -> None:
    typed = {"name": "Tablero", "role": "reader", "unit": "U1", "until": "2020-01-01"}
    page = planner.send(f"{LIST}nueva/", typed)
    assert (page.status, list(page.errors()), page.values()["name"]) == (400, ["until"], "Tablero")
    planner.send(f"{LIST}nueva/", {**typed, "until": ""})
    assert list(planner.send(f"{LIST}nueva/", {**typed, "name": "TABLERO", "until": ""}).errors()) == ["name"]


def test_keys_are_for_who_plans_there(unit: Unit) -> None:
    client = make.client(Role.READER, unit).client
    assert visit(make.person(Role.REVIEWER, unit)).open(LIST).status == 403
    assert visit(make.person(Role.REVIEWER, unit)).open(f"{LIST}{client.pk}/revocar/").status == 403
    stranger = visit(make.person(Role.PLANNER, make.institution()))
    assert stranger.open(f"{LIST}{client.pk}/revocar/").status == 404
