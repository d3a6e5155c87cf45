"""What is owed and what waits for its review, asked for by month and in an order (api.md, "Lists")."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests import factories as make
from tests.api import get, refused_fields, results
from tests.factories import Caller
from units.choices import Role

pytestmark = pytest.mark.usefixtures("committed")
OWED, WAITING = "/progress/due/", "/progress/reviews/"


@pytest.fixture
def caller() -> Caller:
    """A reviewer of two activities, of which January to March are owed and April to June wait for a review."""
    sat = make.institution("SAT")
    plan = make.plan(sat)
    for code, name in (("A1", "U2"), ("A2", "U1")):
        activity = make.activity(plan, make.unit(sat, name, name), [1] * 6 + [0] * 6, code)
        for month in (5, 4, 6):
            make.entry(activity, month, 1, needs_review=True)
    return make.client(Role.REVIEWER, sat)


def months(caller: Caller, path: str, **query: Any) -> list[tuple[str, int]]:
    return [(row["activity"]["code"], row["month"]) for row in results(caller, path, **query)]


@pytest.mark.parametrize(("path", "first"), [(OWED, 1), (WAITING, 4)])
def test_some_months_are_asked_for(caller: Caller, path: str, first: int) -> None:
    assert get(caller, path).json()["count"] == 6
    assert sorted(months(caller, path, month=first)) == [("A1", first), ("A2", first)]
    for asked in (f"{first},{first + 2}", [first, first + 2]):
        page = get(caller, path, month=asked).json()
        assert page["count"] == len(page["results"]) == 4
        assert {row["month"] for row in page["results"]} == {first, first + 2}
    assert months(caller, path, month=12) == []
    for wrong in (0, 13, "x", "", f"{first},"):
        assert refused_fields(get(caller, path, month=wrong)) == ["month"]


@pytest.mark.parametrize(("path", "first"), [(OWED, 1), (WAITING, 4)])
def test_they_come_in_the_order_asked_for(caller: Caller, path: str, first: int) -> None:
    run = range(first, first + 3)
    assert months(caller, path, ordering="activity,-month") == [(code, m) for code in ("A1", "A2") for m in run[::-1]]
    assert months(caller, path, ordering="-unit,month") == [(code, m) for code in ("A1", "A2") for m in run]
    by_month = [(code, m) for m in run for code in ("A2", "A1")]
    assert months(caller, path, ordering=["month", "-activity"]) == by_month
    met, query = [], {"ordering": "month,-activity", "limit": "4"}
    while query:
        page = get(caller, path, **query).json()
        met += [(row["activity"]["code"], row["month"]) for row in page["results"]]
        query = {name: value for name, [value] in parse_qs(urlsplit(page["next"] or "").query).items()}
    assert met == by_month
    for wrong in ("", "--month", "executed"):
        assert refused_fields(get(caller, path, ordering=wrong)) == ["ordering"]
    other = get(caller, path, ordering="month", limit=1).json()["next"]
    assert refused_fields(get(caller, path, page=parse_qs(urlsplit(other).query)["page"][0])) == ["page"]


def test_each_by_its_own_days(caller: Caller) -> None:
    assert len(months(caller, OWED, ordering="-due_on,closes_on")) == 6
    assert months(caller, WAITING, ordering="-at") == months(caller, WAITING)[::-1]
    assert refused_fields(get(caller, OWED, ordering="at")) == ["ordering"]
    assert refused_fields(get(caller, WAITING, ordering="due_on")) == ["ordering"]
