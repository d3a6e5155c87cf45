"""Answers that are given while others write: each is what the database said at its place in the change order."""

from functools import partial
from typing import Any

import pytest

from activities.models import Activity
from reports.views import MatrixView
from tests import factories as make
from tests.activities.submitting import open_plan, put
from tests.cursors import position_of
from tests.door import DoorClient
from tests.factories import Caller
from tests.states import forget_answers
from tests.threads import in_threads
from units.choices import Role
from units.models import ChangeSet, Unit

WRITES = 25
READERS = 3


_CLIENT = DoorClient()


def get(caller: Caller, path: str, **query: Any) -> Any:
    return _CLIENT.get(f"/api/v1{path}", query, headers=caller.headers)


def _write(reporter: Caller, activity: Activity) -> list[int]:
    months = [1 + turn % 3 for turn in range(WRITES)]
    return [put(reporter, activity, month, executed=turn).status_code for turn, month in enumerate(months)]


@pytest.fixture
def activities(committed: None) -> list[Activity]:
    """An activity in each of two units of SAT, and one of another institution."""
    plan, elsewhere = open_plan(), open_plan()
    return [make.activity(plan, make.unit(plan.institution)) for _ in range(2)] + [make.activity(elsewhere)]


def test_whoever_asks_while_others_write_is_answered_what_was_true_then(activities: list[Activity]) -> None:
    code = activities[0].plan.institution.code
    everything, institution, unit = (
        make.client(Role.READER, place)
        for place in (None, activities[0].plan.institution, Unit.objects.get(pk=activities[0].unit_id))
    )
    questions: list[tuple[Caller, str, dict[str, str]]] = [
        (caller, "/reports/matrix/", {"year": "2022", **query})
        for caller in (everything, institution, unit)
        for query in ({}, {"institution": code})
    ] + [(caller, "/reports/execution/", {"year": "2022", "group_by": "unit"}) for caller in (everything, unit)]
    reporter = make.client(Role.REPORTER)
    writers = [partial(_write, reporter, activity) for activity in activities]

    def reader() -> list[Any]:
        return [
            (number, get(caller, path, **query))
            for _ in range(WRITES // 4)
            for number, (caller, path, query) in enumerate(questions)
        ]

    *answered, first, second, third = in_threads(*[reader] * READERS, *writers)()
    assert {*first, *second, *third} == {200}
    given = [answer for answers in answered for answer in answers]
    moments = dict(ChangeSet.objects.filter(position__gt=0).values_list("position", "committed_at"))
    by_etag: dict[tuple[int, str], bytes] = {}
    for number, answer in given:
        assert answer.status_code == 200
        assert by_etag.setdefault((number, answer["ETag"]), answer.content) == answer.content
        caller, path, query = questions[number]
        then = moments[position_of(caller, answer["Change-Cursor"])]
        assert then
        computed = get(caller, path, **query, as_of=then.isoformat()).json()
        assert answer.json()["results"] == computed["results"]
    for number, (caller, path, query) in enumerate(questions):
        last = get(caller, path, **query)
        forget_answers()
        anew = get(caller, path, **query)
        assert (last.content, last["ETag"]) == (anew.content, anew["ETag"]), number


def test_what_was_asked_before_a_change_and_answered_after_it_is_not_sent_again(
    activities: list[Activity], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The code asked about names another institution since the question was read."""
    before, since = activities[0].plan.institution, activities[2].plan.institution
    understood, caller, query = MatrixView.question, make.client(), {"year": 2022, "institution": before.code}

    def and_then_renamed(view: MatrixView, *args: Any) -> Any:
        question = understood(view, *args)
        Unit.objects.filter(pk=before.pk).update(code="ANTES")
        Unit.objects.filter(pk=since.pk).update(code=before.code)
        return question

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(MatrixView, "question", and_then_renamed)
        get(caller, "/reports/matrix/", **query)
    rows = get(caller, "/reports/matrix/", **query).json()["results"]
    assert [row["institution"]["id"] for row in rows] == [since.pk]


@pytest.mark.parametrize(
    ("query", "made"), [({}, 1), ({"institution": "SAT"}, 2), ({"version": "initial"}, 2), ({"draft": "true"}, 2)]
)
def test_it_is_if_it_names_nothing_that_could_have_come_to_be_another(
    activities: list[Activity], monkeypatch: pytest.MonkeyPatch, query: dict[str, str], made: int
) -> None:
    Unit.objects.filter(pk=activities[0].plan.institution_id).update(code="SAT")
    understood, answer, caller = MatrixView.question, MatrixView.answer, make.client(Role.PLANNER)
    answers: list[Any] = []

    def and_then_written(view: MatrixView, *args: Any) -> Any:
        question = understood(view, *args)
        if not answers:
            make.entry(activities[0])
        return question

    def noted(view: MatrixView, *args: Any) -> Any:
        answers.append(answer(view, *args))
        return answers[-1]

    monkeypatch.setattr(MatrixView, "question", and_then_written)
    monkeypatch.setattr(MatrixView, "answer", noted)
    first, again = (get(caller, "/reports/matrix/", year=2022, **query) for _ in range(2))
    assert (first.content, first["ETag"], len(answers)) == (again.content, again["ETag"], made)
