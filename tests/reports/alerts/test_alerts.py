"""Alerts: what each rule finds, what it lets pass, and the figures that it shows."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from activities.choices import Accumulation, Origin
from activities.models import Activity, Plan, ReportingPeriod
from tests import factories as make
from tests.in_one_state import for_each
from tests.reports.alerts.alerting import found, reported

pytestmark = pytest.mark.django_db
TEN = [10] * 12


@pytest.fixture
def plan() -> Plan:
    return make.plan(make.institution("SAT", "SAT LIMA"))


class TestRedTwice:
    @pytest.mark.parametrize(
        ("executed", "months"),
        [
            ([10, 7, 7], [2, 3]),
            ([7, 7, 7], [2, 3]),  # the last two
            ([7, 10, 7], None),
            ([7, None, 7], None),  # an unreported month is not red
            ([7.5, 7.5, 10], None),  # 75 is amber
            ([0, 0], [1, 2]),
        ],
    )
    def test_two_programmed_months_running(self, plan: Plan, executed: list[Any], months: list[int] | None) -> None:
        reported(plan, TEN, [quantity if quantity is None else Decimal(str(quantity)) for quantity in executed])
        assert [alert["figures"]["months"] for alert in found("red_twice")] == ([months] if months else [])

    def test_months_without_programme_are_passed_over(self, plan: Plan) -> None:
        reported(plan, [10, 0, 10], [1, None, 2])
        [alert] = found("red_twice")
        assert alert["figures"] == {
            "months": [1, 3],
            "programmed": [10, 10],
            "executed": [1, 2],
            "progress": [10, 20],
            "red_below": 75,
        }
        assert alert["detail"] == "En rojo dos meses seguidos: ENE 10.00 % y MAR 20.00 %."

    def test_the_plans_own_cuts_count_and_through_ends_the_year(self, plan: Plan) -> None:
        reported(plan, TEN, [5, 5])
        assert found("red_twice", through=1) == []
        Plan.objects.filter(pk=plan.pk).update(amber_from=50)
        assert found("red_twice") == []

    @pytest.mark.parametrize(
        ("amber_from", "executed", "count"),
        [
            ("75", "149.99", 0),  # 74.995 % is shown as 75
            ("75", "149.989", 1),
            ("66.67", "133.34", 0),
            ("66.68", "133.34", 1),
            ("0", "0", 0),
        ],
    )
    def test_it_is_the_progress_shown_that_is_red(self, plan: Plan, amber_from: str, executed: str, count: int) -> None:
        Plan.objects.filter(pk=plan.pk).update(amber_from=Decimal(amber_from))
        reported(plan, [200, 200], [Decimal(executed)] * 2)
        assert len(found("red_twice")) == count


class TestIdentical:
    @for_each(
        ("programmed", "executed", "count"),
        [
            (TEN, TEN, 1),
            ([1, 2, 3], [1, 2, 3], 1),
            ([1, 0, 2, 3], [1, None, 2, 3], 1),
            (TEN, [10, 10, 10], 1),  # the rest is not reported yet
            ([1, 2], [1, 2], 0),  # too few to tell
            ([1, 2, 3], [1, 2, 4], 0),
            ([1, 2, 3, 4], [1, None, 3, 4], 0),
            ([1, 2, 3], [1, 2, 3, 1], 0),
            (TEN, [], 0),
            ([0, 0, 0, 1, 2, 3], [None, None, None, 1, 2, 3], 1),  # it begins in April
            ([0, 0, 0, 1, 2, 3], [None, 1, None, 1, 2, 3], 0),
        ],
    )
    def test_every_month_until_the_last_reported(
        self, plan: Plan, programmed: list[int], executed: list[Any], count: int
    ) -> None:
        reported(plan, programmed, executed)
        assert len(found("identical")) == count

    def test_it_shows_how_many_months_and_both_sums(self, plan: Plan) -> None:
        reported(plan, TEN, [10, 10, 10])
        [alert] = found("identical")
        assert alert["figures"] == {"from_month": 1, "to_month": 3, "expected": 3, "programmed": 30, "executed": 30}
        assert "hasta MAR" in alert["detail"]


class TestLastMoment:
    @pytest.fixture
    def closing(self, plan: Plan) -> Any:
        """Let January's window close so many days from now."""

        def close_in(days: int) -> None:
            day = timezone.localdate() + timedelta(days=days)
            period = ReportingPeriod.objects.filter(plan=plan, month=1)
            period.update(opens_on=day - timedelta(days=30), due_on=day, closes_on=day)

        return close_in

    @pytest.mark.parametrize(("days", "count"), [(-1, 0), (0, 1), (1, 1), (2, 0)])
    def test_the_last_two_days_of_the_window_both_sides(self, plan: Plan, closing: Any, days: int, count: int) -> None:
        closing(days)
        make.entry(make.activity(plan), 1)
        make.settle()
        assert len(found("last_moment")) == count

    def test_it_is_about_a_unit_and_a_month(self, plan: Plan, closing: Any) -> None:
        closing(1)
        make.entry(make.activity(plan), 1)
        make.entry(make.activity(plan), 1, 3)
        make.settle()
        today = timezone.localdate()
        [alert] = found("last_moment")
        assert alert["activity"] is None
        assert alert["figures"] == {
            "month": 1,
            "entries": 2,
            "first_on": today.isoformat(),
            "last_on": today.isoformat(),
            "closes_on": (today + timedelta(days=1)).isoformat(),
        }
        assert f"desde el {today:%d/%m/%Y}; el plazo cerraba el {today + timedelta(days=1):%d/%m/%Y}" in alert["detail"]

    def test_what_people_entered_first_after_an_import_counts_and_what_they_corrected_does_not(
        self, plan: Plan, closing: Any
    ) -> None:
        closing(0)
        activity = make.activity(plan)
        make.entry(activity, 1, origin=Origin.IMPORT)
        make.entry(activity, 1, 2, origin=Origin.IMPORT)
        make.entry(activity, 1, 3)
        make.entry(activity, 1, 4)
        make.settle()
        [alert] = found("last_moment")
        assert alert["figures"]["entries"] == 1

    def test_imports_do_not_count(self, plan: Plan, closing: Any) -> None:
        closing(0)
        make.entry(make.activity(plan), 1, origin=Origin.IMPORT)
        make.settle()
        assert found("last_moment") == []


