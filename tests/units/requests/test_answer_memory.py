"""The memory of answers is bounded in bytes, and what was used last stays (docs/decisions/0013)."""

from dataclasses import replace
from datetime import date

import pytest
from django.http import HttpResponse
from pytest_django import Settings

from poi_api.http.lean_view import LeanView
from tests.states import forget_answers
from units.access.grants import Access, Grant
from units.choices import Role
from units.models.point import Point
from units.requests import answer_memory
from units.requests.answer_memory import MEMORY, Answer, AnswerMemory, Asked, Sent, keep_answer
from units.requests.conditional import Freshness
from units.requests.renewal import Again, Begun, Made, Renewal

MOST = 80_000


POINT = Point(1, "0" * 8)


@pytest.fixture(autouse=True)
def memory_of_few_bytes(settings: Settings) -> None:
    settings.ANSWER_MEMORY_BYTES = MOST


def asked(address: str) -> Asked:
    return Asked(("gzip", address), frozenset({Grant(Role.READER, None)}), "0" * 8, date(2022, 3, 1))


def answer(length: int, etag: str = '"a"') -> Answer:
    return Answer(etag, POINT, POINT, b"x" * length, {"Content-Type": "application/json"})


def test_it_never_holds_more_than_it_may() -> None:
    memory = AnswerMemory()
    for number in range(200):
        memory.keep(asked(f"/{number % 70}"), answer(number * 37 % 7000))
        addresses = [f"/{place}" for place in range(70)]
        kept = [(address, found) for address in addresses if (found := memory.get(asked(address)))]
        assert memory.size == sum(len("gzip") + len(address) + found.size for address, found in kept) <= MOST


def test_long_addresses_count_too() -> None:
    memory, addresses = AnswerMemory(), [f"/{number:09000}" for number in range(70)]
    for address in addresses:
        memory.keep(asked(address), answer(0))
    assert sum(len(address) for address in addresses if memory.get(asked(address))) <= MOST


def test_an_answer_takes_the_place_of_the_one_before() -> None:
    memory = AnswerMemory()
    for length in (10, 5000, 20):
        memory.keep(asked("/"), answer(length))
        assert memory.size == len("gzip/") + answer(length).size
    assert memory.get(asked("/")) == answer(20)


def test_what_was_used_last_stays() -> None:
    memory = AnswerMemory()
    memory.keep(asked("/mine"), answer(5000))
    for number in range(50):
        memory.keep(asked(f"/{number}"), answer(5000))
        assert memory.get(asked("/mine"))
    assert memory.get(asked("/0")) is None


def test_it_knows_for_which_wordings_it_has_answers() -> None:
    memory, mine = AnswerMemory(), asked("/mine")
    others = mine._replace(grants=frozenset())
    for question in (mine, others, mine):
        memory.keep(question, answer(5000))
        assert memory.has_any(mine.wording)
    for number in range(20):
        memory.keep(asked(f"/{number}"), answer(5000))
        left = [question for question in (mine, others) if question in memory._answers]
        assert memory.has_any(mine.wording) == bool(left)
    assert not left
    memory.keep(mine, answer(5000))
    forget_answers(memory)
    assert not memory.has_any(mine.wording)


def test_one_answer_alone_does_not_fill_it() -> None:
    memory = AnswerMemory()
    memory.keep(asked("/"), answer(memory.largest))
    assert (memory.get(asked("/")), memory.size) == (None, 0)


@pytest.mark.parametrize(
    ("point", "is_later", "stands"),
    [
        (POINT, False, True),
        (Point(0, "0" * 8), True, True),
        (Point(0, "0" * 8), False, False),  # it may be of another history, in which as many changes are to come
        (Point(1, "1" * 8), True, False),
        (Point(2, "0" * 8), True, False),
    ],
)
def test_an_answer_stands_at_its_point_and_if_found_since_one_came_at_those_before(
    point: Point, is_later: bool, stands: bool
) -> None:
    kept = answer(1)
    assert kept.stands(point, kept.found - 1 if is_later else kept.found + 1) is stands


def test_found_right_once_more_it_is_found_later() -> None:
    kept = answer(1)
    again = replace(kept, point=Point(2, "0" * 8))
    assert (again.found > kept.found, again.sent is kept.sent) == (True, True)


def begun(body: bytes, coding: dict[str, str], **headers: str) -> Answer | None:
    """Return what an answer that was sent with the headers given becomes, if it is made again with `body`."""
    made = Made(body, headers, Freshness(Point(2, "2" * 8), Point(2, "2" * 8)))
    again = Again(lambda: Begun("SELECT", {}, lambda names, rows: made))
    renewal = Renewal(again, Access("client:x", (Grant(Role.READER, None),), 1), lambda freshness: '"b"')
    kept = replace(answer(9), headers={"Content-Type": "application/json", "Report-Version": "1", **coding})
    kept = replace(kept, renewal=renewal, sent={None: Sent("200 OK", [("ETag", 'W/"a"'), ("X", "x")], LeanView)})
    work = kept.begun()
    return None if work is None else work.made([], [])


def test_what_is_made_again_is_sent_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_memory, "cursor_at", lambda *_: "c")
    again = begun(b"y", {}, **{"Report-Version": "2"})
    assert again
    assert (again.body, again.etag, again.point.position, again.headers["Report-Version"]) == (b"y", '"b"', 2, "2")
    assert again.sent == {None: Sent("200 OK", [("ETag", 'W/"b"'), ("X", "x")], LeanView)}


@pytest.mark.parametrize(
    ("body", "coding", "headers"),
    [
        (b"y", {}, {}),
        (b"y", {}, {"Report-Version": "2", "Report-As-Of": "z"}),
        (b"too small to be packed", {"Content-Encoding": "gzip"}, {"Report-Version": "2"}),
    ],
)
def test_it_is_not_where_other_headers_were_to_be_sent(
    monkeypatch: pytest.MonkeyPatch, body: bytes, coding: dict[str, str], headers: dict[str, str]
) -> None:
    monkeypatch.setattr(answer_memory, "cursor_at", lambda *_: "c")
    assert begun(body, coding, **headers) is None


def test_nor_where_it_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_memory, "_AT_ONCE", {False: 8})
    assert begun(b"y", {}, **{"Report-Version": "2"}) is None


@pytest.mark.parametrize(("status", "is_kept"), [(200, True), (204, False), (304, False), (404, False), (503, False)])
def test_only_an_answer_is_kept(status: int, is_kept: bool) -> None:
    question = asked(f"/{status}")
    keep_answer(question, HttpResponse(b"x", status=status), '"a"', Freshness(POINT, POINT))
    assert (MEMORY.get(question) is not None) == is_kept
