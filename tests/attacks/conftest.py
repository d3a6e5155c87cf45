"""A running service with one of everything, which is attacked, and on which no refused body leaves a trace."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests.attacks.service import Attacked, attacked, last_position
from tests.committed import empty_tables
from tests.operations import one_of_everything


@pytest.fixture(scope="module")
def service(
    test_database: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Attacked]:
    with django_db_blocker.unblock():
        with attacked(tmp_path_factory.mktemp("attacked"), one_of_everything()) as running:
            yield running
        empty_tables()


@pytest.fixture
def nothing_is_written(request: pytest.FixtureRequest, service: Attacked) -> Iterator[None]:
    """Hold that a test writes nothing, unless it is marked to write."""
    before = last_position()
    yield
    assert request.node.get_closest_marker("writes") or last_position() == before
