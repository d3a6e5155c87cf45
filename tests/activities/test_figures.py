"""The read model is what the truth adds up to, at every moment, under every history (domain.md, rules 1, 8, 9, 12)."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from activities.models import Activity, Figure, ProgressEntry
from tests import factories
from tests.searching import examples
from units.models import ChangeSet

COLUMNS = (
    "programmed", "cancelled_from", "executed", "late", "reason", "evidence_url", "pending", "pending_version",
    "entry_version", "status",
)  # fmt: skip
Row = dict[str, Any]


@dataclass
class Told:
    """What a history said of one activity, kept the slow and obvious way."""

    targets: list[tuple[int, list[Decimal], int | None]] = field(default_factory=list)
    entries: list[Row] = field(default_factory=list)  # each with its verdicts

    def figure(self) -> Row:
        months = [self._month(month) for month in range(1, 13)]
        current = self._target(99)
        return {
            "programmed": current[1], "cancelled_from": current[2],
            **{name: [month[name] for month in months] for name in COLUMNS if name in months[0]},
        }  # fmt: skip

    def _target(self, version: int) -> tuple[int, list[Decimal], int | None]:
        best: tuple[int, list[Decimal], int | None] = (0, [Decimal(0)] * 12, None)
        for target in self.targets:
            if best[0] <= target[0] <= version:
                best = target
        return best

    def _month(self, month: int) -> Row:
        row: Row = dict.fromkeys(("executed", "late", "reason", "evidence_url", "pending", "pending_version"))
        row |= {"entry_version": 0, "status": "unreported"}
        for entry in self.entries:
            if entry["month"] == month:
                row |= {"entry_version": entry["entry_version"], "status": status(entry)}
                if status(entry) == "accepted":
                    row |= {name: entry[name] for name in ("executed", "late", "reason", "evidence_url")}
                waiting = status(entry) == "submitted"
                row["pending"] = entry["executed"] if waiting else None
                row["pending_version"] = entry["entry_version"] if waiting else None
        return row


def status(entry: Row) -> str:
    if entry["verdicts"]:
        return {"accept": "accepted", "return": "returned"}[entry["verdicts"][-1]]
    return "submitted" if entry["needs_review"] else "accepted"


# --- Random histories -------------------------------------------------------------------------------------

quantity = st.decimals(min_value=0, max_value=999, places=3)
months = st.none() | st.integers(1, 12)
target = st.tuples(st.just("target"), st.integers(1, 4), st.lists(quantity, min_size=12, max_size=12), months)
entry = st.fixed_dictionaries({
    "month": st.integers(1, 3),
    "executed": st.none() | quantity,
    "needs_review": st.booleans(),
    "late": st.booleans(),
    "evidence_url": st.sampled_from(["", "https://ejemplo.pe/1"]),
})  # fmt: skip
entries = st.tuples(st.just("entries"), st.lists(entry, min_size=1, max_size=4))
review = st.tuples(st.just("review"), st.integers(0, 5), st.sampled_from(["accept", "return"]))
history = st.lists(st.tuples(st.integers(0, 1), st.one_of(target, entries, review)), max_size=12)


class Teller:
    """Writes a history into the database and, step by step, into what the reference was told."""

    def __init__(self) -> None:
        plan = factories.plan()
        self.activities = [factories.activity(plan, programmed=None) for _ in range(2)]
        self.told = [Told(), Told()]
        self.ids: dict[int, int] = {}

    def tell(self, which: int, step: tuple[Any, ...]) -> None:
        getattr(self, step[0])(self.activities[which], self.told[which], *step[1:])

    def target(self, activity: Activity, told: Told, version: int, programmed: list[Decimal], ends: int | None) -> None:
        programmed = [q if month < (ends or 13) else Decimal(0) for month, q in enumerate(programmed, 1)]
        factories.target(activity, programmed, version, cancelled_from=ends)
        told.targets.append((version, programmed, ends))

    def entries(self, activity: Activity, told: Told, new: list[Row]) -> None:
        """Make the entries in one statement, like a batch."""
        made = [self._entry(told, each) for each in new]
        stored = ProgressEntry.objects.bulk_create(
            ProgressEntry(
                activity=activity, month=e["month"], entry_version=e["entry_version"], executed=e["executed"],
                needs_review=e["needs_review"], is_late=e["late"], reason=e["reason"], evidence_url=e["evidence_url"],
            )
            for e in made
        )  # fmt: skip
        for row, kept in zip(made, stored, strict=True):
            row["id"] = kept.pk

    def _entry(self, told: Told, new: Row) -> Row:
        version = 1 + sum(old["month"] == new["month"] for old in told.entries)
        row = {
            **new,
            "entry_version": version,
            "verdicts": [],
            "reason": "" if new["executed"] is not None else "error",
        }
        told.entries.append(row)
        return row

    def review(self, activity: Activity, told: Told, which: int, verdict: str) -> None:
        if told.entries:
            row = told.entries[which % len(told.entries)]
            kept = ProgressEntry.objects.get(pk=row["id"])
            factories.review(kept, verdict, comment="por corregir")  # type: ignore[arg-type]
            row["verdicts"].append(verdict)

    def check(self) -> None:
        for activity, told in zip(self.activities, self.told, strict=True):
            assert stored(activity.pk) == told.figure()


def stored(key: int) -> Row:
    found: Row = Figure.objects.values(*COLUMNS).get(pk=key)
    return found


def asked(key: int, version: int | None = None, moment: datetime | None = None) -> Row:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(COLUMNS)} FROM figure_rows(ARRAY[%s]::bigint[], %s, %s)", [key, version, moment]
        )
        found: Row = dict(zip(COLUMNS, cursor.fetchone(), strict=True))
    return found


class TestFigures(TestCase):
    @settings(max_examples=examples(40), deadline=None)
    @given(history)
    def test_they_equal_a_slow_reference_and_their_own_rebuilding(self, steps: list) -> None:
        teller = Teller()
        for which, step in steps:
            teller.tell(which, step)
            teller.check()
        before = list(Figure.objects.order_by("pk").values())
        assert rebuilt() == 0
        assert list(Figure.objects.order_by("pk").values()) == before

    @settings(max_examples=examples(20), deadline=None)
    @given(history)
    def test_a_version_is_the_latest_target_up_to_it(self, steps: list) -> None:
        teller = Teller()
        for which, step in steps:
            teller.tell(which, step)
        for activity, told in zip(teller.activities, teller.told, strict=True):
            for version in range(1, 5):
                assert asked(activity.pk, version)["programmed"] == told._target(version)[1]


BY_THE_RULE = """
SELECT array_agg(shown(m.programmed) ORDER BY q), array_agg(shown(m.executed) ORDER BY q),
       array_agg(progress(m.executed, m.programmed) ORDER BY q), shown(min(y.programmed)), shown(min(y.executed)),
       progress(min(y.executed), min(y.programmed))
  FROM (SELECT %s::numeric[] AS p, %s::numeric[] AS e) AS given
 CROSS JOIN generate_series(0, 3) AS q
 CROSS JOIN LATERAL measure('sum', p[q * 3 + 1 : q * 3 + 3], e[q * 3 + 1 : q * 3 + 3]) AS m
 CROSS JOIN LATERAL measure('sum', p, e) AS y
