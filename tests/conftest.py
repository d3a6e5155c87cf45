"""Fixtures of every test: the institution that many are about, a unit of it, and who plans it."""

import pytest

from tests import factories as make
from units.choices import Role
from units.models import Unit

pytest_plugins = ["tests.committed"]


@pytest.fixture
def sat() -> Unit:
    return make.institution("SAT", "SAT LIMA")


@pytest.fixture
def unit(sat: Unit) -> Unit:
    return make.unit(sat, "U1", "PLANIFICACIÓN")


@pytest.fixture
def planner(sat: Unit) -> make.Caller:
    return make.client(Role.PLANNER, sat)
