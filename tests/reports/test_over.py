"""An activity is over when its progress passes 100, wherever that is shown (domain.md, rule 6); just 100 does not."""

import csv
import io

import pytest

from tests import factories as make
from tests.api import get

BOTH_SIDES = [("99.99", False), ("100", False), ("100.01", True)]


@pytest.mark.django_db
@pytest.mark.parametrize(("executed", "over"), BOTH_SIDES)
def test_over_is_what_passes_a_hundred(executed, over):
    activity, caller = make.activity(programmed=[100, *[0] * 11]), make.client()
    make.entry(activity, 1, executed)
    make.settle()
    shown = [
        get(caller, f"/activities/{activity.pk}/progress/").json(),
        get(caller, "/reports/matrix/", year=2022).json()["results"][0],
        get(caller, "/reports/execution/", year=2022).json()["total"],
        get(caller, "/reports/execution/", year=2022, group_by="activity").json()["results"][0],
    ]
    assert [(float(found["progress"]), found["over"]) for found in shown] == [(float(executed), over)] * 4
    table = get(caller, "/reports/matrix/", year=2022, format="csv").getvalue().decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(table))
    assert (row["progress"], row["over"]) == (executed, str(over).lower())
