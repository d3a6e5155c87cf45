"""What is imported after an import was undone (domain.md, rules 13 and 14)."""

from pathlib import Path

import pytest

from activities.models import Activity, Figure
from tests import factories as make
from tests.activities.importing.importing import bring, row, written
from tests.activities.importing.test_undoing import standing, undo
from tests.api import post, upload
from units.choices import Role

# Each act is a transaction of its own here, with a change set of its own
pytestmark = pytest.mark.usefixtures("committed")


def test_a_persons_figure_that_came_back_stays_theirs() -> None:
    standing()
    bring(row(3, executed=(9,)), overwrite=True)
    undo()
    outcome = bring(row(3, executed=(8,)))
    assert [problem.code for problem in outcome.entries.problems] == ["kept_registered_figure"]
    assert Figure.objects.get().executed[0] == 7


def test_an_imports_figure_that_came_back_is_replaced() -> None:
    bring(row(3, executed=(1,)))
    bring(row(3, executed=(2,)))
    undo()
    assert bring(row(3, executed=(3,))).entries.problems == []
    assert Figure.objects.get().executed[0] == 3


def test_a_month_that_was_withdrawn_is_written_again() -> None:
    standing()
    bring(row(3, executed=(7, 5)))
    undo()
    assert bring(row(3, executed=(7, 6))).entries.problems == []
    assert Figure.objects.get().executed[:2] == [7, 6]


def test_what_was_undone_makes_no_document_older() -> None:
    bring(row(3, executed=(1, 1)), content=b"february")
    bring(row(3, executed=(1, 1, 1, 1, 1)), content=b"may")
    undo()
    outcome = bring(row(3, executed=(2, 1, 1)), content=b"march")
    assert (outcome.entries.updated, outcome.entries.created) == (2, 0)
    assert outcome.remarks == []


def test_nor_does_what_an_undoing_gave_back() -> None:
    standing()
    bring(row(3, executed=(7, 1, 1, 1, 1)), content=b"may")
    bring(row(3, executed=(7, 1, 1, 1, 2)), content=b"may again")
    undo()
    undo(number=0)
    outcome = bring(row(3, executed=(7, 1, 1)), content=b"march")
    assert outcome.remarks == []


def test_a_late_figure_that_came_back_is_late() -> None:
    plan = standing()
    make.entry(Activity.objects.get(plan=plan), 2, 4, is_late=True)
    bring(row(3, executed=(7, 9)), overwrite=True)
    assert Figure.objects.get().late[1] is False
    undo()
    assert (Figure.objects.get().executed[1], Figure.objects.get().late[1]) == (4, True)


def test_what_changed_nothing_is_undone_too_when_its_plan_has_gone(tmp_path: Path) -> None:
    planner = make.client(Role.PLANNER, make.institution("SAT"))
    content = written(tmp_path).read_bytes()
    paths = [f"/imports/{upload(planner, content).json()['id']}" for _ in range(2)]
    applied = [post(planner, f"{path}/apply/").json()["application"]["result"] for path in paths]
    assert applied == ["imported", "unchanged"]
    undone = [post(planner, f"{path}/undo/", {"reason": "Era otro"}) for path in paths]
    assert [(answer.status_code, answer.json()["status"]) for answer in undone] == [(200, "undone")] * 2
