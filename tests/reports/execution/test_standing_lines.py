"""After a write, lines that still stand are not made again, and the answer is the one that would be made."""

from random import Random
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from activities.models import Activity, MeasurementUnit
from reports.execution import standing
from reports.execution.standing import Lines
from reports.shared.reading import Reading
from tests import factories as make
from tests.committed import Connect
from tests.factories import Caller
from tests.in_one_state import for_each
from tests.reports.execution.keeping import added_up, body
from tests.reports.living import Writer, institution_of_three_units
from tests.searching import a_third
from units.choices import Role
from units.models import Unit

_BY_UNIT: list[dict[str, str]] = [
    {"group_by": "unit,quarter"},
    {"group_by": "measurement_unit,unit,month", "cumulative": "true", "through": "7"},
    {"group_by": "branch,unit,oei,semester", "institution": "I", "fields": "unit,programmed,mean_progress,band"},
    {"group_by": "institution,unit,year,quarter", "from_year": "2021", "to_year": "2022"},
    {"group_by": "unit,quarter", "limit": "3"},
]
_STEPS = 40


class Renewals(list[list[int] | None]):
    """By answer for which lines were kept: the units whose lines were made anew, or None where all were."""

    def note(self, lines: Lines, question: Any, reading: Reading) -> Lines | None:
        renewed = _RENEWED(lines, question, reading)
        read = Lines.read(question, reading, lines.again).lines
        self.append([*{unit for unit, _ in read.values()}] if renewed else None)
        return renewed


_RENEWED = Lines.renewed


