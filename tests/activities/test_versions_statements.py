"""A modification of many activities costs as many statements as one of ten."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.models import TargetRevision
from tests import factories as make
from tests import many
from tests.activities.planning import NEW, modify, target
from tests.api import get

pytestmark = pytest.mark.django_db


def test_many_take_as_many_statements_as_ten(sat, planner, plan):
    unit, other = make.unit(sat), make.unit(sat)
    many.activities(plan, {f"A{number}": f"Actividad {number}" for number in range(300)}, unit)
    make.mef_activity("M01"), make.measurement_unit("UM01"), make.measurement_unit("UM02")
    get(planner, "/plans/")  # a connection's first answer looks for its database's name
    counts = []
    for number, total in ((10, 10), (100, 110)):
        first = total - number
        chosen = [f"A{place}" for place in range(first, total)]
        lists = {
            "targets": [target(code) for code in chosen[: number // 2]],
            "move": [{"activity": code, "unit": other.code} for code in chosen[number // 2 :]],
            "cancel": [{"activity": f"A{place}"} for place in range(299 - number // 2, 299)],
            "correct": [{"activity": code, "measurement_unit": "UM02", "accumulation": "last"} for code in chosen],
            "add": [{**NEW, "unit": unit.code, "name": f"Alta {first} {place}"} for place in range(number // 2)],
        }
        with CaptureQueriesContext(connection) as queries:
            assert modify(planner, plan, **lists).status_code == 201
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 40
    assert TargetRevision.objects.filter(version=3).count() == 50 + 50 + 45 + 50  # five had been cancelled before
