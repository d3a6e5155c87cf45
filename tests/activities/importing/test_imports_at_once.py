"""Several who store, apply and undo imports of one plan at the same time: one after another, and nothing by halves."""

from pathlib import Path
from typing import Any

import pytest

from activities.models import Activity, ImportApplication, ImportUndoing, ProgressEntry
from poi_api.database import locks
from tests import factories as make
from tests.activities.importing.importing import rows, written
from tests.api import post, upload
from tests.committed import Connect
from tests.factories import Caller
from tests.threads import in_threads, until_waiting
from units.choices import Role
from units.models import Unit

_HOLD_IMPORTS = f"SELECT pg_advisory_xact_lock({locks.IMPORTS})"
_HOLD_PLAN = "SELECT FROM activities_plan WHERE institution_id = %s FOR UPDATE"


@pytest.fixture
def sat(committed: None) -> Unit:
    return make.institution("SAT")


@pytest.fixture
def planner(sat: Unit) -> Caller:
    return make.client(Role.PLANNER, sat)


@pytest.fixture
def content(tmp_path: Path) -> bytes:
    return written(tmp_path, rows(5)).read_bytes()


def stored(planner: Caller, content: bytes) -> int:
    answer = upload(planner, content)
    assert answer.status_code == 201, answer.content
    return int(answer.json()["id"])


def said(answers: list[Any]) -> list[Any]:
    """Return the code of each refusal, and 200 of each that was done, sorted."""
    return sorted(
        (answer.json()["errors"][0]["code"] if answer.status_code == 409 else answer.status_code for answer in answers),
        key=str,
    )


def test_one_import_is_applied_once(planner: Caller, content: bytes, connect: Connect) -> None:
    """Both find it stored, read it, and come to the lock: the second finds that it was applied."""
    source, other = stored(planner, content), connect()
    other.execute("BEGIN")
    other.execute(_HOLD_IMPORTS)
    finish = in_threads(*[lambda: post(planner, f"/imports/{source}/apply/")] * 2)
    until_waiting(connect(), 2)
    other.execute("COMMIT")
    assert said(finish()) == [200, "import_applied"]
    assert (ImportApplication.objects.count(), Activity.objects.count()) == (1, 5)


def test_two_imports_of_a_plan_are_applied_one_after_another(planner: Caller, content: bytes, connect: Connect) -> None:
    sources, other = [stored(planner, content) for _ in range(2)], connect()
    other.execute("BEGIN")
    other.execute(_HOLD_IMPORTS)
    finish = in_threads(*(lambda source=source: post(planner, f"/imports/{source}/apply/") for source in sources))
    until_waiting(connect(), 2)
    other.execute("COMMIT")
    results = sorted(answer.json()["application"]["result"] for answer in finish())
    assert results == ["imported", "unchanged"]
    assert Activity.objects.count() == 5


def test_one_import_is_undone_once(planner: Caller, content: bytes, connect: Connect) -> None:
    source, other = stored(planner, content), connect()
    assert post(planner, f"/imports/{source}/apply/").status_code == 200
    entries = ProgressEntry.objects.count()
    other.execute("BEGIN")
    other.execute(_HOLD_IMPORTS)
    finish = in_threads(*[lambda: post(planner, f"/imports/{source}/undo/", {"reason": "Equivocado"})] * 2)
    until_waiting(connect(), 2)
    other.execute("COMMIT")
    assert said(finish()) == [200, "import_undone"]
    assert (ImportUndoing.objects.count(), ProgressEntry.objects.count()) == (1, 2 * entries)


def test_a_diagnosis_waits_for_nobody_who_writes_the_plan(
    planner: Caller, sat: Unit, content: bytes, connect: Connect
) -> None:
    """Nor do they wait for it: it does not hold the plan."""
    assert post(planner, f"/imports/{stored(planner, content)}/apply/").status_code == 200
    other = connect()
    other.execute("BEGIN")
    other.execute(_HOLD_PLAN, [sat.pk])
    [answer] = in_threads(lambda: upload(planner, content), patience=20)()
    other.execute("ROLLBACK")
    assert answer is not None
    assert answer.status_code == 201
