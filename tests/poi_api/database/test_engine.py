"""A kept connection is used again without a query, and a dead one is noticed before it is used."""

import asyncio
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from poi_api.database.event_loop import LoopConnection
from tests.committed import Connect

# What nobody asks for by default, as options of a connection, and what each is to be all the same
_OTHERWISE = {
    "search_path": ("pg_catalog,public", "public"),
    "default_transaction_isolation": ("serializable", "read committed"),
    "DateStyle": (r"German,\ DMY", "ISO, DMY"),
    "IntervalStyle": ("sql_standard", "postgres"),
    "standard_conforming_strings": ("off", "on"),
    "jit": ("on", "off"),
}
_OPTIONS = " ".join(f"-c {name}={value}" for name, (value, _) in _OTHERWISE.items())
_SAID = "SELECT " + ", ".join(f"current_setting('{name}')" for name in _OTHERWISE)
_EXPECTED = tuple(value for _, value in _OTHERWISE.values())


def test_a_living_connection_is_not_asked(db: None) -> None:
    connection.ensure_connection()
    with CaptureQueriesContext(connection) as asked:
        assert connection.is_usable()
    assert not asked.captured_queries


def test_a_connection_that_the_server_ended_is_not_usable(connect: Connect) -> None:
    ended = connection.copy()
    ended.connect()
    process = ended.connection.info.backend_pid
    connect().execute("SELECT pg_terminate_backend(%s, 5000)", [process])
    assert not ended.is_usable()
    ended.connection.close()


def test_no_connection_is_not_usable(db: None) -> None:
    assert not connection.copy().is_usable()


@pytest.fixture
def otherwise(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the server give every new connection what is not relied upon."""
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "options", _OPTIONS)


def test_what_a_role_or_a_server_sets_otherwise_changes_no_connection(otherwise: None) -> None:
    made = connection.copy()
    with made.cursor() as cursor:
        cursor.execute(_SAID)
        assert cursor.fetchone() == _EXPECTED
    made.close()


def test_nor_those_of_the_event_loop(otherwise: None) -> None:
    async def known() -> Any:
        loops = LoopConnection(_SAID)
        while not loops.is_free():
            await asyncio.sleep(0.01)
        assert loops._link
        await loops._link[0].close()
        return loops.known

    assert asyncio.run(asyncio.wait_for(known(), 30)) == _EXPECTED
