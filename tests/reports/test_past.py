"""Time travel is whole (domain.md, rule 9): what was answered is answered again, byte for byte, whatever was edited."""

import os
from itertools import product
from random import Random
from threading import Thread
from typing import Any, NamedTuple

import pytest
from django.db import connections
from django.http import HttpResponse

from activities.models import Import
from poi_api.http import exact_json
from tests import factories as make
from tests.api import get
from tests.committed import empty_tables
from tests.reports.living import Writer, institution_of_three_units
from tests.searching import a_third, examples
from units.choices import Role
from units.models import Change, ChangeSet, Unit

ROUNDS, STEPS = (int(os.environ.get(f"PAST_{name}", least)) for name, least in (("ROUNDS", 4), ("STEPS", 12)))
# What names the place itself
_OF_THE_PLACE = ("as_of", "next", "previous", "labels")
_SUMS = "/reports/execution/?from_year=2020&to_year=2024&limit=1000&group_by="
REPORTS = [
    "/reports/matrix/?from_year=2020&to_year=2024&limit=1000",
    "/reports/matrix/?year=2022&ordering=-unit&include=submitted",
    "/reports/matrix/?year=2022&format=csv",
    f"{_SUMS}unit,quarter",
    f"{_SUMS}branch,month&depth=1",
    f"{_SUMS}oei,unit",
    f"{_SUMS}activity&explain=true&version=initial",
    "/reports/execution/?from_year=2020&to_year=2024&group_by=mef_activity,measurement_unit,year&format=csv",
    "/reports/execution/?year=2022&within=U1&group_by=unit",
    "/reports/completeness/?year=2022&limit=1000",
    "/reports/alerts/?year=2022&limit=1000",
    "/reports/ceplan/?from_year=2020&to_year=2024&limit=1000",
    "/reports/ceplan/?year=2022&month=2&version=initial",
    "/reports/ceplan/?year=2022&format=csv",
    "/reports/poi/?year=2022&institution=I",
    "/reports/poi/?year=2022&institution=I&through=2&format=csv",
    "/exports/months/?year=2022&format=jsonl",
    "/exports/months/?year=2022&format=csv&unit=U1",
    "/reports/execution/chart/?year=2022&chart=units",
]
SAYING_THEIR_MOMENT = [path for path in REPORTS if not {"format=csv", "format=jsonl"} & set(path.split("&"))][:-1]
MEANWHILE = examples(3 * len(SAYING_THEIR_MOMENT))  # so many are asked in a round while others write
LISTS = [
    "/units/?limit=1000",
    "/units/?within=U1&is_active=true&search=u",
    "/activities/?limit=1000&version=initial",
    "/activities/?within=U1&year=2022&ordering=-name",
    "/plans/?limit=1000",
    "/plans/?institution=I&status=approved",
    "/periods/?limit=1000",
    "/mef-activities/?limit=1000",
    "/measurement-units/?ordering=-code",
    "/units/2/",
    "/activities/1/",
    "/activities/1/revisions/",
    "/activities/1/progress/",
    "/activities/1/progress/3/history/",
    "/plans/1/",
    "/periods/1/",
    "/mef-activities/1/",
]


EDITED = {"unit", "activity", "plan", "period"}


class Kept(NamedTuple):
    """An answer that was given, and its place."""

    caller: make.Caller
    path: str
    moment: str
    said: bytes


def said(answer: HttpResponse) -> bytes:
    """Return what an answer says, but for what names its place."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    if not answer.headers["Content-Type"].startswith("application/json"):
        return body
    content = exact_json.loads(body)
    return exact_json.dumps({name: value for name, value in content.items() if name not in _OF_THE_PLACE})


def kept(caller: make.Caller, path: str) -> Kept | None:
    """Ask, and return the answer with its place: the moment that it shows, else the last one, which nobody follows."""
    last, answer = ChangeSet.objects.latest("position").committed_at, get(caller, path)
    if answer.status_code != 200:
        return None  # such as a code that nothing bears
    moment = answer.json().get("as_of") if answer.headers["Content-Type"].startswith("application/json") else None
    assert last is not None
    return Kept(caller, path, moment or last.isoformat(), said(answer))


def asked_again(answer: Kept) -> bytes:
    sign = "&" if "?" in answer.path else "?"
    again = get(answer.caller, f"{answer.path}{sign}as_of={answer.moment.replace('+', '%2B')}")
    assert again.status_code == 200, again.content.decode()
    return said(again)


def live(seed: int, rounds: int, steps: int) -> list[Kept]:
    """Let three write at once, round by round, and return the answers that were given meanwhile and in between.

    In three rounds, each of both asks for each of all.
    """
    institution_of_three_units()
    callers = [make.client(), make.client(Role.READER, _institution())]
    writers = [Writer(Random(f"{seed}/{name}"), name) for name in "ABC"]
    answers: list[Kept | None] = []
    questions = list(product((*REPORTS, *LISTS), callers))
    for number in range(rounds):
        threads = [Thread(target=_write, args=(writer, steps)) for writer in writers]
        for thread in threads:
            thread.start()
        turn = 0
        while turn < MEANWHILE and any(thread.is_alive() for thread in threads):
            answers.append(kept(callers[turn % 2], SAYING_THEIR_MOMENT[turn % len(SAYING_THEIR_MOMENT)]))
            turn += 1
        for thread in threads:
            thread.join()
        answers += [kept(caller, path) for path, caller in a_third(questions, number)]
    return [answer for answer in answers if answer is not None]


def _institution() -> Any:
    return Unit.objects.get(code="I")


def _write(writer: Writer, steps: int) -> None:
    try:
        for _ in range(steps):
            writer.step()
    finally:
        connections.close_all()


@pytest.mark.parametrize("seed", a_third([int(seed) for seed in os.environ.get("PAST_SEEDS", "1,2").split(",")]))
def test_what_was_answered_is_answered_again_whatever_was_edited(committed: None, seed: int) -> None:
    empty_tables()  # so that ids begin with 1, which the paths name
    answers = live(seed, ROUNDS, STEPS)
    assert {answer.path for answer in answers} >= {*REPORTS, *LISTS}
    assert Import.objects.filter(cut_off=None).exists()
    assert set(Change.objects.exclude(before=None).values_list("entity", flat=True)) >= EDITED
    differing = [answer for answer in answers if asked_again(answer) != answer.said]
    assert [(answer.path, answer.caller.client.name) for answer in differing] == []
