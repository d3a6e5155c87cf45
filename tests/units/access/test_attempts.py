"""Attempts to log in: so many by address and by name, over all processes, and one password at a time."""

import json
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import timezone

from poi_api.database import locks
from tests.poi_api.processes import PROJECT
from tests.threads import in_threads
from units.access.attempts import (
    PER_ADDRESS,
    PER_NAME,
    AnotherAttempt,
    TooManyAttempts,
    address_of,
    attempt,
)
from units.models import LoginAttempts

HERE = "192.0.2.1"


def wrong() -> None:
    return None


def right() -> str:
    return "person"


def fail(times: int, *, address: str | None = None, name: str | None = None) -> None:
    """Fail so many times, each from an address, and for a name, of its own unless one is given."""
    for number in range(times):
        attempt(address or f"198.51.100.{number}", name or f"name {number}", wrong)


def is_refused(address: str, name: str) -> bool:
    """Tell whether an attempt is refused; its password is not looked at then."""
    looked: list[int] = []
    try:
        attempt(address, name, lambda: looked.append(1) or "person")  # type: ignore[func-returns-value]
    except TooManyAttempts:
        assert not looked
        return True
    assert looked
    return False


@pytest.mark.django_db
class TestLimits:
    def test_an_address_has_so_many_and_not_one_more(self) -> None:
        fail(PER_ADDRESS.most - 1, address=HERE)
        assert not is_refused(HERE, "ana")
        fail(1, address=HERE, name="other")
        assert is_refused(HERE, "ana")
        assert not is_refused("192.0.2.2", "ana")

    def test_a_name_has_so_many_from_wherever_and_not_one_more(self) -> None:
        fail(PER_NAME.most - 1, name="ana")
        assert not is_refused(HERE, "ana")
        fail(1, name="ana", address="203.0.113.1")
        assert is_refused(HERE, "ana")
        assert not is_refused(HERE, "eva")

    def test_a_name_is_the_same_however_its_account_can_be_called(self) -> None:
        fail(PER_NAME.most, name="Ñusta.ſoto")
        for spelling in ("ñusta.soto", "ÑUSTA.SOTO"):
            assert is_refused(HERE, spelling)

    @pytest.mark.parametrize(("limit", "given"), [(PER_ADDRESS, {"address": HERE}), (PER_NAME, {"name": "ana"})])
    def test_places_are_free_again_when_the_time_is_over_and_not_before(self, limit: Any, given: Any) -> None:
        fail(limit.most, **given)
        for seconds, refused in ((limit.seconds - 1, True), (limit.seconds, False)):
            _begin(seconds)
            assert is_refused(given.get("address", HERE), given.get("name", "ana")) is refused
        fail(1, **given)
        assert LoginAttempts.objects.filter(attempts=1).exists()

    def test_it_says_how_long_to_wait(self) -> None:
        fail(PER_NAME.most, name="ana")
        _begin(PER_NAME.seconds - 30)
        with pytest.raises(TooManyAttempts) as refused:
            attempt(HERE, "ana", right)
        assert refused.value.wait == 30

    def test_who_logs_in_is_not_counted(self) -> None:
        for _ in range(PER_ADDRESS.most + 1):
            assert attempt(HERE, "ana", right) == "person"
        fail(PER_NAME.most, name="ana", address=HERE)
        assert is_refused(HERE, "ana")

    def test_what_is_refused_for_its_name_takes_nothing_from_its_address(self) -> None:
        fail(PER_NAME.most, name="ana")
        for _ in range(PER_ADDRESS.most):
            assert is_refused(HERE, "ana")
        assert not is_refused(HERE, "eva")

    def test_what_is_refused_for_its_address_takes_nothing_from_its_name(self) -> None:
        fail(PER_ADDRESS.most, address=HERE)
        for _ in range(PER_NAME.most):
            assert is_refused(HERE, "ana")
        assert not is_refused("192.0.2.2", "ana")

    def test_names_are_not_kept_in_clear_and_rows_that_are_over_are_cleared_away(self) -> None:
        fail(6, name="ana")
        assert all(len(bytes(row.key)) == 32 for row in LoginAttempts.objects.all())
        _begin(PER_NAME.seconds)
        fail(1, name="eva", address=HERE)
        assert LoginAttempts.objects.count() == 2


