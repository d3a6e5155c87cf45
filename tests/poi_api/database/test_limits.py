"""Each limit on both sides: what is shorter is done, what is longer is ended, and the connection goes on."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from django.conf import settings
from django.db import Error, OperationalError, connection, transaction

from poi_api.database.interruptions import interruption
from poi_api.database.limits import Limits, Work, working_on
from tests.committed import Connect
from tests.poi_api.processes import PROJECT, environment
from tests.threads import in_threads
from tests.waiting import LONGER, SHORT, limited, next_request

_LIMITS = "SELECT current_setting('statement_timeout'), current_setting('lock_timeout')"
_SHOW = "from django.db import connection; print(connection.limits)"


@pytest.fixture
def limits(committed: None) -> Iterator[None]:
    with limited():
        yield


def ask(statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def sleep(seconds: float) -> None:
    ask(f"SELECT pg_sleep({seconds})")


def idle_for(seconds: float) -> None:
    with transaction.atomic():
        ask("SELECT 1")
        time.sleep(seconds)
        ask("SELECT 1")


def held_limits() -> Any:
    with connection.cursor() as cursor:
        cursor.execute(_LIMITS)
        return cursor.fetchone()


def code_of(error: Error) -> str:
    said = interruption(error)
    assert said is not None
    return said.code


class TestEachLimit:
    def test_a_statement(self, limits: None) -> None:
        sleep(SHORT.statement / 2)
        with pytest.raises(OperationalError) as ended:
            sleep(SHORT.statement * 1.5)
        assert code_of(ended.value) == "took_too_long"
        sleep(0)

    @pytest.mark.parametrize(("held", "code"), [(0.5, None), (1.7, "locked")])
    def test_a_wait_for_a_lock(self, limits: None, connect: Connect, held: float, code: str | None) -> None:
        holder = connect()
        holder.execute("SELECT pg_advisory_lock(42)")

        def let_go() -> None:
            time.sleep(SHORT.lock * held)
            holder.execute("SELECT pg_advisory_unlock(42)")

        freed = in_threads(let_go)
        said = None
        try:
            ask("SELECT pg_advisory_xact_lock(42)")
        except OperationalError as error:
            said = code_of(error)
        freed()
        assert said == code

    def test_a_transaction_in_which_nothing_is_asked(self, limits: None) -> None:
        idle_for(SHORT.idle / 2)
        with pytest.raises(Error) as ended:
            idle_for(SHORT.idle * 1.5)
        assert code_of(ended.value) == "unavailable"
        next_request()
        assert ask("SELECT 1") == 1
        time.sleep(SHORT.idle * 1.5)  # a connection without a transaction may be idle
        assert ask("SELECT 1") == 1

    def test_a_server_that_says_nothing(self, limits: None) -> None:
        with cast(Any, connection).impatient(0.8):
            sleep(0.3)
        with pytest.raises(OperationalError) as ended, cast(Any, connection).impatient(0.3):
            sleep(0.8)
        assert code_of(ended.value) == "unavailable"
        next_request()
        sleep(0.8)

    def test_a_connection_that_was_lost_before(self, limits: None) -> None:
        ask("SELECT 1")
        connection.connection.close()
        with pytest.raises(Error) as ended:
            ask("SELECT 1")
        assert code_of(ended.value) == "unavailable"

    def test_the_server_is_given_the_time_to_say_that_it_stopped(self) -> None:
        assert (Limits(statement=15).patience, Limits().patience) == (20, None)


class TestKindsOfWork:
    def test_an_export_may_take_longer_in_its_transaction_alone(self, limits: None) -> None:
        before = held_limits()
        with working_on(Work.EXPORT):
            sleep(SHORT.statement * 1.2)
            assert held_limits() == ("5s", "600ms")
            assert connection.connection.patience == LONGER.patience
        assert held_limits() == before == ("1200ms", "600ms")
        assert connection.connection.patience == SHORT.patience

    def test_one_within_another_transaction_leaves_it_as_it_was(self, limits: None) -> None:
        before = held_limits()
        with transaction.atomic():
            with working_on(Work.EXPORT):
                sleep(0)
            assert held_limits() == before

    def test_one_that_fails_leaves_the_limits_as_they_were(self, limits: None) -> None:
        before = held_limits()
        with transaction.atomic():
            with pytest.raises(ZeroDivisionError), working_on(Work.EXPORT):
                raise ZeroDivisionError
            assert held_limits() == before
        assert connection.connection.patience == SHORT.patience

    def test_without_limits_there_are_none_for_an_export_either(self, committed: None) -> None:
        with working_on(Work.EXPORT):
            assert held_limits() == ("0", "0")
        assert connection.connection.patience is None


class TestWhoHasLimits:
    def show(self, *arguments: str, **variables: str) -> str:
        where = environment(Path(settings.DATA_DIR), DJANGO_SETTINGS_MODULE="poi_api.settings", **variables)
        done = subprocess.run(
            [sys.executable, *arguments], cwd=PROJECT, env=where, check=True, capture_output=True, text=True
        )
        return done.stdout.splitlines()[-1]

    def test_whoever_serves_requests_as_the_environment_says(self) -> None:
        said = self.show("-c", f"import poi_api.wsgi; {_SHOW}", REQUEST_SECONDS="7", LOCK_SECONDS="3")
        assert said == str(Limits(7, 3, idle=10))

    def test_commands_have_none(self) -> None:
        assert self.show("manage.py", "shell", "-c", _SHOW, REQUEST_SECONDS="7") == "None"
