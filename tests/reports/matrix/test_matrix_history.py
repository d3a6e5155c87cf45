"""Time travel on the matrix (domain.md, rules 8 and 9): what was known then is answered now, for ever."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, NamedTuple

import pytest
from django.db import connection, transaction
from django.utils import timezone

from activities.choices import PlanStatus, Verdict
from activities.models import Activity, Plan, ProgressEntry
from activities.services.importing.files import Request, import_file
from tests import factories as make
from tests.activities.document.generator import Style, document, true_row
from tests.api import get, refused_fields
from tests.searching import a_third
from units.models import ChangeSet

PATH = "/reports/matrix/"
MICROSECOND = timedelta(microseconds=1)


class Moment(NamedTuple):
    """What the matrix said right after a commit, in three ways of asking."""

    at: datetime
    said: list[list[dict[str, Any]]]


class Reader:
    """An installation's reader; making one is a change too, so that a test has but one."""

    ways: tuple[dict[str, str], ...] = ({}, {"version": "initial"}, {"include": "submitted"})

    def __init__(self) -> None:
        self.caller = make.client()

    def matrix(self, **query: Any) -> dict[str, Any]:
        answer = get(self.caller, PATH, **{"year": 2022, **query})
        assert answer.status_code == 200, answer.content.decode()
        found: dict[str, Any] = answer.json()
        return found

    def rows(self, **query: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.matrix(**query)["results"]
        return found

    def every_way(self, **query: Any) -> list[list[dict[str, Any]]]:
        return [self.rows(**way, **query) for way in self.ways]


@pytest.fixture
def reader(committed: None) -> Reader:
    return Reader()


class History:
    """A plan that lives through steps, each of them one commit."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.plan: Plan = make.plan()
        self.references = (make.mef_activity(), make.measurement_unit())
        self.activities: list[Activity] = []
        self.version = 1

    def add(self) -> None:
        programmed = [self.random.randint(0, 5) for _ in range(12)]
        name = f"A{len(self.activities)}"
        self.activities.append(
            make.activity(self.plan, None, programmed, name, None, *self.references, version=self.version)
        )

    def report(self) -> None:
        waits = self.random.random() < 0.5
        quantity = self.random.choice([None, 0, 1, 7])
        make.entry(self.one(), self.random.randint(1, 3), quantity, "Corrección", needs_review=waits)

    def judge(self) -> None:
        waiting = ProgressEntry.objects.filter(needs_review=True).order_by("?").first()
        if waiting is None:
            self.report()
        else:
            make.review(waiting, self.random.choice([Verdict.ACCEPT, Verdict.RETURN]), "Revisado")

    def modify(self) -> None:
        self.version += 1
        make.version(self.plan, self.version)
        cancelled = self.random.random() < 0.3
        programmed = [0 if cancelled else self.random.randint(0, 9) for _ in range(12)]
        make.target(self.one(), programmed, self.version, is_cancelled=cancelled)

    def one(self) -> Activity:
        return self.random.choice(self.activities)

    def step(self) -> None:
        steps: list[Callable[[], None]] = [self.add, self.report, self.report, self.judge, self.modify]
        with transaction.atomic():
            self.random.choice(steps if self.activities else steps[:1])()


@pytest.mark.parametrize("seed", a_third(range(3)))
def test_a_past_moment_answers_what_was_answered_then(committed: None, reader: Reader, seed: int) -> None:
    history = History(Random(seed))
    moments = []
    for _ in range(14):
        history.step()
        at = ChangeSet.objects.latest("position").committed_at
        assert at is not None
        moments.append(Moment(at, reader.every_way()))
    before: list[list[dict[str, Any]]] = [[], [], []]
    for moment in moments:
        assert reader.every_way(as_of=(moment.at - MICROSECOND).isoformat()) == before
        assert reader.every_way(as_of=moment.at.isoformat()) == moment.said
        before = moment.said


class TestMoments:
    @pytest.fixture
    def activity(self, committed: None) -> Activity:
        with transaction.atomic():
            return make.activity()

    def test_the_moment_of_an_answer_is_shown_and_can_be_asked_again(self, activity: Activity, reader: Reader) -> None:
        shown = reader.matrix()["as_of"]
        again = reader.matrix(as_of=shown)
        assert (again["as_of"], again["results"]) == (shown, reader.rows())
        make.entry(activity)
        assert reader.matrix(as_of=shown) == again

    def test_a_moment_may_come_with_any_offset(self, activity: Activity, reader: Reader) -> None:
        shown = datetime.fromisoformat(reader.matrix()["as_of"])
        for offset in (timedelta(0), timedelta(hours=9), timedelta(hours=-11)):
            local = shown.astimezone(timezone.get_fixed_timezone(offset)).isoformat()
            assert reader.matrix(as_of=local)["as_of"] == reader.matrix()["as_of"]
        assert reader.matrix(as_of=shown.isoformat().replace("-05:00", "+00:00"))["results"] == []  # five hours before

    def test_the_first_moment_that_can_be_asked_can_be_asked_again_as_it_is_shown(self, reader: Reader) -> None:
        for first in ("1990-01-01T00:00:00-05:00", "1990-01-01T19:00:00+14:00", "1989-12-31T23:00:00-06:00"):
            shown = reader.matrix(as_of=first)["as_of"]
            assert reader.matrix(as_of=shown)["as_of"] == shown
        for early in ("1990-01-01T00:00:00+14:00", "0001-01-01T00:00:00+14:00", "0001-01-01"):
            assert get(reader.caller, PATH, year="2022", as_of=early).status_code == 400

    def test_an_unescaped_plus_sign_is_understood(self, activity: Activity, reader: Reader) -> None:
        asked = get(reader.caller, f"{PATH}?year=2022&as_of=2022-12-31T23:00:00+01:00")
        assert asked.json()["as_of"] == "2022-12-31T17:00:00.000000-05:00"

    def test_a_date_is_the_end_of_its_day_in_lima(self, activity: Activity, reader: Reader) -> None:
        assert reader.matrix(as_of="2022-12-31")["as_of"] == "2022-12-31T23:59:59.999999-05:00"
        assert reader.rows(as_of="2022-12-31") == []

    def test_today_is_now(self, activity: Activity, reader: Reader) -> None:
        today = self.today()
        make.entry(activity)
        assert reader.matrix(as_of=today.isoformat()) == reader.matrix()

    def test_what_has_not_come_yet_cannot_be_asked(self, activity: Activity, reader: Reader) -> None:
        tomorrow = self.today() + timedelta(days=1)
        soon = timezone.now() + timedelta(minutes=1)
        for future in (tomorrow.isoformat(), soon.isoformat(), "9999-12-31"):
            assert refused_fields(get(reader.caller, PATH, year=2022, as_of=future)) == ["as_of"]

    def test_a_draft_was_not_known_before_it_was_approved(self, committed: None, reader: Reader) -> None:
        plan = make.plan(status=PlanStatus.DRAFT)
        make.activity(plan)
        as_a_draft = ChangeSet.objects.latest("position").committed_at
        assert as_a_draft is not None
        with transaction.atomic():
            make.version(plan, 1)
            Plan.objects.filter(pk=plan.pk).update(status=PlanStatus.APPROVED)
        for labels in ("then", "today"):
            assert reader.rows(as_of=as_a_draft.isoformat(), labels=labels) == []
        assert len(reader.rows(as_of=reader.matrix()["as_of"])) == 1

    def test_names_are_those_of_then_unless_todays_are_asked_for(self, activity: Activity, reader: Reader) -> None:
        shown = reader.matrix()["as_of"]
        Activity.objects.filter(pk=activity.pk).update(name="Otro nombre")
        for labels, name in ((None, activity.name), ("then", activity.name), ("today", "Otro nombre")):
            found = reader.matrix(as_of=shown, **({"labels": labels} if labels else {}))
            assert found["results"][0]["activity"]["name"] == name
            assert found["labels"] == labels or labels is None

    def today(self) -> date:
        with connection.cursor() as cursor:
            cursor.execute("SELECT (clock_timestamp() AT TIME ZONE 'America/Lima')::date")
            found: date = cursor.fetchone()[0]
        return found


class TestFirstImport:
    """Nothing is backdated but the first import into an empty plan (rule 9)."""

    def bring(self, seed: int, count: int) -> None:
        random = Random(seed)
        content = document(random, [true_row(random, number) for number in range(count)], Style())
        result = import_file(Request(content=content, filename="poi.tsv", institution="I"), actor="test")
        assert result.refusal == ""

    @pytest.fixture
    def imported(self, committed: None) -> None:
        self.bring(1, 3)  # a document of 2024, al 05/01/2025

    def test_it_is_known_from_the_first_moment_of_its_cut_off_day(self, imported: None, reader: Reader) -> None:
        now = reader.rows(year=2024)
        assert len(now) == 3
        assert reader.rows(year=2024, as_of="2025-01-04") == []
        assert reader.rows(year=2024, as_of="2025-01-04T23:59:59.999999-05:00") == []
        assert reader.rows(year=2024, as_of="2025-01-05T00:00:00-05:00") == now
        assert reader.rows(year=2024, as_of="2025-01-05") == now
        assert reader.rows(year=2024, as_of="2025-01-05", version="initial") == now

    def test_a_second_import_is_known_from_its_own_commit(self, imported: None, reader: Reader) -> None:
        before = reader.rows(year=2024)
        self.bring(1, 5)
        assert len(reader.rows(year=2024)) == 5
        assert reader.rows(year=2024, as_of="2025-01-05") == before
        commit = ChangeSet.objects.latest("position").committed_at
        assert commit is not None
        assert reader.rows(year=2024, as_of=(commit - MICROSECOND).isoformat()) == before
        assert reader.rows(year=2024, as_of=commit.isoformat()) == reader.rows(year=2024)

    def test_an_import_into_a_plan_with_activities_is_not_backdated(self, committed: None, reader: Reader) -> None:
        plan = make.plan(make.institution("I"), 2024)
        make.activity(plan)
        self.bring(1, 3)
        assert reader.rows(year=2024, as_of="2025-01-05") == []
        assert len(reader.rows(year=2024)) == 4