@pytest.mark.django_db
class TestUnlocking:
    def test_a_name_can_be_tried_again_and_no_other_is_touched(self) -> None:
        fail(PER_NAME.most, name="Ana")
        fail(PER_NAME.most, name="eva")
        call_command("unlock", "aNA", stdout=StringIO())
        assert not is_refused(HERE, "ana")
        assert is_refused(HERE, "eva")

    def test_it_says_so_where_nobody_failed_with_that_name(self) -> None:
        fail(1, name="ana")
        with pytest.raises(CommandError, match="«ane»"):
            call_command("unlock", "ane")

    @pytest.mark.parametrize(("limit", "given"), [(PER_ADDRESS, {"address": HERE}), (PER_NAME, {"name": "secreto"})])
    def test_each_refusal_is_a_line_in_the_log_that_does_not_name_the_person(
        self, caplog: pytest.LogCaptureFixture, limit: Any, given: Any
    ) -> None:
        fail(limit.most, **given)
        assert not caplog.messages
        assert is_refused(HERE, "secreto")
        assert caplog.messages == [f"log-in refused from {HERE}: {next(iter(given))} full"]

    def test_it_says_both_where_both_are_full(self, caplog: pytest.LogCaptureFixture) -> None:
        fail(PER_NAME.most, name="ana")
        fail(PER_ADDRESS.most, address=HERE)
        assert is_refused(HERE, "ana")
        assert caplog.messages == [f"log-in refused from {HERE}: address and name full"]


def _begin(seconds_ago: int) -> None:
    """Let all that was counted have begun so long before now."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE units_loginattempts SET began_at = now() - make_interval(secs => %s)", [seconds_ago])


class TestOneAtATime:
    def test_another_one_is_refused_at_once_and_does_not_count(self, connect: Callable[[], Any]) -> None:
        other = connect()
        other.execute(f"SELECT pg_advisory_lock({locks.LOGIN_CHECK})")
        began = timezone.now()
        for _ in range(PER_ADDRESS.most + 1):
            with pytest.raises(AnotherAttempt):
                attempt(HERE, "ana", right)
        assert (timezone.now() - began).total_seconds() < 5
        other.execute(f"SELECT pg_advisory_unlock({locks.LOGIN_CHECK})")
        assert attempt(HERE, "ana", right) == "person"

    def test_the_next_one_has_its_turn_also_after_a_failure(self, connect: Callable[[], Any]) -> None:
        def broken() -> None:
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            attempt(HERE, "ana", broken)
        row = connect().execute(f"SELECT pg_try_advisory_lock({locks.LOGIN_CHECK})").fetchone()
        assert row == (True,)

    @pytest.mark.parametrize("held", ["address:" + HERE, "name:ANA"])
    def test_the_next_one_has_its_turn_also_after_the_database_failed(
        self, committed: None, connect: Callable[[], Any], held: str
    ) -> None:
        fail(1, address=HERE, name="ana")
        other = connect()
        with other.transaction():
            locked = other.execute(
                "SELECT FROM units_loginattempts WHERE key = sha256(convert_to(%s, 'UTF8')) FOR UPDATE", [held]
            )
            assert locked.rowcount == 1
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '50ms'")
            with pytest.raises(OperationalError, match="lock timeout"):
                attempt(HERE, "ana", lambda: pytest.fail("looked at"))
        # Its connection was closed, and PostgreSQL takes a moment to end the session and with it the lock
        other.execute("SET lock_timeout = '5s'")
        other.execute(f"SELECT pg_advisory_lock({locks.LOGIN_CHECK})")
        other.execute(f"SELECT pg_advisory_unlock({locks.LOGIN_CHECK})")
        assert attempt(HERE, "ana", right) == "person"

    def test_the_last_place_goes_to_one(self, committed: None) -> None:
        fail(PER_ADDRESS.most - 1, address=HERE)

        def try_once(name: str) -> Callable[[], str]:
            def run() -> str:
                while True:
                    try:
                        return "looked at" if attempt(HERE, name, wrong) is None else ""
                    except AnotherAttempt:
                        continue
                    except TooManyAttempts:
                        return "refused"

            return run

        answers = in_threads(*(try_once(f"name {number}") for number in range(8)))()
        assert sorted(answers) == ["looked at"] + ["refused"] * 7


_PROCESS = """
import json, sys, django
django.setup()
from django.db import connection
from units.access.attempts import AnotherAttempt, TooManyAttempts, attempt
connection.settings_dict["NAME"], address, name = sys.argv[1:]

