"""The first page, at the address that `make run` prints."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

pytestmark = pytest.mark.django_db


def test_anybody_finds_the_ways_in() -> None:
    page = Client().get("/")
    assert page.status_code == 200
    said = page.content.decode()
    for address in ("/cuenta/entrar/", "/api/docs/", "/api/schema/", "/healthz"):
        assert f'href="{address}' in said


def test_its_links_lead_somewhere() -> None:
    client = Client()
    for address in ("/cuenta/entrar/", "/api/docs/", "/api/schema/?format=json", "/healthz", "/readyz"):
        assert client.get(address).status_code == 200, address


def test_who_is_logged_in_is_told_so() -> None:
    client = Client()
    client.force_login(User.objects.create_user("rosa"))
    assert "Ha entrado como rosa" in client.get("/").content.decode()


def test_it_is_only_read() -> None:
    answer = Client().post("/")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")
