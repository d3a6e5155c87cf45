"""What one statement added to one object is one row of changes; the feed tells it one by one, wherever a page ends."""

from collections.abc import Iterator
from itertools import groupby
from random import Random
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.choices import Verdict
from activities.models import Activity, ProgressEntry, Review, TargetRevision
from tests import factories as make
from tests.committed import empty_tables
from tests.searching import examples
from tests.units.history.feed import feed
from units.access.lookup import confirmed_by_key
from units.history import visibility
from units.history.latest import Act, Part, Sought, latest_acts, older_than
from units.models import Change, Unit
from units.pages.words import what

pytestmark = pytest.mark.usefixtures("committed")
PARTS = {"progress_entry": ProgressEntry, "review": Review, "target_revision": TargetRevision}
FEW = settings(max_examples=examples(15, least=5), deadline=None, suppress_health_check=list(HealthCheck))


def add_entries(activities: list[Activity], months: int, *, by_month: bool = False) -> list[ProgressEntry]:
    """Add the next entry of some months of each activity by one statement, activity by activity or month by month."""
    newest = {activity.pk: ProgressEntry.objects.filter(activity=activity).count() for activity in activities}
    entries = [
        ProgressEntry(activity=activity, month=month, entry_version=newest[activity.pk] + 1, executed=1, reason="x")
        for activity in activities
        for month in range(1, months + 1)
    ]
    return ProgressEntry.objects.bulk_create(sorted(entries, key=lambda e: e.month) if by_month else entries)