@pytest.fixture
def renewals(committed: None, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Renewals:
    settings.ANSWER_MEMORY_BYTES = 10**7
    noted = Renewals()
    monkeypatch.setattr(Lines, "renewed", lambda *asked: noted.note(*asked))
    return noted


def ask(caller: Caller, **query: str) -> str:
    """Return an answer, which is the one that is made from all figures."""
    query = {**query, **({"year": ""} if "from_year" in query else {})}
    given: dict[str, Any] = {name: value or [] for name, value in query.items()}
    answer = body(caller, **given)
    assert answer == added_up(caller, **given)
    return answer


@pytest.mark.parametrize("seed", a_third(range(2)))
def test_whatever_is_edited(renewals: Renewals, seed: int) -> None:
    random, institution = Random(seed), institution_of_three_units().institution
    writer = Writer(random, "W")
    callers = [make.client(unit=unit) for unit in (None, institution, Unit.objects.get(code="U1"))]
    for _ in range(_STEPS):
        writer.step()
        ask(random.choice(callers), **random.choice(_BY_UNIT))
    assert sum(units is not None for units in renewals) >= 3


@pytest.fixture
def activities(renewals: Renewals) -> list[Activity]:
    """Activities of two units of SAT."""
    plan = make.plan(make.institution("SAT"))
    return [make.activity(plan, make.unit(plan.institution, code)) for code in ("U1", "U2")]


def test_those_of_the_unit_alone_in_which_something_was_reported_are_made(
    activities: list[Activity], renewals: Renewals
) -> None:
    caller = make.client()
    one, other = activities
    for activity, month in ((one, 1), (other, 1), (one, 5)):
        ask(caller, **_BY_UNIT[0])
        make.entry(activity, month)
    ask(caller, **_BY_UNIT[0])
    assert renewals == [[one.unit_id], [other.unit_id], [one.unit_id]]


def test_none_is_if_it_happened_elsewhere(activities: list[Activity], renewals: Renewals) -> None:
    elsewhere, caller = make.activity(), make.client()
    for _ in range(2):
        ask(caller, mef_activity=activities[0].mef_activity.code, **_BY_UNIT[0])
        make.entry(elsewhere)
    ask(caller, mef_activity=activities[0].mef_activity.code, **_BY_UNIT[0])
    assert renewals == [[]] * 2


def test_all_are_if_others_come(activities: list[Activity], renewals: Renewals) -> None:
    caller = make.client()
    ask(caller, **_BY_UNIT[0])
    plan = activities[0].plan
    make.activity(plan, make.unit(plan.institution, "U3"), None, "B", None, activities[0].mef_activity)
    assert "U3" in ask(caller, **_BY_UNIT[0])
    Unit.objects.filter(code="U1").update(name="ZZ")
    ask(caller, **_BY_UNIT[0])
    assert renewals == [None] * 2


def test_lines_of_who_sees_less_are_not_those_of_who_sees_more(activities: list[Activity], renewals: Renewals) -> None:
    assert "U2" not in ask(make.client(Role.READER, activities[0].unit), **_BY_UNIT[0])
    assert "U2" in ask(make.client(), **_BY_UNIT[0])
    assert renewals == []


def test_all_are_if_there_is_no_room_for_those_that_came(renewals: Renewals) -> None:
    """Where all others were touched too, as many as there is room for are those that were kept."""
    plan, caller = make.plan(make.institution("SAT")), make.client()
    activity = make.activity(plan, make.unit(plan.institution, "U1"))
    page = {"group_by": "unit,quarter", "limit": "4"}
    ask(caller, **page)
    make.entry(activity)
    unit = activity.measurement_unit
    make.activity(plan, make.unit(plan.institution, "U2"), mef_activity=activity.mef_activity, measurement_unit=unit)
    assert '"count":8' in ask(caller, **page)
    assert renewals == [None]


def test_all_are_if_what_everybody_sees_is_called_otherwise(activities: list[Activity], renewals: Renewals) -> None:
    caller = make.client()
    ask(caller, **_BY_UNIT[1])
    MeasurementUnit.objects.filter(pk=activities[0].measurement_unit_id).update(name="Otra medida")
    assert "Otra medida" in ask(caller, **_BY_UNIT[1])
    assert renewals == [None]


def test_what_leaves_the_caller_s_sight_is_gone(activities: list[Activity], renewals: Renewals) -> None:
    unit = Unit.objects.get(code="U1")
    organ, other = (make.organ(activities[0].plan.institution, code) for code in ("O1", "O2"))
    for each in (unit, Unit.objects.get(code="U2")):
        Unit.objects.filter(pk=each.pk).update(parent=organ)
    caller = make.client(Role.READER, organ)
    assert "U1" in ask(caller, **_BY_UNIT[0])
    Unit.objects.filter(pk=unit.pk).update(parent=other)
    assert "U1" not in ask(caller, **_BY_UNIT[0])


@pytest.mark.parametrize(("most", "is_renewed"), [(2, True), (1, False)])  # the unit, and the institution above it
def test_all_are_if_more_than_some_units_were_touched(
    activities: list[Activity], renewals: Renewals, monkeypatch: pytest.MonkeyPatch, most: int, is_renewed: bool
) -> None:
    monkeypatch.setattr(standing, "_MOST", most)
    caller = make.client()
    ask(caller, **_BY_UNIT[0])
    make.entry(activities[0])
    ask(caller, **_BY_UNIT[0])
    assert renewals == [[activities[0].unit_id] if is_renewed else None]


def test_all_are_in_another_history(activities: list[Activity], renewals: Renewals, connect_owner: Connect) -> None:
    """As under a process that goes on after a copy of the files was put back."""
    caller = make.client()
    before = body(caller, **_BY_UNIT[0])
    connect_owner().execute(
        "ALTER TABLE units_changeset DISABLE TRIGGER append_only;"
        "UPDATE units_changeset SET committed_at = committed_at + interval '1 second' WHERE position > 1;"
        "ALTER TABLE units_changeset ENABLE ALWAYS TRIGGER append_only"
    )
    with connection.cursor() as cursor:
        cursor.execute("UPDATE activities_figure SET quarter_executed[1] = 700")
    assert (ask(caller, **_BY_UNIT[0]) == before, [*renewals]) == (False, [None])


@for_each(
    "query",
    [
        {"group_by": "branch,quarter"},
        {"group_by": "unit"},
        {"group_by": "unit,activity,quarter"},
        {"group_by": "unit,quarter", "ordering": "-progress"},
        {"group_by": "unit,quarter", "offset": "1"},
        {"group_by": "unit,quarter", "limit": "1"},
        {"group_by": "unit,quarter", "explain": "true"},
        {"group_by": "unit,quarter", "include": "submitted"},
    ],
)
def test_of_other_questions_none_are_kept(
    activities: list[Activity], renewals: Renewals, query: dict[str, str]
) -> None:
    caller = make.client()
    ask(caller, **query)
    make.entry(activities[0])
    ask(caller, **query)
    assert renewals == []
