"""One activity has one progress, wherever it is read; and what was promised never depends on what was done (rule 3)."""

import json
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.choices import Accumulation
from activities.models import Activity
from tests import factories as make
from tests.activities import reference
from tests.api import get
from tests.searching import examples

pytestmark = pytest.mark.django_db
QUANTITIES = st.one_of(st.just(Decimal(0)), st.integers(0, 30).map(Decimal), st.decimals(0, 99, places=3))
DONE = st.lists(st.none() | QUANTITIES, min_size=12, max_size=12)
RULES = st.sampled_from(Accumulation.values)
few = settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))
Figures = tuple[Any, Any, Any]


def asked(path: str, **query: Any) -> dict[str, Any]:
    answer = get(make.client(), path, **query)
    assert answer.status_code == 200, answer.content.decode()
    found: dict[str, Any] = json.loads(answer.content, parse_float=Decimal, parse_int=Decimal)
    return found


def year_of(row: dict[str, Any]) -> Figures:
    return row["annual_target"], row["executed_total"], row["progress"]


def sums_of(row: dict[str, Any]) -> Figures:
    return row["programmed"], row["executed"], row["progress"]


def quarters_of(row: dict[str, Any]) -> list[Figures]:
    return [sums_of(quarter) for quarter in row["quarters"]]


def reported(rule: str, programmed: list[Decimal], executed: list[Decimal | None]) -> Activity:
    activity = make.activity(programmed=programmed, accumulation=Accumulation(rule))
    for month, quantity in enumerate(executed, 1):
        if quantity is not None:
            make.entry(activity, month, quantity)
    return activity


@few
@given(RULES, st.lists(QUANTITIES, min_size=12, max_size=12), DONE)
def test_every_report_shows_the_same_figures_of_an_activity(
    rule: str, programmed: list[Decimal], executed: list[Decimal | None]
) -> None:
    activity = reported(rule, programmed, executed)
    about = {"year": 2022, "institution": activity.unit.code}
    known: dict[str, Any] = reference.measures(rule, programmed, executed)
    year = known["annual_target"], known["executed_total"], known["progress"]
    quarters = list(zip(known["quarter_programmed"], known["quarter_executed"], known["quarter_progress"], strict=True))
    [row] = asked("/reports/matrix/", **about)["results"]
    own, document = asked(f"/activities/{activity.pk}/progress/"), asked("/reports/poi/", **about)
    [line] = asked("/reports/execution/", **about, group_by="activity")["results"]
    by_quarter = asked("/reports/execution/", **about, group_by="quarter")
    assert [year_of(row), year_of(own), sums_of(line), sums_of(by_quarter["total"])] == [year] * 4
    assert sums_of(document["total"]["to_date"]) == year
    assert document["results"][0]["annual_target"] == document["total"]["annual_target"] == year[0]
    shown = [quarters_of(found) for found in (row, own, document["results"][0], document["total"])]
    assert [*shown, [sums_of(quarter) for quarter in by_quarter["results"]]] == [quarters] * 5


@few
@given(RULES, st.lists(QUANTITIES, min_size=12, max_size=12), DONE, st.integers(1, 12))
def test_through_cuts_programme_and_execution_alike(
    rule: str, programmed: list[Decimal], executed: list[Decimal | None], through: int
) -> None:
    activity = reported(rule, programmed, executed)
    total = asked("/reports/execution/", year=2022, institution=activity.unit.code, through=through)["total"]
    known = reference.period(rule, programmed[:through], executed[:through])
    progress = reference.percent(known.executed, known.programmed)
    assert sums_of(total) == (reference.rounded(known.programmed, 3), reference.rounded(known.executed, 3), progress)


class TestTheDocument:
    """Its programme is that of the whole year, and what comes in later does not move it."""

    PROMISED: ClassVar[list[make.Quantity]] = [*[0] * 3, 80, Decimal("86.4"), 0, *[0] * 6]

    @pytest.fixture
    def activity(self) -> Activity:
        return make.activity(
            make.plan(make.institution("SAT")), programmed=self.PROMISED, accumulation=Accumulation.AVERAGE
        )

    def second(self, through: int) -> Figures:
        """Return the second quarter of the document, of its row and of its TOTAL alike."""
        found = asked("/reports/poi/", year=2022, institution="SAT", through=through)
        [row] = found["results"]
        assert quarters_of(row)[1] == quarters_of(found["total"])[1]
        return quarters_of(row)[1]

    def test_the_second_quarter_promises_83_2_before_and_after_its_execution(self, activity: Activity) -> None:
        promised = Decimal("83.2")
        assert self.second(1) == self.second(4) == (promised, None, None)
        for month, quantity in ((4, 80), (5, 80), (6, 0)):
            make.entry(activity, month, quantity)
        assert self.second(1) == (promised, None, None)
        assert self.second(2) == self.second(4) == (promised, Decimal("53.333"), Decimal("64.1"))


@pytest.mark.parametrize(
    ("rule", "programmed", "executed"),
    [("sum", 100, 21), ("last", 40, 11), ("average", 25, Decimal("10.5"))],
)
def test_an_explanation_tells_the_rule_with_the_figures_that_it_gives(
    rule: str, programmed: int, executed: Decimal
) -> None:
    activity = reported(
        rule, [Decimal(p) for p in (10, 20, 30, *[0] * 8, 40)], [Decimal(10), Decimal(11), *[None] * 10]
    )
    total = asked("/reports/execution/", year=2022, institution=activity.unit.code, explain="true")["total"]
    told = total["explanation"]["progress"]
    assert (told["inputs"]["programmed"], told["inputs"]["executed"]) == (programmed, executed)
    words = {"sum": "se suman", "last": "contra el último programado", "average": "contra la media de los programados"}
    assert words[rule] in told["rule"]
