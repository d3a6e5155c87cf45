"""Figures that were mended are in every answer from then on, though nothing was reported (docs/architecture.md)."""

from io import StringIO
from itertools import product
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from activities.models import Activity
from tests import factories as make
from tests.door import DoorClient
from tests.factories import Caller
from tests.in_one_state import for_each
from units.choices import Role
from units.models import Change, ChangeSet

MATRIX = "/api/v1/reports/matrix/?year=2022"
SUMS = "/api/v1/reports/execution/?year=2022&group_by=unit,quarter"
_CLIENT = DoorClient()


@pytest.fixture
def activity(committed: None) -> Activity:
    return make.activity(make.plan(make.institution("SAT")))


def ask(caller: Caller, path: str, **headers: str) -> Any:
    return _CLIENT.get(path, headers={**caller.headers, **headers})


def rebuilt() -> str:
    said = StringIO()
    call_command("rebuild_figures", stdout=said)
    return said.getvalue()


def spoil(activity: Activity) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE activities_figure SET programmed[1] = 7, quarter_programmed[1] = 11 WHERE activity_id = %s",
            [activity.pk],
        )


@for_each(("path", "at"), product([MATRIX, SUMS], ["the unit", "everywhere"]))
def test_what_was_answered_of_wrong_figures_is_not_answered_again(activity: Activity, path: str, at: str) -> None:
    caller = make.client(Role.READER, activity.unit if at == "the unit" else None)
    right = ask(caller, path).json()["results"]
    spoil(activity)
    make.mef_activity()  # which everybody sees, so that all is answered anew
    wrong = [ask(caller, path) for _ in range(2)][-1]
    assert wrong.json()["results"] != right
    assert ask(caller, path, If_None_Match=wrong["ETag"]).status_code == 304
    assert rebuilt() == "Cifras corregidas: 1.\n"
    mended = ask(caller, path, If_None_Match=wrong["ETag"])
    assert (mended.status_code, mended.json()["results"]) == (200, right)


def test_it_has_a_place_in_the_order_of_changes_and_is_no_change(activity: Activity) -> None:
    caller = make.client()
    last, changes = ChangeSet.objects.latest("position"), Change.objects.count()
    cursor = ask(caller, "/api/v1/units/")["Change-Cursor"]
    assert rebuilt() == "Cifras corregidas: 0.\n"
    assert ChangeSet.objects.latest("position") == last
    assert ask(caller, "/api/v1/units/")["Change-Cursor"] == cursor
    spoil(activity)
    assert rebuilt() == "Cifras corregidas: 1.\n"
    mended = ChangeSet.objects.latest("position")
    assert (mended.position, mended.actor) == ((last.position or 0) + 1, "command:rebuild_figures")
    assert mended.cause.startswith("Cifras recalculadas")
    assert Change.objects.count() == changes
    feed = ask(caller, f"/api/v1/changes/?after={cursor}").json()
    assert (feed["results"], feed["has_more"], feed["next"] == cursor) == ([], False, False)
