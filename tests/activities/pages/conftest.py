"""Fixtures of the tests of pages: who opens them, and on which day."""

from typing import Any

import pytest

from tests import factories as make
from tests.activities.planning import MID_APRIL
from tests.pages_kit import Visit, visit
from units.access.lookup import Confirmed, confirmed_person
from units.choices import Role
from units.models import Unit
from units.pages import page


@pytest.fixture
def office(sat: Unit) -> Visit:
    """Who plans for the institution."""
    return visit(make.person(Role.PLANNER, sat))


@pytest.fixture
def seen_mid_april(monkeypatch: pytest.MonkeyPatch, mid_april: None) -> None:
    """Pages are opened the day after March closed."""

    def then(user: Any) -> Confirmed:
        access, state = confirmed_person(user)
        return Confirmed(access, state._replace(day=MID_APRIL))

    monkeypatch.setattr(page, "confirmed_person", then)
