"""Nothing that is of one history passes for another's in which other change sets have the same positions.

So it is after a copy of the database's files was put back, also under a process that goes on.
"""

import pytest
from django.db import connection

from tests import factories as make
from tests.api import get
from tests.committed import Connect
from tests.states import state_now

_OTHER_FIGURES = """
UPDATE activities_figure
   SET executed[1] = executed[1] + 700
"""
_OTHER_CHANGE_SETS = """
ALTER TABLE units_changeset DISABLE TRIGGER append_only;
UPDATE units_changeset SET committed_at = committed_at + interval '1 second' WHERE position > 1;
ALTER TABLE units_changeset ENABLE ALWAYS TRIGGER append_only;
"""


@pytest.mark.parametrize("everywhere", [True, False])
def test_no_answer_is_kept_over_into_another_history(connect_owner: Connect, everywhere: bool) -> None:
    activity = make.activity()
    make.entry(activity, executed=5)
    caller = make.client(unit=None if everywhere else activity.unit)
    for path in ("/reports/matrix/", f"/activities/{activity.pk}/progress/", "/units/", "/changes/"):
        query = {"year": activity.plan.year} if "matrix" in path else {}
        first = get(caller, path, **query)
        before = state_now().point
        connect_owner().execute(_OTHER_CHANGE_SETS)
        with connection.cursor() as cursor:
            cursor.execute(_OTHER_FIGURES)
        again = get(caller, path, {"If-None-Match": first["ETag"]}, **query)
        assert state_now().point != before
        assert state_now().point.position == before.position
        assert (again.status_code, again["ETag"] != first["ETag"]) == (200, True), path
        assert again["Change-Cursor"] != first["Change-Cursor"]
        assert "units" in path or again.content != first.content
