"""What months add up to: the database's arithmetic against the rules said plainly (`reference`)."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from activities.choices import Accumulation
from activities.models import Activity, Figure
from tests import factories
from tests.activities import reference
from tests.in_one_state import for_each
from tests.searching import examples

LARGEST = Decimal("999999999999.999")

quantities = st.one_of(
    st.integers(0, 30).map(Decimal),
    st.decimals(0, 10, places=3),
    st.decimals(0, LARGEST, places=3),
    st.sampled_from([Decimal(0), Decimal("0.001"), Decimal("0.003"), LARGEST]),
)
programmes = st.lists(st.one_of(st.just(Decimal(0)), quantities), min_size=12, max_size=12)
executions = st.lists(st.one_of(st.none(), quantities), min_size=12, max_size=12)
rules = st.sampled_from(Accumulation.values)
NAMES = ("quarter_programmed", "quarter_executed", "quarter_progress", "annual_target", "executed_total", "progress")


def ask(function: str, *values: Any) -> Any:
    """Return what a function of the database answers."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}", values)
        return cursor.fetchone()[0]


def measured(accumulation: str, programmed: list[Any], executed: list[Any]) -> dict[str, Any]:
    """Return the measures by name, as the database shows them."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(NAMES)} FROM measures(%s, %s::numeric[], %s::numeric[])",
            [accumulation, programmed, executed],
        )
        return dict(zip(NAMES, cursor.fetchone(), strict=True))


def months(*quantities: Any) -> list[Any]:
    """Return a year that begins with these months; the others are 0 of nothing."""
    first = [None if quantity is None else Decimal(str(quantity)) for quantity in quantities]
    return [*first, *[None] * (12 - len(first))]


def programme(*quantities: Any) -> list[Decimal]:
    return [quantity or Decimal(0) for quantity in months(*quantities)]


class TestAgainstTheReference(TestCase):
    @settings(max_examples=examples(100))
    @given(rules, programmes, executions)
    @example("sum", [LARGEST] * 12, [LARGEST] * 12)
    @example("sum", programme("0.003"), months("999999999999.998"))
    @example("last", programme("0.003"), months("999999999999.998"))
    @example("average", programme("0.007", "0.007", "0.007"), months(LARGEST, "0.001", "0.001"))
    def test_quarters_and_year_are_what_the_rules_say(
        self, rule: str, programmed: list[Decimal], executed: list[Decimal | None]
    ) -> None:
        assert measured(rule, programmed, executed) == reference.measures(rule, programmed, executed)

    @settings(max_examples=examples(100))
    @given(rules, programmes, executions, executions)
    def test_what_was_promised_never_depends_on_what_was_done(
        self, rule: str, programmed: list[Decimal], one: list[Decimal | None], other: list[Decimal | None]
    ) -> None:
        first, second = measured(rule, programmed, one), measured(rule, programmed, other)
        for name in ("quarter_programmed", "annual_target"):
            assert first[name] == second[name]

    @settings(max_examples=examples(100))
    @given(
        st.one_of(st.none(), st.decimals(0, 200, places=2)),
        st.decimals(0, 150, places=2),
        st.decimals(0, 150, places=2),
    )
    def test_bands_are_what_the_rule_says(self, progress: Decimal | None, one: Decimal, other: Decimal) -> None:
        green, amber = max(one, other), min(one, other)
        asked = ask("band(%s::numeric, %s::numeric, %s::numeric)", progress, green, amber)
        assert asked == reference.band(progress, green, amber)


@pytest.mark.django_db
class TestBlankIsNotZero:
    """Rule 1, for the first quarter."""

    @pytest.mark.parametrize(
        ("programmed", "executed", "total"),
        [
            ((1, 2, 3), (None, None, None), None),  # all due, none reported
            ((1, 2, 3), (None, 0, None), 0),  # a reported 0 is a figure
            ((1, 2, 3), (1, None, 3), 4),  # one missing: what is there
            ((0, 0, 0), (None, None, None), 0),  # nothing due: nothing missing
            ((0, 0, 0), (None, 5, None), 5),  # not due, and reported all the same
            ((1, 0, 0), (None, 5, None), None),  # what was due is not reported
            ((1, 0, 0), (1, 5, None), 6),  # what was not due counts too
        ],
    )
    def test_a_quarter_is_null_only_if_it_was_due_and_none_of_that_is_reported(
        self, programmed: tuple, executed: tuple, total: int | None
    ) -> None:
        assert measured("sum", programme(*programmed), months(*executed))["quarter_executed"][0] == total

    def test_the_year_is_null_only_if_no_due_month_of_it_is_reported(self) -> None:
        late = measured("sum", programme(0, 0, 0, 0, 2), months(1, None, None, None, None))
        assert (late["quarter_executed"], late["executed_total"]) == ([1, None, 0, 0], None)

    def test_progress_is_null_and_not_zero_where_nothing_is_programmed_or_reported(self) -> None:
        found = measured("sum", programme(0, 0, 0, 1), months(5))
        assert found["quarter_progress"] == [None, None, None, None]
        assert found["progress"] is None

    def test_a_reported_zero_of_something_is_a_progress_of_zero(self) -> None:
        assert measured("sum", programme(4), months(0))["progress"] == 0


@pytest.mark.django_db
class TestRules:
    """Rule 3, over January to March with 2, 4 and 9 programmed."""

    def quarter(self, rule: str, programmed: tuple, executed: tuple) -> tuple[Any, Any, Any]:
        found = measured(rule, programme(*programmed), months(*executed))
        return tuple(found[name][0] for name in NAMES[:3])

    def test_a_sum_is_compared_with_every_programmed_month_reported_or_not(self) -> None:
        assert self.quarter("sum", (2, 4, 9), (2, 4, None)) == (15, 6, 40)

    @pytest.mark.parametrize(
        ("programmed", "executed", "expected"),
        [
            ((2, 4, 9), (2, 3, None), (9, 3, "33.33")),
            ((2, 4, 9), (2, None, None), (9, 2, "22.22")),  # the promise stays when less is reported
            ((2, 4, 0), (2, 3, None), (4, 3, 75)),  # a month without a programme is no promise
            ((2, 4, 0), (2, 3, 0), (4, 3, 75)),  # a 0 of nothing says nothing
            ((2, 4, 0), (2, 3, 1), (4, 1, 25)),  # more than 0 does
            ((2, 4, 9), (2, 3, 0), (9, 0, 0)),  # and so does a 0 of something
            ((2, 4, 0), (0, None, 0), (4, 0, 0)),
        ],
    )
    def test_last_is_the_last_reported_month_against_the_last_programmed_one(
        self, programmed: tuple, executed: tuple, expected: tuple
    ) -> None:
        programme_of, executed_of, progress = expected
        assert self.quarter("last", programmed, executed) == (programme_of, executed_of, Decimal(progress))

    def test_where_nothing_was_programmed_the_last_of_a_stock_is_passed_over_for_a_0_too(self) -> None:
        assert self.quarter("last", (0, 0, 0), (5, 0, None)) == (0, 5, None)
        assert self.quarter("last", (0, 0, 0), (0, None, 0)) == (0, 0, None)

    @pytest.mark.parametrize(
        ("programmed", "executed", "expected"),
        [
            ((2, 4, 9), (2, None, 8), (5, 5, 100)),
            ((2, 4, 9), (2, None, None), (5, 2, 40)),
            ((2, 4, 0), (2, 4, None), (3, 3, 100)),  # a month without a programme is not in the mean
            ((2, 4, 0), (2, 4, 0), (3, 2, "66.67")),  # a reported one is, also with 0
            ((0, 4, 0), (3, 3, None), (4, 3, 75)),
        ],
    )
    def test_average_is_the_mean_of_the_reported_months_against_that_of_the_programmed_ones(
        self, programmed: tuple, executed: tuple, expected: tuple
    ) -> None:
        programme_of, executed_of, progress = expected
        assert self.quarter("average", programmed, executed) == (programme_of, executed_of, Decimal(progress))

    def test_a_quarter_that_promised_83_2_goes_on_promising_it(self) -> None:
        promised = (80, Decimal("86.4"), 0)
        for executed in ((None,) * 3, (80, None, None), (80, 80, 0)):
            assert self.quarter("average", promised, executed)[0] == Decimal("83.2")

    def test_what_is_not_reported_shows_what_was_promised(self) -> None:
        assert self.quarter("last", (2, 4, 0), (None, None, None)) == (4, None, None)
        assert self.quarter("average", (2, 4, 0), (None, None, 7)) == (3, None, None)

    @pytest.mark.parametrize(("rule", "target", "progress"), [("sum", 15, 40), ("last", 9, 44.44), ("average", 5, 60)])
    def test_the_year_is_measured_against_the_annual_target(self, rule: str, target: int, progress: float) -> None:
        found = measured(rule, programme(2, 4, 9), months(2, 4))
        assert (found["annual_target"], found["progress"]) == (target, Decimal(str(progress)))


@pytest.mark.django_db
class TestRounding:
    @for_each(
        ("executed", "programmed", "progress"),
        [
            (24, 23, "104.35"),  # not capped
            (1, 8, "12.5"),
            (1, 16, "6.25"),
            (1, 32, "3.13"),  # 3.125: half up
            (3, 32, "9.38"),  # 9.375
            (1, 800, "0.13"),  # 0.125
            (1, 20000, "0.01"),  # 0.005
            (1, 20001, "0"),
            (2, 3, "66.67"),
            (1, 3, "33.33"),
            (19999, 20000, "100"),  # 99.995
            ("999999999999.998", "0.003", "33333333333333266.67"),
            (LARGEST, LARGEST, "100"),
        ],
    )
    def test_progress_has_two_decimals_half_up(self, executed: Any, programmed: Any, progress: str) -> None:
        found = measured("sum", programme(programmed), months(executed))
        assert str(found["progress"]) == progress
        assert str(found["quarter_progress"][0]) == progress

    def test_a_mean_is_rounded_once_and_only_where_it_is_shown(self) -> None:
        found = measured("average", programme(1, 1, 1), months("0.333", "0.333", "0.334"))
        assert found["quarter_executed"][0] == Decimal("0.333")
        assert found["quarter_progress"][0] == Decimal("33.33")
        tie = measured("average", programme(1, 1), months("0.001", "0.002"))  # 0.0015
        assert (tie["quarter_executed"][0], tie["quarter_progress"][0]) == (Decimal("0.002"), Decimal("0.15"))

    def test_quantities_show_no_idle_zeros(self) -> None:
        found = measured("sum", programme("3.000", "0.100"), months("3.000"))
        assert str(found["quarter_programmed"][0]) == "3.1"
        assert str(found["executed_total"]) == "3"

    def test_a_year_of_the_largest_quantities_is_exact(self) -> None:
        found = measured("sum", [LARGEST] * 12, [LARGEST] * 12)
        assert str(found["annual_target"]) == str(found["executed_total"]) == "11999999999999.988"


@pytest.mark.django_db
class TestBands:
    """Rule 6: bands read the rounded progress that is shown."""

    @for_each(
        ("executed", "programmed", "band"),
        [
            (95, 100, "green"),
            (9499, 10000, "amber"),  # 94.99
            (94995, 100000, "green"),  # 94.995 is shown as 95
            (94994, 100000, "amber"),
            (75, 100, "amber"),
            (7499, 10000, "red"),
            (74995, 100000, "amber"),
            (74994, 100000, "red"),
            (0, 100, "red"),
            (150, 100, "green"),
            (None, 100, None),
        ],
    )
    def test_both_sides_of_every_cut(self, executed: Any, programmed: Any, band: str | None) -> None:
        progress = measured("sum", programme(programmed), months(executed))["progress"]
        assert ask("band(%s::numeric, 95, 75)", progress) == band


@pytest.mark.django_db
class TestReadModel:
    def test_a_stored_figure_carries_the_measures_of_its_months(self) -> None:
        activity = factories.activity(programmed=[8] * 12)
        factories.entry(activity, 1, 1)
        figure = Figure.objects.get(activity=activity)
        assert figure.quarter_executed == [1, None, None, None]
        assert figure.quarter_progress == [Decimal("4.17"), None, None, None]
        assert [figure.annual_target, figure.executed_total, figure.progress] == [96, 1, Decimal("1.04")]

    def test_the_figures_follow_when_the_rule_of_an_activity_changes(self) -> None:
        activity = factories.activity(programmed=[8] * 12)
        factories.entry(activity, 1, 4)
        Activity.objects.filter(pk=activity.pk).update(accumulation=Accumulation.AVERAGE)
        figure = Figure.objects.get(activity=activity)
        assert [figure.annual_target, figure.executed_total, figure.progress] == [8, 4, 50]

    def test_what_waits_for_review_is_counted_in_only_where_there_is_such(self) -> None:
        counted = ask(
            "executed_with_pending(%s::numeric[], %s::numeric[], %s::int[])", [1, 2, 3], [9, None, None], [1, 4, None]
        )
        assert counted == [9, None, 3]  # a pending withdrawal counts too
