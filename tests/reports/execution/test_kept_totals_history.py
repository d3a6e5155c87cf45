"""Whatever happens, an answer with kept totals is the answer without; also while others write and keep."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.choices import Accumulation, PlanStatus, Verdict
from activities.models import Activity, MeasurementUnit, Plan, ProgressEntry
from tests import factories as make
from tests.committed import empty_tables
from tests.reports.execution.keeping import ADDED_UP, ASKED, added_up, body, kept
from tests.searching import examples
from tests.threads import in_threads
from units.models import Unit

_YEARS = {"year": [], "from_year": 2021, "to_year": 2022}


class History:
    """Two institutions that live through random steps, each of them one commit."""

    def __init__(self, random: Random) -> None:
        self.random = random
        one, other = make.institution("I1"), make.institution("I2")
        organ = make.organ(one, "O1")
        self.units = [one, organ, make.unit(organ, "U11"), make.unit(one, "U2")]
        self.plans = [make.plan(one, 2021), make.plan(one, 2022), make.plan(other, 2022)]
        self.measures = [make.measurement_unit("K1"), make.measurement_unit("K2")]
        self.mef = make.mef_activity("M1")
        self.callers = [make.client(), make.client(unit=one), make.client(unit=organ)]
        self.activities: list[Activity] = []
        self.versions = 1

    def add(self) -> None:
        plan, code = self.random.choice(self.plans), f"A{len(self.activities)}"
        unit = plan.institution if plan is self.plans[2] else self.random.choice(self.units)
        programmed = [self.random.choice([0, 1, 3]) for _ in range(12)]
        measure, rule = self.random.choice(self.measures), self.random.choice(list(Accumulation))
        self.activities.append(make.activity(plan, unit, programmed, code, None, self.mef, measure, rule))

    def report(self) -> None:
        """Report, correct or withdraw a figure, with or without a review to come."""
        quantity, waits = self.random.choice([None, 0, 1, 7]), self.random.random() < 0.3
        make.entry(self.one(), self.random.randint(1, 12), quantity, "Corrección", needs_review=waits)

    def judge(self) -> None:
        if waiting := list(ProgressEntry.objects.filter(needs_review=True).order_by("pk")):
            make.review(self.random.choice(waiting), self.random.choice(list(Verdict)), "Revisado")

    def modify(self) -> None:
        self.versions += 1
        activity = self.one()
        make.version(activity.plan, self.versions)
        make.target(activity, [self.random.randint(0, 9) for _ in range(12)], self.versions)

    def hand_over(self) -> None:
        """Give an activity of the first institution to another unit of it."""
        pk = self.one().pk
        Activity.objects.filter(pk=pk, plan__institution=self.units[0]).update(unit=self.random.choice(self.units))

    def move(self) -> None:
        Unit.objects.filter(code="U11").update(parent=self.random.choice([self.units[0], self.units[1], self.units[3]]))

    def rename(self) -> None:
        name = f"Nombre {self.random.random()}"
        self.random.choice([Unit.objects.filter(code="U2"), MeasurementUnit.objects.filter(code="K1")]).update(
            name=name
        )

    def rule(self) -> None:
        """Set a plan's cuts, or make it a draft or approved."""
        plan = Plan.objects.filter(pk=self.random.choice(self.plans).pk)
        green, status = self.random.choice([50, 95]), self.random.choice([PlanStatus.DRAFT, PlanStatus.APPROVED])
        self.random.choice([lambda: plan.update(green_from=green, amber_from=40), lambda: plan.update(status=status)])()

    def one(self) -> Activity:
        return self.random.choice(self.activities)

    def step(self) -> None:
        rare: list[Callable[[], None]] = [self.judge, self.modify, self.hand_over, self.move, self.rename, self.rule]
        steps = [self.add, self.report, self.report, self.report, *rare]
        with transaction.atomic():
            self.random.choice(steps if self.activities else steps[:1])()


@pytest.mark.usefixtures("few_are_kept")
@settings(max_examples=examples(4, least=2), deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_after_any_history_answers_with_totals_are_those_without(committed: None, seed: int) -> None:
    empty_tables()
    history = History(Random(seed))
    for _ in range(14):
        history.step()
        caller, other = history.random.sample(history.callers, 2)
        for query in history.random.sample([*ASKED, *ADDED_UP], 2):
            for years in ({}, _YEARS):
                for each in (caller, other, caller):
                    assert body(each, **query, **years) == added_up(each, **query, **years)
    assert kept()


@pytest.mark.usefixtures("few_are_kept")
def test_while_writers_commit_every_answer_is_that_of_its_own_moment(committed: None) -> None:
    history = History(Random(7))
    for _ in range(8):
        with transaction.atomic():
            history.add()
    questions: list[dict[str, Any]] = [{**query, "format": "json"} for query in ASKED[:3]]
    said: list[list[tuple[dict[str, Any], str]]] = [[], []]

    def write(activities: list[Activity]) -> Callable[[], None]:
        def run() -> None:
            for month in range(1, 9):
                for activity in activities:
                    make.entry(activity, month, month)

        return run

    def read(place: int) -> Callable[[], None]:
        def run() -> None:
            for turn in range(12):
                query = questions[(turn + place) % len(questions)]
                said[place].append((query, body(history.callers[0], **query)))

        return run

    in_threads(write(history.activities[::2]), write(history.activities[1::2]), read(0), read(1))()
    connections.close_all()
    moments = set()
    for query, text in [*said[0], *said[1]]:
        moment = _moment(text)
        moments.add(moment)
        assert _figures(body(history.callers[0], **query, as_of=moment)) == _figures(text)
    assert len(moments) > 1
    for query in questions:
        assert body(history.callers[0], **query) == added_up(history.callers[0], **query)


def _moment(text: str) -> str:
    return text.partition('"as_of":"')[2].partition('"')[0]


def _figures(text: str) -> tuple[str, str]:
    return text.partition('"total":')[2].partition(',"count":')[0], text.partition('"results":')[2]
