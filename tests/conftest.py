"""Fixtures of every test: the institution that many are about, a unit of it, and who plans them."""

import gc
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

from poi_api.http import files
from tests import factories as make
from units.choices import Role
from units.models import Unit

# A search says nothing of how fast a machine is just now: one that paused for a second was taken for a fault
settings.register_profile(
    "on_any_machine", parent=settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("on_any_machine")

_OBJECTS = 10_000  # more than there were, before garbage is looked for
_SELDOM = 100  # times that younger ones were gone through, before all are: what is of a whole run stays anyway

pytest_plugins = [
    "tests.kept_statements",
    "tests.committed",
    "tests.made_once",
    "tests.activities.importing.reading_here",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--of-the-database", action="store_true", help="only tests that ask the database of the run")
    parser.addoption("--misprinted-rows", type=int, default=60, help="how many of each layout and seed are read")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, if so asked, what is the same on every database: pytest-django lets nothing else ask it."""
    if config.getoption("--of-the-database"):
        others = [item for item in items if not _asks_the_database(item)]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if _asks_the_database(item)]


def _asks_the_database(item: pytest.Item) -> bool:
    fixtures: list[str] = getattr(item, "fixturenames", [])
    return "django_db_setup" in fixtures or item.get_closest_marker("django_db") is not None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None]:
    """Look for no garbage among what is collected, which stays to the end: it took a quarter of collecting.

    Afterwards it is looked for a tenth as often, which took a tenth of what tests compute.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(_OBJECTS, 10, _SELDOM)
        gc.enable()


@pytest.fixture
def empty_disk() -> None:
    """No file is left of answers that earlier tests did not close, as a server does."""
    for file in list(files._on_disk):
        file.close()


@pytest.fixture
def sat() -> Unit:
    return make.institution("SAT", "SAT LIMA")


@pytest.fixture
def unit(sat: Unit) -> Unit:
    return make.unit(sat, "U1", "PLANIFICACIÓN")


@pytest.fixture
def planner(sat: Unit) -> make.Caller:
    return make.client(Role.PLANNER, sat)


@pytest.fixture
def unit_planner(unit: Unit) -> make.Caller:
    """A planner of the unit alone."""
    return make.client(Role.PLANNER, unit)


@pytest.fixture
def installation_planner() -> make.Caller:
    return make.client(Role.PLANNER)