class TestDecember:
    @pytest.mark.parametrize(
        ("executed", "count"),
        [
            ([5] * 11 + [65], 1),
            ([None] * 11 + [115], 1),
            ([8] * 11 + [32], 0),  # amber until November
            ([5] * 11 + [10], 0),  # as programmed, and the year stays red
            ([5] * 11 + [30], 0),  # more than programmed, but the year stays red
            ([None] * 11 + [None], 0),
        ],
    )
    def test_red_until_november_and_not_for_the_year(self, plan: Plan, executed: list[Any], count: int) -> None:
        reported(plan, TEN, executed)
        assert len(found("december")) == count

    def test_what_was_done_without_a_programme_makes_nothing_until_november_less_red(self, plan: Plan) -> None:
        reported(plan, [0, 10, *[0] * 9, 1], [9, *[None] * 10, 20])
        [alert] = found("december")
        assert alert["figures"]["november"] == {"programmed": 10, "executed": None, "progress": None}

    def test_it_shows_november_december_and_the_year(self, plan: Plan) -> None:
        reported(plan, TEN, [5] * 11 + [65])
        [alert] = found("december")
        assert alert["figures"] == {
            "november": {"programmed": 110, "executed": 55, "progress": 50},
            "december": {"programmed": 10, "executed": 65, "progress": 650},
            "year": {"programmed": 120, "executed": 120, "progress": 100},
        }
        assert found("december", through=11) == []

    def test_stocks_do_not_catch_up(self, plan: Plan) -> None:
        reported(plan, TEN, [5] * 11 + [65], accumulation=Accumulation.LAST)
        assert found("december") == []