"""


class TestMeasures(TestCase):
    @settings(max_examples=examples(100), deadline=None)
    @given(
        st.lists(st.just(Decimal(0)) | quantity, min_size=12, max_size=12),
        st.lists(st.none() | quantity, min_size=12, max_size=12),
    )
    def test_the_short_way_to_add_up_gives_what_the_rule_gives(self, programmed: list, executed: list) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM measures('sum', %s::numeric[], %s::numeric[])", [programmed, executed])
            short = cursor.fetchone()
            cursor.execute(BY_THE_RULE, [programmed, executed])
            assert repr(short) == repr(cursor.fetchone())


def rebuilt() -> int:
    output = StringIO()
    call_command("rebuild_figures", stdout=output)
    return int(output.getvalue().removeprefix("Cifras corregidas: ").removesuffix(".\n"))


# --- The stored rows --------------------------------------------------------------------------------------

CORRUPTIONS = [
    "UPDATE activities_figure SET executed[1] = 99",
    "UPDATE activities_figure SET status[12] = 'accepted'",
    "UPDATE activities_figure SET programmed[2] = programmed[2] + 1, cancelled_from = 3",
    "UPDATE activities_figure SET late[1] = NULL",
    "UPDATE activities_figure SET executed_total = 12345",
    "UPDATE activities_figure SET quarter_progress[2] = 1",
    "DELETE FROM activities_figure",
]


@pytest.mark.usefixtures("owned")
@pytest.mark.parametrize("corruption", CORRUPTIONS)
def test_rebuilding_repairs_a_wrong_row_and_says_how_many_there_were(corruption: str) -> None:
    one, other = factories.activity(), factories.activity()
    factories.entry(one, 1, 7)
    factories.entry(other, 2, 5, needs_review=True)
    before = list(Figure.objects.order_by("pk").values())
    with connection.cursor() as cursor:
        cursor.execute(f"{corruption} WHERE activity_id = %s", [one.pk])
    assert rebuilt() == 1
    assert list(Figure.objects.order_by("pk").values()) == before
    assert rebuilt() == 0


@pytest.mark.django_db
def test_rebuilding_records_no_change() -> None:
    activity = factories.activity()
    Figure.objects.filter(pk=activity.pk).delete()
    before = ChangeSet.objects.get().changes.count()
    assert rebuilt() == 1
    assert ChangeSet.objects.get().changes.count() == before


@pytest.mark.django_db
def test_a_deleted_activity_takes_its_figures_along() -> None:
    activity = factories.activity(programmed=None)
    assert Figure.objects.filter(pk=activity.pk).exists()
    activity.delete()
    assert not Figure.objects.exists()


@pytest.mark.django_db
def test_an_activity_asked_for_twice_is_answered_once() -> None:
    activity = factories.activity()
    with connection.cursor() as cursor:
        cursor.execute("SELECT programmed FROM figure_rows(ARRAY[%s, %s]::bigint[], NULL, NULL)", [activity.pk] * 2)
        assert cursor.fetchall() == [([Decimal(2)] * 12,)]
