"""Sums that are kept are made again on the event loop, and told as a thread would tell them."""

import asyncio
import gzip
from random import Random
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from pytest_django import Settings

from activities.models import Activity
from poi_api.database.event_loop import LoopConnection
from reports.shared.reading import Asking
from tests import factories as make
from tests.api import get
from tests.committed import Connect
from tests.factories import Caller
from tests.poi_api.server import asgi
from tests.reports.execution.keeping import PATH
from tests.reports.living import Writer, institution_of_three_units
from tests.searching import examples
from tests.units.requests.at_once import Served, closing_its_connection, end, within
from units.access import lookup
from units.models import Unit

_BY_UNIT = {"year": "2022", "group_by": "unit,quarter", "limit": "1000"}
_ASKED = [
    _BY_UNIT,
    {"year": "2022", "group_by": "measurement_unit,unit,month", "cumulative": "true", "through": "7"},
    {
        "from_year": "2021",
        "to_year": "2022",
        "group_by": "institution,unit,year,quarter",
        "fields": "unit,executed,band",
    },
]
_STEPS = examples(60)
Answered = tuple[int, str, dict[str, str]]
_HEADERS = ("ETag", "Change-Cursor", "Report-As-Of", "Report-Version", "Content-Type", "Cache-Control", "Vary")


async def in_thread(work: Any) -> Any:
    return await asyncio.to_thread(closing_its_connection, work)


async def ask(served: Served, caller: Caller, asked: dict[str, str], **headers: str) -> asgi.Client:
    served.threads.clear()
    return await served.ask(caller, path=f"/api/v1{PATH}", query=urlencode(asked), **headers)


async def until_kept(served: Served, caller: Caller, asked: dict[str, str], **headers: str) -> None:
    async with asyncio.timeout(30):
        await ask(served, caller, asked, **headers)
        while served.threads or not served.door._renewals.is_free():
            await asyncio.sleep(0.01)
            await ask(served, caller, asked, **headers)


def told(answer: asgi.Client) -> Answered:
    """Return the status, the text and the headers that tell what an answer is."""
    packed = answer.headers.get(b"Content-Encoding") == b"gzip"
    headers = {name: answer.headers[name.encode()].decode() for name in _HEADERS}
    return answer.status, (gzip.decompress(answer.body) if packed else answer.body).decode(), headers


def made_from_figures(
    caller: Caller, asked: dict[str, str], headers: dict[str, str]
) -> tuple[int, str, dict[str, str]]:
    """Return the same of the answer that the whole way makes where nothing that is kept counts."""
    with transaction.atomic():
        answer = get(caller, PATH, headers=headers, **asked)
    packed = answer.headers.get("Content-Encoding") == "gzip"
    text = (gzip.decompress(answer.content) if packed else answer.content).decode()
    return answer.status_code, text, {name: answer.headers[name] for name in _HEADERS}


