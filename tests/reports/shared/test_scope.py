"""The scope of an answer names the caller's units, by name."""

import pytest
from django.test import Client

from tests import factories as make
from units.choices import Role


@pytest.mark.django_db
@pytest.mark.parametrize("names", [("ALFA", "BETA", "GAMA"), ("GAMA", "ALFA", "BETA")])
def test_units_are_in_the_order_of_their_names(names):
    institution = make.institution()
    person = make.person()
    for name in names:
        person.memberships.create(role=Role.READER, unit=make.unit(institution, f"U-{name}", name))
    browser = Client()
    browser.force_login(person)
    scope = browser.get("/api/v1/reports/matrix/?year=2022").json()["scope"]
    assert scope["installation"] is False
    assert [unit["name"] for unit in scope["units"]] == ["ALFA", "BETA", "GAMA"]
