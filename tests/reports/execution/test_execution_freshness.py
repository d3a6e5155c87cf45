"""`/reports/execution/`: an answer stays fresh until something in sight changes."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.models import Activity
from tests import factories as make
from tests.api import get
from tests.reports.execution.asking import PATH, sat_tree


def test_a_304_runs_no_report_and_a_change_ends_it(committed: None) -> None:
    sat_tree()
    caller = make.client()
    for query in ({"year": 2022, "group_by": "unit"}, {"year": 2022, "group_by": "unit", "format": "csv"}):
        first = get(caller, PATH, **query)
        etag = {"If-None-Match": first["ETag"]}
        assert first["Change-Cursor"]
        with CaptureQueriesContext(connection) as queries:
            assert get(caller, PATH, etag, **query).status_code == 304
        assert not any("pieces" in each["sql"] for each in queries)
        make.entry(Activity.objects.get(code="de-U2"), 3, 1)
        assert get(caller, PATH, etag, **query).status_code == 200
