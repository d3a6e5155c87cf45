"""What a key allows is remembered only as long as nothing changes (docs/decisions/0005)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories
from units.access.key_cache import _memory
from units.choices import Role
from units.models import ApiClient


@pytest.fixture(autouse=True)
def nothing_remembered():
    _memory.clear()


def ask(caller):
    """Return the status of the matrix and how many statements it took."""
    with CaptureQueriesContext(connection) as asked:
        answer = Client(headers=caller.headers).get("/api/v1/reports/matrix/?year=2022")
    return answer.status_code, len(asked.captured_queries)


def test_the_second_answer_needs_one_statement_less(committed):
    caller = factories.client(Role.READER)
    _, first = ask(caller)
    assert ask(caller) == (200, first - 1)


def test_an_answer_is_not_made_twice_because_something_else_changed(committed):
    caller = factories.client(Role.READER)
    _, first = ask(caller)
    factories.institution()
    assert ask(caller) == (200, first)


def test_a_revoked_key_is_dead_at_once(committed):
    caller = factories.client(Role.READER)
    assert ask(caller)[0] == 200
    ApiClient.objects.update(revoked_at=timezone.now())
    assert ask(caller)[0] == 401


def test_another_unit_counts_at_once(committed):
    caller = factories.client(Role.READER)
    ask(caller)
    unit = factories.unit(factories.institution())
    ApiClient.objects.update(unit=unit)
    answer = Client(headers=caller.headers).get("/api/v1/reports/matrix/?year=2022")
    assert [shown["id"] for shown in answer.json()["scope"]["units"]] == [unit.pk]


def test_a_key_with_an_expiry_is_looked_up_each_time(committed):
    caller = factories.client(Role.READER)
    ApiClient.objects.update(expires_at=timezone.now() + timedelta(hours=1))
    _, first = ask(caller)
    assert ask(caller) == (200, first)


def test_nothing_is_remembered_inside_a_transaction(db):
    caller = factories.client(Role.READER)
    ask(caller)
    ApiClient.objects.update(revoked_at=timezone.now())
    assert ask(caller)[0] == 401


def test_memory_is_bounded(committed, monkeypatch):
    monkeypatch.setattr("units.access.key_cache._MOST", 2)
    for caller in [factories.client(Role.READER) for _ in range(4)]:
        ask(caller)
    assert len(_memory) <= 2