def looked_at(address, name):
    looked = refused = 0
    while refused < 5:
        try:
            attempt(address or f"198.51.100.{looked}", name or f"name {looked}", lambda: None)
            looked += 1
        except AnotherAttempt:
            pass
        except TooManyAttempts:
            refused += 1
    return looked

print(json.dumps([looked_at(address, ""), looked_at("", name)]))
"""


def test_two_processes_have_as_many_together_as_one(committed: None) -> None:
    connection.ensure_connection()
    command = [sys.executable, "-c", _PROCESS, str(connection.settings_dict["NAME"]), HERE, "ana"]
    started = [subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE) for _ in range(2)]
    looked = [json.loads(process.communicate(timeout=60)[0]) for process in started]
    assert [sum(each) for each in zip(*looked, strict=True)] == [PER_ADDRESS.most, PER_NAME.most]


class TestAddress:
    def asked(self, came_from: str, forwarded: str | None = None) -> HttpRequest:
        more: Any = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
        return RequestFactory().get("/", REMOTE_ADDR=came_from, **more)

    @pytest.mark.parametrize(
        ("came_from", "address"),
        [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
            ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
            ("::1", "::/64"),
            ("", ""),
        ],
    )
    def test_an_ipv6_address_is_its_network(self, came_from: str, address: str) -> None:
        assert address_of(self.asked(came_from)) == address

    @pytest.mark.parametrize(
        ("proxies", "forwarded", "address"),
        [
            (0, "203.0.113.9", "192.0.2.1"),
            (1, None, "192.0.2.1"),
            (1, "203.0.113.9", "203.0.113.9"),
            (1, "10.9.9.9, 203.0.113.9", "203.0.113.9"),
            (1, "10.9.9.9, unknown", "192.0.2.1"),
            (2, "10.9.9.9,203.0.113.9, 198.51.100.4", "203.0.113.9"),
            (2, "203.0.113.9", "192.0.2.1"),
            (1, "203.0.113.9:4711", "203.0.113.9"),
            (1, "10.9.9.9:80, [2001:db8:1:2::9]:4711", "2001:db8:1:2::/64"),
            (1, "[2001:db8:1:2::9]", "2001:db8:1:2::/64"),
            (1, '"[2001:db8:1:2::9]:4711"', "2001:db8:1:2::/64"),
            (1, "2001:db8:1:2::9", "2001:db8:1:2::/64"),
            (1, "[::ffff:203.0.113.9]:4711", "203.0.113.9"),
            (1, "unknown:4711", "192.0.2.1"),
            (1, "[203.0.113.9", "203.0.113.9"),
            (1, "_hidden", "192.0.2.1"),
            (1, ":", "192.0.2.1"),
            (1, "[", "192.0.2.1"),
        ],
    )
    def test_a_header_is_believed_as_far_as_the_proxies_go(
        self, settings: Any, proxies: int, forwarded: str | None, address: str
    ) -> None:
        settings.PROXIES = proxies
        assert address_of(self.asked("192.0.2.1", forwarded)) == address
