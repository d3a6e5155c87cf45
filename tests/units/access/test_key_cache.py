"""What a key allows is kept only as long as nothing changes (docs/decisions/0005)."""

from datetime import timedelta
from typing import NamedTuple

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories
from units.access.key_cache import _kept
from units.choices import Role
from units.models import ApiClient


@pytest.fixture(autouse=True)
def nothing_kept():
    _kept.clear()


class Asked(NamedTuple):
    """The status of an answer, how often the key was looked up for it, and how often the matrix was made."""

    status: int
    look_ups: int
    answers: int


def ask(caller, path="/api/v1/reports/matrix/?year=2022", method="GET"):
    with CaptureQueriesContext(connection) as captured:
        answer = Client(headers=caller.headers).generic(method, path)
    statements = [query["sql"] for query in captured]
    made = sum("activities_figure" in sql for sql in statements)
    return Asked(answer.status_code, sum("units_apiclient" in sql for sql in statements), made)


def test_the_second_answer_needs_no_look_up_of_the_key(committed):
    caller = factories.client(Role.READER)
    assert ask(caller) == (200, 1, 1)
    assert ask(caller).look_ups == 0
    assert ask(caller, method="HEAD").look_ups == 0


def test_an_access_is_confirmed_before_anything_is_answered(committed):
    caller = factories.client(Role.READER)
    ask(caller)
    with CaptureQueriesContext(connection) as captured:
        Client(headers=caller.headers).get("/api/v1/reports/matrix/?year=2023")
    assert "units_changeset" in captured[0]["sql"]
    assert "activities_figure" not in captured[0]["sql"]


def test_an_answer_is_made_once_when_something_else_changed(committed):
    caller = factories.client(Role.READER)
    ask(caller)
    factories.institution()
    assert ask(caller) == (200, 1, 1)


def test_a_revoked_key_is_dead_at_once(committed):
    caller = factories.client(Role.READER)
    assert ask(caller).status == 200
    ApiClient.objects.update(revoked_at=timezone.now())
    assert ask(caller) == (401, 1, 0)


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
    assert [ask(caller).look_ups for _ in range(2)] == [1, 1]


def test_a_key_that_writes_is_looked_up_each_time(committed):
    caller = factories.client(Role.READER)
    ask(caller)
    assert ask(caller, method="POST").look_ups == 1


def test_nothing_is_kept_inside_a_transaction(db):
    caller = factories.client(Role.READER)
    ask(caller)
    assert not _kept
    ApiClient.objects.update(revoked_at=timezone.now())
    assert ask(caller).status == 401


def test_the_cache_is_bounded(committed, monkeypatch):
    monkeypatch.setattr("units.access.key_cache._MOST", 2)
    for caller in [factories.client(Role.READER) for _ in range(4)]:
        ask(caller)
    assert len(_kept) <= 2