class Plan:
    """Activities of two units, and a history of statements that add one thing or many, alone or together."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.plan = make.plan(make.institution())
        self.units = [make.unit(self.plan.institution) for _ in range(2)]
        self.activities = [make.activity(self.plan, unit) for unit in self.units for _ in range(3)]

    def some(self) -> list[Activity]:
        return self.random.sample(self.activities, self.random.randint(1, 6))

    def act(self) -> None:
        """Do some of it in one transaction."""
        with transaction.atomic():
            for _ in range(self.random.randint(1, 3)):
                self.random.choice([self.report, self.report, self.judge, self.rename, self.aim])()

    def report(self) -> None:
        add_entries(self.some(), self.random.randint(1, 4), by_month=self.random.random() < 0.5)

    def judge(self) -> None:
        entries = list(ProgressEntry.objects.order_by("id"))
        judged = self.random.sample(entries, min(len(entries), self.random.randint(1, 9)))
        Review.objects.bulk_create(Review(entry=entry, verdict=Verdict.ACCEPT) for entry in judged)

    def rename(self) -> None:
        Activity.objects.filter(pk__in=[activity.pk for activity in self.some()]).update(
            name=f"Otro nombre {self.random.random()}"
        )

    def aim(self) -> None:
        version = TargetRevision.objects.count() + 1
        for activity in self.some():
            make.target(activity, [1] * 12, version)


def told(caller: make.Caller, limits: Iterator[int], **query: Any) -> list[dict[str, Any]]:
    """Return all changes, read in pages of these sizes; no page is larger than was asked."""
    found: list[dict[str, Any]] = []
    while True:
        limit = next(limits)
        body = feed(caller, limit=limit, **query)
        assert len(body["results"]) <= limit
        found += body["results"]
        if not body["has_more"]:
            return found
        query["after"] = body["next"]


def any_size(random: Random) -> Iterator[int]:
    while True:
        yield random.choice([1, 2, 3, 5, 8, 13, 1000])


@FEW
@given(seed=st.integers(0, 2**32))
def test_pages_of_any_size_tell_every_row_of_history_once(seed: int) -> None:
    empty_tables()
    random = Random(seed)
    plan = Plan(random)
    for _ in range(random.randint(1, 8)):
        plan.act()
    for unit in (None, plan.plan.institution, *plan.units):
        caller = make.client(unit=unit)
        whole = told(caller, iter([1000] * 99))
        assert told(caller, any_size(random)) == whole
        for entity, model in PARTS.items():
            one_by_one = [change for change in whole if change["entity"] == entity]
            assert sorted(change["object_id"] for change in one_by_one) == rows(model, unit)
            assert all(change["operation"] == "created" for change in one_by_one)
            assert all(change["after"]["id"] == change["object_id"] for change in one_by_one)
            for activity, changes in groupby(sorted(one_by_one, key=lambda c: c["activity"]), lambda c: c["activity"]):
                ids = [change["object_id"] for change in changes]
                assert ids == sorted(ids), activity
        activity = random.choice(plan.activities)
        of_it = [change for change in whole if change["activity"] == activity.pk]
        assert told(caller, any_size(random), object=f"activity:{activity.pk}") == of_it
        for change in random.sample(whole, min(len(whole), 9)):
            if change["entity"] in PARTS:
                assert told(caller, any_size(random), object=f"{change['entity']}:{change['object_id']}") == [change]


def rows(model: Any, unit: Any) -> list[int]:
    """Return the ids of the rows that a member of a unit sees, found without any changes."""
    activity = "entry__activity" if model is Review else "activity"
    seen = {} if unit is None else {f"{activity}__unit__path__contains": [unit.pk]}
    return sorted(model.objects.filter(**seen).values_list("pk", flat=True))


def test_one_row_for_each_activity_of_a_statement_and_none_for_another_statement() -> None:
    plan = Plan(Random(1))
    with transaction.atomic():
        first = add_entries(plan.activities[:2], 3)
        alone = make.entry(plan.activities[0], 7)
    changes = Change.objects.filter(entity="progress_entry").order_by("id")
    assert list(changes.values_list("part_of_id", "object_id", "further_ids")) == [
        (plan.activities[0].pk, first[0].pk, [first[1].pk, first[2].pk]),
        (plan.activities[1].pk, first[3].pk, [first[4].pk, first[5].pk]),
        (plan.activities[0].pk, alone.pk, None),
    ]


def test_an_act_is_told_with_all_that_it_added() -> None:
    plan = Plan(Random(1))
    add_entries(plan.activities[:4], 5)
    Review.objects.bulk_create(Review(entry=e, verdict=Verdict.ACCEPT) for e in ProgressEntry.objects.all()[:7])
    access = confirmed_by_key(make.client(unit=plan.units[0]).key).access
    assert [act.parts for act in latest_acts(access, 2)] == [
        [Part("review", "created", 7)],
        [Part("progress_entry", "created", 15)],
    ]


def test_of_an_act_that_is_too_large_to_count_it_is_told_that_there_is_at_least_so_much() -> None:
    plan = make.plan(make.institution())
    with connection.cursor() as cursor:
        for number, count in enumerate((4999, 5001)):
            cursor.execute(
                "INSERT INTO activities_measurementunit (code, name)"
                " SELECT format('UM%%s-%%s', %s, n), format('MEDIDA %%s-%%s', %s, n) FROM generate_series(1, %s) n",
                [number, number, count],
            )
    access = confirmed_by_key(make.client(unit=plan.institution).key).access
    large, small = latest_acts(access, 2)
    assert large.parts == [Part("measurement_unit", "created", 5000, are_more=True)]
    assert small.parts == [Part("measurement_unit", "created", 4999)]
    assert [what(act) for act in (large, small)] == [
        "creó al menos 5,000 unidades de medida",
        "creó 4,999 unidades de medida",
    ]


def reopen_often(plan: Any, *times: tuple[Unit, int]) -> None:
    """Open a month again so often for each unit, in one act."""
    period = plan.periods.get(month=1)
    with transaction.atomic(), connection.cursor() as cursor:
        for unit, count in times:
            cursor.execute(
                "INSERT INTO activities_reopening (period_id, unit_id, until, reason)"
                " SELECT %s, %s, '2030-01-01', 'x' FROM generate_series(1, %s)",
                [period.pk, unit.pk, count],
            )


def test_of_a_large_act_what_is_in_sight_is_found_wherever_it_stands() -> None:
    plan = make.plan(make.institution())
    mine, other = (make.unit(plan.institution) for _ in range(2))
    reopen_often(plan, (other, 5001), (mine, 2))
    access = confirmed_by_key(make.client(unit=mine).key).access
    with CaptureQueriesContext(connection) as queries:
        acts = latest_acts(access, 1)
    assert len(queries) == 1
    assert acts[0].parts == [Part("reopening", "created", 2)]


def test_acts_out_of_sight_are_looked_through_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = make.plan(make.institution())
    mine, other = (make.unit(plan.institution) for _ in range(2))
    for _ in range(3):
        reopen_often(plan, (mine, 1), (other, 2))
        for _ in range(4):
            reopen_often(plan, (other, 3))
    caller = confirmed_by_key(make.client(unit=mine).key).access
    everybody = confirmed_by_key(make.client().key).access
    expected = latest_acts(caller, 100)
    monkeypatch.setattr(visibility, "_ENOUGH", 5)
    sought, sizes = Sought(), list[int]()
    met = list[Act]()
    while sought.before != 0:
        acts = latest_acts(caller, 100, sought)
        met, sizes = met + acts, [*sizes, len(acts)]
        sought = Sought(before=older_than(caller, sought, acts, 100) or 0)
    assert [act.change_set for act in met] == [act.change_set for act in expected]
    assert len(sizes) > 7
    assert sizes[:4] == [0, 0, 1, 0]
    assert len(latest_acts(everybody, 100)) > len(met)
    assert older_than(everybody, Sought(), [], 100) is None


def test_what_is_part_of_nothing_is_named_alone() -> None:
    plan = make.plan(make.institution())
    period = plan.periods.get(month=1)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO activities_reopening (period_id, unit_id, until, reason) SELECT %s, %s, '2030-01-01', 'x'"
            " FROM generate_series(1, 3)",
            [period.pk, plan.institution_id],
        )
    assert list(Change.objects.filter(entity="reopening").values_list("further_ids", flat=True)) == [None] * 3
