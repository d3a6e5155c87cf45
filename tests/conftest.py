"""Fixtures of every test, and the institution and the unit of it that many of them are about."""

import pytest

from tests import factories as make
from units.models import Unit

pytest_plugins = ["tests.committed"]


@pytest.fixture
def sat() -> Unit:
    return make.institution("SAT", "SAT LIMA")


@pytest.fixture
def unit(sat: Unit) -> Unit:
    return make.unit(sat, "U1", "PLANIFICACIÓN")
