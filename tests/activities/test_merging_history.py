"""A merger in time: the past keeps its units, the institution its sums, and the feed tells it as one act."""

from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from tests import factories as make
from tests.api import get, post, results
from tests.reports.living import Writer, institution_of_three_units
from tests.searching import examples
from tests.units.history.feed import pages
from units.choices import Role
from units.models import Unit

SUMS = "/reports/execution/"


def sums(caller: make.Caller, **query: Any) -> dict[str, tuple[Any, Any]]:
    """Return by unit what was programmed and executed."""
    rows = results(caller, SUMS, year=2022, group_by="unit", **query)
    return {row["unit"]["code"]: (row["programmed"], row["executed"]) for row in rows}


@pytest.mark.usefixtures("committed")
class TestInTime:
    def world(self) -> SimpleNamespace:
        institution = make.institution("SAT")
        made = SimpleNamespace(unit=make.unit(institution, "U7"), into=make.unit(institution, "U1"))
        plan = make.plan(institution, 2022)
        for unit in (made.unit, made.into):
            make.entry(make.activity(plan, unit, [2] * 12), executed=3)
        made.person = make.person(Role.REPORTER, made.unit)
        made.planner = make.client(Role.PLANNER, institution)
        return made

    def merge(self, world: SimpleNamespace) -> None:
        body = {"into": "U1", "reason": "Reorganización"}
        assert post(world.planner, f"/units/{world.unit.pk}/merge/", body).status_code == 200

    def test_figures_of_yesterday_are_unchanged_and_those_of_today_are_the_other_unit_s(self) -> None:
        world = self.world()
        before = get(world.planner, SUMS, year=2022, group_by="unit").json()
        self.merge(world)
        again = get(world.planner, SUMS, year=2022, group_by="unit", as_of=before["as_of"]).json()
        assert again == before
        assert sums(world.planner, as_of=before["as_of"]) == {"U7": (24, 3), "U1": (24, 3)}
        assert sums(world.planner) == {"U1": (48, 6)}
        assert sums(world.planner, as_of=before["as_of"], labels="today") == {"U1": (48, 6)}

    def test_who_works_in_the_other_unit_sees_what_the_merged_one_did(self) -> None:
        world = self.world()
        reader = make.client(Role.READER, world.into)
        before = get(world.planner, SUMS, year=2022, group_by="unit").json()["as_of"]
        self.merge(world)
        assert sums(reader, as_of=before) == {"U7": (24, 3), "U1": (24, 3)}

    def test_it_is_one_act_of_the_feed_with_its_reason(self) -> None:
        world = self.world()
        start = get(world.planner, "/units/")["Change-Cursor"]
        self.merge(world)
        changes = [change for page in pages(world.planner, after=start) for change in page]
        assert {(change["change_set"], change["cause"]) for change in changes} == {
            (changes[0]["change_set"], "Reorganización")
        }
        assert {(change["entity"], change["operation"]) for change in changes} == {
            ("unit", "updated"), ("unit_alias", "created"), ("membership", "updated"), ("plan_version", "created"),
            ("activity", "updated"), ("target_revision", "created"),
        }  # fmt: skip

    def test_who_sees_the_other_unit_alone_gets_the_activities_whole(self) -> None:
        world = self.world()
        reader = make.client(Role.READER, world.into)
        start = get(reader, "/units/")["Change-Cursor"]
        self.merge(world)
        changes = [change for page in pages(reader, after=start) for change in page]
        entered = [change for change in changes if change["operation"] == "entered" and change["entity"] == "activity"]
        assert [len(change["after"]["progress_entries"]) for change in entered] == [1]


def whole(caller: make.Caller) -> list[Any]:
    """Return what the institution promised and did in all years, by month, and what it owes."""
    asked: dict[str, Any] = {"from_year": 2020, "to_year": 2024, "institution": "I"}
    rows = [results(caller, SUMS, group_by=group, **asked) for group in ("year,month", "measurement_unit,year")]
    owed = results(caller, "/progress/due/", limit=1000, institution="I")
    return [rows, sorted((row["activity"]["id"], row["month"]) for row in owed)]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(examples(6, least=1)))
def test_whatever_happened_before_the_sums_of_the_institution_are_the_same(seed: int) -> None:
    random = Random(seed)
    institution_of_three_units()
    writer = Writer(random, "W")
    for _ in range(12):
        writer.step()
    planner, merged = make.client(Role.PLANNER), 0
    for unit in Unit.objects.order_by("pk"):
        into, before = random.choice(list(Unit.objects.order_by("pk"))), whole(planner)
        answer = post(planner, f"/units/{unit.pk}/merge/", {"into": into.pk, "reason": "R"})
        assert answer.status_code in (200, 409), answer.content.decode()
        merged += answer.status_code == 200
        assert whole(planner) == before
    assert merged or Unit.objects.count() < 4
