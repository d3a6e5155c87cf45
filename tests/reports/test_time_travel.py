"""Time travel on sums (domain.md, rules 8 and 9): what was added up then is answered now, figure by figure."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from threading import Thread
from typing import Any

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.choices import Accumulation, Verdict
from activities.models import Activity, ProgressEntry
from tests import factories as make
from tests.api import get
from tests.committed import empty_tables
from tests.searching import examples
from units.models import ChangeSet

MICROSECOND = timedelta(microseconds=1)
ASKED: list[tuple[str, dict[str, str]]] = [
    ("/reports/execution/", {"group_by": "unit,quarter", "cumulative": "true"}),
    ("/reports/execution/", {"group_by": "activity,month", "limit": "1000", "version": "initial"}),
    (
        "/reports/execution/",
        {"group_by": "measurement_unit", "through": "5", "include": "submitted", "explain": "true"},
    ),
    ("/reports/poi/", {"institution": "I", "through": "2"}),
]
MOMENTS = {"as_of", "cut_off", "source_line"}


class History:
    """A plan that lives through random steps, each of them one commit."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.plan = make.plan(make.institution("I"))
        self.units = [self.plan.institution, make.unit(self.plan.institution, "U1")]
        self.measures = [make.measurement_unit("K1"), make.measurement_unit("K2")]
        self.mef = make.mef_activity("M1")
        self.activities: list[Activity] = []
        self.version = 1
        self.caller = make.client()

    def add(self) -> None:
        programmed = [self.random.randint(0, 4) for _ in range(12)]
        rule = self.random.choice(list(Accumulation))
        unit, measure = self.random.choice(self.units), self.random.choice(self.measures)
        code = f"A{len(self.activities)}"
        made = make.activity(self.plan, unit, programmed, code, None, self.mef, measure, rule, self.version)
        self.activities.append(made)

    def report(self) -> None:
        """Report, correct or withdraw a figure, with or without a review to come."""
        quantity = self.random.choice([None, 0, 1, 7])
        waits = self.random.random() < 0.5
        make.entry(self.one(), self.random.randint(1, 6), quantity, "Corrección", needs_review=waits)

    def judge(self) -> None:
        waiting = list(ProgressEntry.objects.filter(needs_review=True).order_by("pk"))
        if waiting:
            make.review(self.random.choice(waiting), self.random.choice(list(Verdict)), "Revisado")

    def modify(self) -> None:
        self.version += 1
        make.version(self.plan, self.version)
        cancelled = self.random.random() < 0.3
        programmed = [0 if cancelled else self.random.randint(0, 9) for _ in range(12)]
        make.target(self.one(), programmed, self.version, is_cancelled=cancelled)

    def one(self) -> Activity:
        return self.random.choice(self.activities)

    def step(self) -> None:
        steps: list[Callable[[], None]] = [self.add, self.report, self.report, self.report, self.judge, self.modify]
        with transaction.atomic():
            self.random.choice(steps if self.activities else steps[:1])()


def every_answer(caller: make.Caller, **more: str) -> list[dict[str, Any]]:
    """Return what every report says, but for the moment that it names."""
    answers = []
    for path, query in ASKED:
        answer = get(caller, path, year=2022, **query, **more)
        assert answer.status_code == 200, answer.content.decode()
        answers.append({name: part for name, part in answer.json().items() if name not in MOMENTS | {"next"}})
    return answers


def last_moment() -> datetime:
    moment = ChangeSet.objects.latest("position").committed_at
    assert moment is not None
    return moment


@settings(max_examples=examples(3, least=1), deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_a_past_moment_adds_up_to_what_was_answered_then(committed: None, seed: int) -> None:
    empty_tables()
    history = History(Random(seed))
    before = every_answer(history.caller)
    for _ in range(8):
        history.step()
    moments = []
    for _ in range(8):
        history.step()
        moments.append((last_moment(), every_answer(history.caller)))
    assert moments[-1][1] != before
    for place, (moment, said) in enumerate(moments):
        assert every_answer(history.caller, as_of=moment.isoformat()) == said
        if place and moment != moments[place - 1][0]:  # a step may find nothing to do
            earlier = every_answer(history.caller, as_of=(moment - MICROSECOND).isoformat())
            assert earlier == moments[place - 1][1]


def test_writers_at_the_same_time_leave_no_moment_with_two_answers(committed: None) -> None:
    history = History(Random(7))
    for _ in range(6):
        with transaction.atomic():
            history.add()

    def write(activities: list[Activity]) -> None:
        for month in range(1, 7):
            for activity in activities:
                make.entry(activity, month, month)
        connections.close_all()

    writers = [Thread(target=write, args=(history.activities[start::3],)) for start in range(3)]
    for writer in writers:
        writer.start()
    live: list[tuple[str, Any, Any]] = []
    while any(writer.is_alive() for writer in writers) or not live:
        answer = get(history.caller, "/reports/execution/", year=2022, group_by="activity,month").json()
        live.append((answer["as_of"], answer["results"], answer["total"]))
    for writer in writers:
        writer.join()
    for moment, results, total in live:
        query = {"year": 2022, "group_by": "activity,month", "as_of": moment}
        again = get(history.caller, "/reports/execution/", **query).json()
        assert (again["results"], again["total"]) == (results, total)
    assert every_answer(history.caller) == every_answer(history.caller, as_of=last_moment().isoformat())


@pytest.mark.parametrize("path", ["/reports/execution/", "/reports/poi/"])
def test_a_moment_to_come_is_refused(committed: None, path: str) -> None:
    make.institution("I")
    query = {"institution": "I"} if "poi" in path else {}
    for moment in ("2200-01-01", "2022-01-01T00:00:00"):
        assert get(make.client(), path, year=2022, as_of=moment, **query).status_code == 400
