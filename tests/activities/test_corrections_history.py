"""What each version corrected is told of it for good: each is a transaction of its own."""

from tests import factories as make
from tests.activities.planning import modify
from tests.api import get


def test_each_version_says_its_own_corrections(committed, sat, planner):
    plan = make.plan(sat)
    make.activity(plan, code="A1")
    made = [
        modify(planner, plan, correct=[{"activity": "A1", "accumulation": accumulation}])
        for accumulation in ("last", "average")
    ]
    pages = [get(planner, answer["Location"].removeprefix("/api/v1")).json() for answer in made]
    told = [page["changes"][0]["corrected"]["accumulation"] for page in pages]
    assert told == [{"before": "sum", "after": "last"}, {"before": "last", "after": "average"}]
    assert pages == [answer.json() for answer in made]