@pytest.fixture(autouse=True)
def much_is_kept(committed: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ANSWER_MEMORY_BYTES = 10**7
    monkeypatch.setattr(lookup, "_MINUTE", 10**12)  # to note the use of a key anew takes a thread


@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_whatever_is_edited(coding: str) -> None:
    """Each of many edits is told as from figures, and many without a thread."""
    institution = institution_of_three_units().institution
    random = Random(coding)
    writer = Writer(random, "W")
    callers = [make.client(unit=unit) for unit in (None, institution, Unit.objects.get(code="U1"))]
    said = {"Accept-Encoding": coding}

    async def live(served: Served) -> int:
        for caller in callers:
            await until_kept(served, caller, _BY_UNIT, **said)
        at_once = 0
        for _ in range(_STEPS):
            await in_thread(writer.step)
            caller, asked = random.choice(callers), random.choice(_ASKED)
            answer = await ask(served, caller, asked, **said)
            at_once += not served.threads
            assert told(answer) == await in_thread(lambda c=caller, a=asked: made_from_figures(c, a, said))
            assert answer.headers[b"Content-Length"] == str(len(answer.body)).encode()
        return at_once

    assert within(live) >= _STEPS // 6


@pytest.fixture
def activity() -> Activity:
    plan = make.plan(make.institution("SAT"))
    return make.activity(plan, make.unit(plan.institution, "U1"))


def test_after_a_write_it_takes_no_thread(activity: Activity) -> None:
    caller = make.client()

    async def write(served: Served) -> list[Any]:
        await until_kept(served, caller, _BY_UNIT)
        seen: list[Any] = []
        for month in (1, 2):
            before = await ask(served, caller, _BY_UNIT)
            await in_thread(lambda m=month: make.entry(activity, m))
            after = await ask(served, caller, _BY_UNIT, **{"If-None-Match": before.headers[b"ETag"].decode()})
            seen.append((after.status, before.body != after.body, [*served.threads]))
            told_again = await ask(served, caller, _BY_UNIT, **{"If-None-Match": after.headers[b"ETag"].decode()})
            seen.append(told_again.status)
        return seen

    assert within(write) == [(200, True, []), 304] * 2


def test_what_happened_elsewhere_changes_nothing(activity: Activity) -> None:
    """The answer and its ETag are the same, and who has it is told so once more without a thread."""
    elsewhere = make.activity(make.plan(make.institution("OTRA")))
    caller = make.client(unit=activity.unit)

    async def write(served: Served) -> list[Any]:
        await until_kept(served, caller, _BY_UNIT)
        known = {"If-None-Match": (await ask(served, caller, _BY_UNIT)).headers[b"ETag"].decode()}
        await ask(served, caller, _BY_UNIT, **known)
        seen = []
        for month in (1, 2):
            await in_thread(lambda m=month: make.entry(elsewhere, m))
            seen.append(((await ask(served, caller, _BY_UNIT, **known)).status, [*served.threads]))
        return seen

    assert within(write) == [(304, [])] * 2


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where statements for sums are asked."""
    asked: list[str] = []
    values_of, read = LoopConnection.values_of, Asking.read

    async def on_the_loop(link: LoopConnection, *what: Any) -> Any:
        asked.append("loop")
        return await values_of(link, *what)

    def in_a_thread(asking: Asking, **more: Any) -> Any:
        asked.append("thread")
        return read(asking, **more)

    monkeypatch.setattr(LoopConnection, "values_of", on_the_loop)
    monkeypatch.setattr(Asking, "read", in_a_thread)
    return asked


@pytest.mark.parametrize("known", ['"abc"', "*", "W/{}", '"abc", {}'])
def test_an_answer_that_stands_is_not_made_again_for_what_the_door_cannot_say(
    activity: Activity, asked: list[str], known: str
) -> None:
    caller = make.client()

    async def ask_so(served: Served) -> list[str]:
        await until_kept(served, caller, _BY_UNIT)
        answer = await ask(served, caller, _BY_UNIT)
        asked.clear()
        await ask(served, caller, _BY_UNIT, **{"If-None-Match": known.format(answer.headers[b"ETag"].decode())})
        return asked

    assert within(ask_so) == []


def test_of_lines_that_cannot_be_made_again_all_are_asked_for_at_once(activity: Activity, asked: list[str]) -> None:
    caller = make.client()

    async def rename(served: Served) -> list[str]:
        await until_kept(served, caller, _BY_UNIT)
        await in_thread(lambda: Unit.objects.filter(code="U1").update(name="ZZ"))
        asked.clear()
        answer = await ask(served, caller, _BY_UNIT)
        assert "ZZ" in told(answer)[1]
        return asked

    assert within(rename) == ["loop", "thread"]


@pytest.mark.parametrize("more", [{"institution": "SAT"}, {"version": "v0"}, {"subtotals": "true"}, {"limit": "1"}])
def test_other_questions_go_the_whole_way(activity: Activity, more: dict[str, str]) -> None:
    """A code may come to name something else, and of a part of the lines nothing is kept."""
    caller, asked = make.client(), _BY_UNIT | more

    async def write(served: Served) -> list[str]:
        await until_kept(served, caller, _BY_UNIT)
        await ask(served, caller, asked)
        await in_thread(lambda: make.entry(activity, 1))
        await ask(served, caller, asked)
        return served.threads

    assert within(write) == ["GET"]


def test_a_connection_that_was_ended_leaves_it_to_a_thread(activity: Activity, connect: Connect) -> None:
    caller = make.client()

    async def write(served: Served) -> Any:
        await until_kept(served, caller, _BY_UNIT)
        await in_thread(lambda: make.entry(activity, 1))
        end(connect, served.door._renewals)
        answer = await ask(served, caller, _BY_UNIT)
        assert told(answer) == await in_thread(lambda: made_from_figures(caller, _BY_UNIT, {}))
        return served.threads

    assert within(write) == ["GET"]


def test_a_server_that_takes_its_time_is_left_to_a_thread(
    activity: Activity, connect: Connect, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("units.requests.door._PATIENCE", 0.2)
    caller, other = make.client(), connect()

    async def write(served: Served) -> Any:
        await until_kept(served, caller, _BY_UNIT)
        await in_thread(lambda: make.entry(activity, 1))
        other.execute("BEGIN; LOCK TABLE activities_measurementunit, activities_standing, activities_figure")
        asked = asyncio.create_task(ask(served, caller, _BY_UNIT))
        await asyncio.sleep(0.5)
        other.execute("ROLLBACK")
        answer = await asked
        assert told(answer) == await in_thread(lambda: made_from_figures(caller, _BY_UNIT, {}))
        return served.threads

    assert within(write) == ["GET"]
    assert "que hará un hilo" in caplog.text
