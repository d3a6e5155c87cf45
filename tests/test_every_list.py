"""Every page, and every address that is read, asks the database as often for 5 things as for 2."""

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.choices import PlanStatus
from activities.models import Activity
from tests import factories as make
from tests.api import get
from tests.history import imported
from tests.operations import OPERATIONS, ids_of
from tests.page_operations import PAGES
from tests.pages_kit import visit
from tests.states import forget_answers
from units.choices import Role

pytestmark = pytest.mark.django_db
FEW, MANY = range(2), range(2, 5)
Counts = dict[str, int]


def more(world: SimpleNamespace, numbers: range) -> None:
    """Make more of everything that a list can show, and of what hangs from one thing of a kind."""
    for number in numbers:
        unit = make.unit(world.institution, f"MAS{number}")
        below = make.unit(world.unit, f"BAJO{number}")
        make.alias(world.unit, f"OTRO NOMBRE {number}")
        for place in (unit, below, world.unit):
            make.person(Role.REPORTER, place)
            make.client(Role.READER, place)
        make.mef_activity(f"MAS{number}")
        make.measurement_unit(f"MAS{number}")
        world.extra.append(make.activity(world.plan, unit, code=f"E{number}"))
        for plan in (world.draft, world.sketch, world.fresh, world.plan, world.closed):
            make.activity(plan, world.unit, code=f"N{number}")
        for waits in (False, True):
            make.entry(world.extra[-1], month=1 + waits, needs_review=waits, reason="Falta sustento")
        make.review(make.entry(world.activity, month=world.month, needs_review=True))
        make.target(world.activity, [number] * 12, make.version(world.plan).number)
        make.reopening(world.plan, 1, unit, date(2199, 12, 31))
        make.publication(world.institution)
        imported(world.closed)
        make.plan(make.institution(), 2022, PlanStatus.DRAFT)
    make.settle()


def counted(world: SimpleNamespace) -> Iterator[tuple[str, int]]:
    """Yield how many statements each page and each address takes, where no answer is kept from before."""
    browser, caller = visit(world.looks), world.asks
    for method, path in PAGES:
        if method == "GET":
            operation = PAGES[method, path]
            address = path.format(**ids_of(world, operation.names))
            yield path, _statements(lambda a=address, q=operation.query: browser.open(a, **q))
    for method, path in OPERATIONS:
        if method == "GET":
            operation = OPERATIONS[method, path]
            address = path.format(**ids_of(world, operation.names))
            yield f"API {path}", _statements(lambda a=address, q=operation.query: get(caller, a, **q))


def _statements(ask: Any) -> int:
    forget_answers()  # all of a module's changes have one place: an answer of before would be given again
    with CaptureQueriesContext(connection) as asked:
        ask()
    return len(asked)


@pytest.fixture(scope="module")
def counts(everything_made: SimpleNamespace) -> tuple[Counts, Counts]:
    world = everything_made
    world.extra = list[Activity]()
    world.looks, world.asks = make.person(Role.PLANNER), make.client(Role.PLANNER)
    dict(counted(world))  # what a process keeps for ever is there then
    more(world, FEW)
    few = dict(counted(world))
    more(world, MANY)
    return few, dict(counted(world))


def test_as_many_statements_are_sent_for_many_things_as_for_few(counts: tuple[Counts, Counts]) -> None:
    few, many = counts
    assert {path: (few[path], many[path]) for path in few if few[path] != many[path]} == {}


def test_no_page_sends_more_statements_than_forty(counts: tuple[Counts, Counts]) -> None:
    assert {path: count for path, count in counts[1].items() if count > 40} == {}
