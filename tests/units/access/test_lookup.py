"""A key is looked up for every request; only noting its use is spared (docs/decisions/0005)."""

import time
from datetime import timedelta
from typing import NamedTuple

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories
from units.access import lookup
from units.choices import Role
from units.models import ApiClient, ClientUse


@pytest.fixture(autouse=True)
def nothing_noted(monkeypatch):
    monkeypatch.setattr(lookup, "_noted", {})


class Asked(NamedTuple):
    """The status of an answer, how often the key was looked up for it, and whether its use was noted on the way."""

    status: int
    look_ups: int
    noted: bool


def ask(caller, path="/api/v1/reports/matrix/?year=2022", method="GET"):
    with CaptureQueriesContext(connection) as captured:
        answer = Client(headers=caller.headers).generic(method, path)
    statements = [query["sql"] for query in captured if "units_apiclient" in query["sql"]]
    return Asked(answer.status_code, len(statements), any("units_clientuse" in sql for sql in statements))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_key_is_looked_up_each_time_and_its_use_noted_once_a_minute(committed, monkeypatch, method):
    caller = factories.client(Role.READER)
    assert [ask(caller, method=method) for _ in range(3)] == [(200, 1, True), (200, 1, False), (200, 1, False)]
    now = time.time()
    monkeypatch.setattr("units.access.lookup.time.time", lambda: now + 60)
    assert ask(caller) == (200, 1, True)


def test_it_is_known_before_anything_is_answered(committed):
    caller = factories.client(Role.READER)
    with CaptureQueriesContext(connection) as captured:
        Client(headers=caller.headers).get("/api/v1/reports/matrix/?year=2022")
    statements = [query["sql"] for query in captured if "units_" in query["sql"]]
    assert "units_apiclient" in statements[0]
    assert "activities_figure" in statements[-1]


def test_a_revoked_key_is_dead_at_once(committed):
    caller = factories.client(Role.READER)
    assert ask(caller).status == 200
    ApiClient.objects.update(revoked_at=timezone.now())
    assert ask(caller).status == 401
    assert ask(caller, method="POST").status == 401


def test_another_unit_counts_at_once(committed):
    caller = factories.client(Role.READER)
    ask(caller)
    unit = factories.unit(factories.institution())
    ApiClient.objects.update(unit=unit)
    answer = Client(headers=caller.headers).get("/api/v1/reports/matrix/?year=2022")
    assert [shown["id"] for shown in answer.json()["scope"]["units"]] == [unit.pk]


def test_a_key_that_expires_is_refused_from_that_moment(committed):
    caller = factories.client(Role.READER)
    ApiClient.objects.update(expires_at=timezone.now() + timedelta(hours=1))
    assert ask(caller).status == 200
    ApiClient.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert ask(caller).status == 401


def test_a_use_that_is_undone_is_noted_again(committed):
    caller = factories.client(Role.READER)
    with transaction.atomic():
        assert ask(caller).noted
        transaction.set_rollback(True)
    assert not ClientUse.objects.exists()
    assert ask(caller).noted
    assert ClientUse.objects.exists()


def test_a_key_that_is_refused_is_not_held_in_memory(committed):
    caller = factories.client(Role.READER)
    ApiClient.objects.update(revoked_at=timezone.now())
    ask(caller)
    ask(caller._replace(key=caller.key + "x"))
    assert lookup._noted == {}
