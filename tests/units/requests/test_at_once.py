"""What is kept is sent on the event loop, to whom the whole way would send it; all else gets a thread."""

import asyncio
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from activities.models import Activity
from tests import factories as make
from tests.committed import Connect
from tests.factories import Caller
from tests.poi_api.server import asgi
from tests.units.requests.at_once import (
    MATRIX,
    OF_EACH_REQUEST,
    Served,
    closing_its_connection,
    end,
    refusal,
    told,
    within,
)
from units.models import ApiClient, ClientUse


def test_what_it_sends_is_what_a_thread_sends(caller: Caller) -> None:
    async def ask(served: Served) -> Any:
        first = await served.ask(caller)
        etag = first.headers[b"ETag"].decode()
        return first, await served.until_at_once(caller), await served.until_at_once(caller, If_None_Match=etag)

    in_thread, at_once, unchanged = within(ask)
    assert told(at_once) == told(in_thread)
    assert (unchanged.status, unchanged.body, unchanged.headers[b"ETag"]) == (304, b"", at_once.headers[b"ETag"])
    inside = Client().get(f"{MATRIX}?year=2022", headers=caller.headers)
    assert (at_once.status, at_once.body) == (200, inside.content)


def test_each_answer_is_called_by_its_own_request(caller: Caller) -> None:
    async def ask(served: Served) -> Any:
        await served.until_at_once(caller)
        return [(await served.ask(caller)).headers[OF_EACH_REQUEST] for _ in range(3)]

    assert len({*within(ask)}) == 3


def test_a_key_that_ended_is_refused_at_once(caller: Caller) -> None:
    async def ask(served: Served) -> Any:
        await served.until_at_once(caller)
        await asyncio.to_thread(closing_its_connection, lambda: _revoke(caller))
        return await served.ask(caller), served.threads

    refused, threads = within(ask)
    assert (refusal(refused), threads) == ((401, "revoked_key"), ["GET"])


def _revoke(caller: Caller) -> None:
    ApiClient.objects.filter(pk=caller.client.pk).update(revoked_at=timezone.now())


def test_what_changed_is_answered_anew(activity: Activity, caller: Caller) -> None:
    async def ask(served: Served) -> Any:
        before = await served.until_at_once(caller)
        more = partial(make.activity, activity.plan, activity.unit, code="B")
        await asyncio.to_thread(closing_its_connection, more)
        return before, await served.ask(caller), served.threads

    before, after, threads = within(ask)
    assert (before.body == after.body, threads) == (False, ["GET"])


def test_another_s_answer_is_not_sent(caller: Caller) -> None:
    other = make.client(unit=make.institution("Otra"))

    async def ask(served: Served) -> Any:
        await served.ask(other)
        whole = await served.until_at_once(caller)
        return whole, await served.until_at_once(other)

    whole, part = within(ask)
    assert whole.body != part.body


def test_who_was_not_confirmed_in_this_minute_gets_a_thread_which_notes_it(caller: Caller) -> None:
    other = make.client()

    async def ask(served: Served) -> Any:
        await served.until_at_once(caller)
        await served.ask(other)
        return served.threads

    assert within(ask) == ["GET"]
    assert ClientUse.objects.filter(client=other.client).exists()


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"method": "HEAD"}, 200),
        ({"Cookie": "a=b"}, 200),
        ({"If_Match": "*"}, 200),
        ({"Authorization": "Basic YTpi"}, 401),
    ],
    ids=str,
)
def test_whatever_else_is_asked_gets_a_thread(caller: Caller, said: dict[str, str], status: int) -> None:
    async def ask(served: Served) -> Any:
        await served.until_at_once(caller)
        return (await served.ask(caller, **said)).status, served.threads

    assert within(ask) == (status, [said.get("method", "GET")])


def test_a_connection_that_was_ended_is_not_noticed_by_who_asks(caller: Caller, connect: Connect) -> None:
    async def ask(served: Served) -> Any:
        before = await served.until_at_once(caller)
        end(connect, served.door._keys._answers.connection)
        return before, await served.ask(caller), [*served.threads], await served.until_at_once(caller)

    before, after, threads, later = within(ask)
    assert (told(after), threads, told(later)) == (told(before), ["GET"], told(before))


def test_an_error_of_our_own_is_logged_and_said(
    caller: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any) -> Any:
        raise ZeroDivisionError

    async def ask(served: Served) -> Any:
        await served.until_at_once(caller)
        monkeypatch.setattr("units.requests.door._sent_again", fail)
        return await served.ask(caller)

    assert asgi.code(within(ask)) == (500, "internal_error")
    assert "ZeroDivisionError" in caplog.text