class TestLowered:
    def lower(self, plan: Plan, programmed: list[int]) -> Activity:
        activity = make.activity(plan, programmed=TEN)
        make.version(plan)
        make.target(activity, programmed, version=2)
        make.settle()
        return activity

    @pytest.mark.parametrize(("days", "count"), [(-1, 1), (0, 0), (1, 0)])
    def test_only_after_the_month_closed(self, plan: Plan, days: int, count: int) -> None:
        day = timezone.localdate() + timedelta(days=days)
        ReportingPeriod.objects.filter(plan=plan, month=1).update(opens_on=day, due_on=day, closes_on=day)
        self.lower(plan, [9, *[10] * 11])
        assert len(found("lowered")) == count

    def test_it_shows_each_month_before_and_after(self, plan: Plan) -> None:
        self.lower(plan, [9, 11, 0, *[10] * 9])
        [alert] = found("lowered")
        assert f"La versión 2, del {timezone.localdate():%d/%m/%Y}, bajó" in alert["detail"]
        closed = {1: date(2022, 2, 15), 3: date(2022, 4, 15)}
        assert alert["figures"] == {
            "version": 2,
            "on": timezone.localdate().isoformat(),
            "months": [
                {"month": month, "before": 10, "after": after, "closed_on": closed[month].isoformat()}
                for month, after in ((1, 9), (3, 0))
            ],
        }
        assert alert["detail"].endswith("meses ya cerrados: ENE, MAR.")

    def test_what_rose_or_stayed_passes_and_so_does_a_version_not_asked_for(self, plan: Plan) -> None:
        self.lower(plan, [11, *[10] * 11])
        assert found("lowered") == []
        self.lower(make.plan(plan.institution, 2021), [9, *[10] * 11])
        assert len(found("lowered", year=2021)) == 1
        assert found("lowered", year=2021, version="initial") == []


class TestOver:
    @pytest.mark.parametrize(("executed", "count"), [([15], 0), ([Decimal("15.001")], 1), ([16], 1), ([None], 0)])
    def test_above_a_hundred_and_fifty_percent(self, plan: Plan, executed: list[Any], count: int) -> None:
        reported(plan, [10], executed)
        assert len(found("over")) == count

    def test_it_is_measured_from_january_by_the_activitys_rule(self, plan: Plan) -> None:
        reported(plan, [10, 10], [16, 0])
        reported(plan, [10, 10], [0, 16], accumulation=Accumulation.LAST, code="stock")
        assert len(found("over", through=1)) == 1
        [alert] = found("over")
        assert alert["activity"]["code"] == "stock"
        assert alert["figures"] == {"through": 12, "programmed": 10, "executed": 16, "progress": 160, "above": 150}

    @for_each(
        ("accumulation", "executed", "count"),
        [
            (Accumulation.AVERAGE, [20, 10], 0),  # 15 of 10 a month
            (Accumulation.AVERAGE, [20, Decimal("10.01")], 1),
            (Accumulation.AVERAGE, [16, None], 1),
            (Accumulation.LAST, [16, None], 1),
            (Accumulation.LAST, [16, 15], 0),
            (Accumulation.SUM, [31, None], 1),
            (Accumulation.SUM, [30, None], 0),
        ],
    )
    @for_each("through", [2, 12])
    def test_each_accumulation(
        self, plan: Plan, accumulation: Accumulation, executed: list[Any], count: int, through: int
    ) -> None:
        reported(plan, [10, 10], executed, accumulation=accumulation)
        assert len(found("over", through=through)) == count

    @pytest.mark.parametrize("through", [2, 12])
    def test_a_stock_or_a_mean_is_over_without_a_month_that_is(self, plan: Plan, through: int) -> None:
        reported(plan, [40, 10], [40, None], accumulation=Accumulation.LAST, code="stock")
        reported(plan, [40, 10], [40, None], accumulation=Accumulation.AVERAGE, code="mean")
        progress = {row["activity"]["code"]: row["figures"]["progress"] for row in found("over", through=through)}
        assert progress == {"stock": 400, "mean": 160}

    def test_nothing_programmed_has_no_percentage(self, plan: Plan) -> None:
        reported(plan, [0], [5])
        assert found("over") == []


class TestMixedUnits:
    def test_a_unit_whose_total_adds_unlike_things(self, plan: Plan) -> None:
        actions, reports = make.measurement_unit("UM1", "ACCIONES"), make.measurement_unit("UM2", "INFORMES")
        below = make.unit(plan.institution, "U1")
        make.activity(plan, below, measurement_unit=actions)
        make.activity(plan, below, measurement_unit=actions)
        make.activity(plan, make.unit(plan.institution, "U2"), measurement_unit=reports)
        make.activity(plan, below, measurement_unit=reports, programmed=[0] * 12)
        [alert] = found("mixed_units")
        assert (alert["unit"]["code"], alert["activity"]) == ("SAT", None)
        assert alert["figures"] == {
            "activities": 3,
            "measurement_units": [
                {"code": "UM1", "name": "ACCIONES", "activities": 2},
                {"code": "UM2", "name": "INFORMES", "activities": 1},
            ],
        }
        assert alert["detail"] == "El total suma unidades de medida distintas: ACCIONES, INFORMES."
