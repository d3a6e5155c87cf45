"""`/reports/execution/`: what rows are about, what is said of each, and where a percentage comes from."""

from typing import Any

import pytest

from activities.choices import Accumulation, PlanStatus
from activities.models import Activity, Plan
from tests import factories as make
from tests.reports.execution.asking import execution, figures, sat_tree
from units.models import Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> dict[str, Unit]:
    return sat_tree()


class TestGroups:
    def test_without_any_there_is_one_row_and_it_is_the_total(self, tree: dict[str, Unit]) -> None:
        found = execution()
        [row] = found["results"]
        assert {name: row[name] for name in found["total"]} == found["total"]
        assert (row["activities"], row["programmed"], row["executed"], row["progress"]) == (5, 60, 2, 3.33)

    @pytest.mark.parametrize(
        ("depth", "groups"),
        [
            ("0", [("SAT", 5)]),
            ("1", [("O1", 3), ("SAT", 1), ("U2", 1)]),
            ("2", [("U11", 2), ("O1", 1), ("SAT", 1), ("U2", 1)]),
            ("50", [("U111", 1), ("U11", 1), ("O1", 1), ("SAT", 1), ("U2", 1)]),
        ],
    )
    def test_a_branch_is_the_ancestor_at_a_depth_with_its_subtree(
        self, tree: dict[str, Unit], depth: str, groups: list[tuple[str, int]]
    ) -> None:
        assert figures(execution(group_by="branch", depth=depth), "branch", "activities") == groups

    def test_the_depth_is_1_unless_said(self, tree: dict[str, Unit]) -> None:
        found = execution(group_by="branch")
        assert found["depth"] == 1
        assert found["results"] == execution(group_by="branch", depth=1)["results"]

    def test_a_branch_is_never_above_what_the_caller_may_see(self, tree: dict[str, Unit]) -> None:
        caller = make.client(unit=tree["U11"])
        for depth in ("0", "1", "2"):
            found = execution(caller, group_by="branch", depth=depth)
            assert figures(found, "branch", "activities") == [("U11", 2)]
        assert [unit["code"] for unit in found["scope"]["units"]] == ["U11"]
        assert figures(execution(caller, group_by="institution"), "institution") == [("SAT",)]

    def test_they_are_given_with_commas_or_one_by_one(self, tree: dict[str, Unit]) -> None:
        caller = make.client()
        one = execution(caller, group_by="unit,quarter")
        other = execution(caller, group_by=["unit", "quarter"])
        assert one["group_by"] == ["unit", "quarter"]
        assert one["results"] == other["results"]

    def test_several_parts_of_the_year_are_told_by_the_finest(self, tree: dict[str, Unit]) -> None:
        found = execution(group_by="semester,quarter,month", unit="U111", through=5)
        assert figures(found, "semester", "quarter", "month", "executed") == [
            (1, 1, 1, 1),
            (1, 1, 2, 1),
            (1, 1, 3, None),
            (1, 2, 4, None),
            (1, 2, 5, None),
        ]

    def test_the_last_period_ends_with_the_month_asked_for(self, tree: dict[str, Unit]) -> None:
        found = execution(group_by="quarter", through=5)
        assert figures(found, "from_month", "to_month", "programmed") == [(1, 3, 15), (4, 5, 10)]

    def test_cumulative_periods_start_in_january(self, tree: dict[str, Unit]) -> None:
        found = execution(group_by="quarter", cumulative="true", unit="U111")
        assert figures(found, "quarter", "from_month", "to_month", "programmed", "executed") == [
            (1, 1, 3, 3, 2),
            (2, 1, 6, 6, 2),
            (3, 1, 9, 9, 2),
            (4, 1, 12, 12, 2),
        ]

    def test_an_activity_of_several_years_is_one_by_institution_code_and_folded_name(self) -> None:
        one, other = make.institution("I1"), make.institution("I2")
        for institution, year, name in ((one, 2021, "Después"), (one, 2022, "DESPUES"), (other, 2022, "Ajena")):
            make.activity(make.plan(institution, year), programmed=[1] * 12, code="A1", name=name)
        make.activity(make.plan(one, 2020), programmed=[1] * 12, code="A1", name="Otra, numerada de nuevo")
        caller = make.client()
        found = execution(caller, year=[], from_year=2021, to_year=2022, group_by="activity", ordering="-programmed")
        assert [(row["activity"]["name"], row["activities"], row["programmed"]) for row in found["results"]] == [
            ("DESPUES", 2, 24),
            ("Ajena", 1, 12),
        ]
        earlier = execution(caller, year=[], from_year=2020, to_year=2022, group_by="activity", ordering="-programmed")
        assert sorted(row["programmed"] for row in earlier["results"]) == [12, 12, 24]
        by_year = execution(caller, year=[], from_year=2021, to_year=2022, group_by="activity,year")
        assert sorted(figures(by_year, "year", "programmed")) == [(2021, 12), (2022, 12), (2022, 12)]


class TestRules:
    def of_rule(self, rule: Accumulation, executed: dict[int, Any]) -> Activity:
        activity = make.activity(programmed=[10, 20, 30, *[0] * 8, 40], accumulation=rule)
        for month, quantity in executed.items():
            make.entry(activity, month, quantity)
        return activity

    @pytest.mark.parametrize(
        ("rule", "programmed", "executed", "progress"),
        [("sum", 100, 21, 21), ("last", 40, 11, 27.5), ("average", 25, 10.5, 42)],
    )
    def test_the_total_is_the_year_by_the_rule_and_not_the_sum_of_rows(
        self, rule: Accumulation, programmed: int, executed: float, progress: float
    ) -> None:
        self.of_rule(rule, {1: 10, 2: 11})
        total = execution(group_by="month")["total"]
        assert (total["programmed"], total["executed"], total["progress"]) == (programmed, executed, progress)

    def test_fractions_are_kept_and_rounded_once(self) -> None:
        plan, measure = make.plan(), make.measurement_unit()
        for number in range(3):
            average = Accumulation.AVERAGE
            activity = make.activity(plan, None, [1, 1, 1, *[0] * 9], f"A{number}", None, None, measure, average)
            for month, quantity in enumerate((0, 0, 1), 1):
                make.entry(activity, month, quantity)
        found = execution()["total"]
        assert (found["executed"], found["progress"], found["mean_progress"]) == (1, 33.33, 33.33)

    def test_the_mean_of_percentages_is_that_of_exact_ones(self) -> None:
        """Of two thirds and nothing: 33.33, where the mean of the rounded 66.67 and 0 would be 33.34."""
        plan = make.plan()
        for code, quantity in (("A1", 2), ("A2", 0)):
            make.entry(make.activity(plan, programmed=[3, *[0] * 11], code=code), 1, quantity)
        assert execution()["total"]["mean_progress"] == 33.33

    def test_nothing_reported_of_what_was_due_is_null_and_not_zero(self) -> None:
        plan = make.plan()
        make.activity(plan, programmed=[5, *[0] * 11], code="A1")
        make.activity(plan, programmed=[0] * 12, code="A2")
        found = execution(group_by="activity")
        nothing = (None, None, None, False)
        assert figures(found, "executed", "progress", "band", "over") == [nothing, (0, None, None, False)]
        total = found["total"]
        assert (total["programmed"], total["executed"], total["progress"], total["mean_progress"]) == (
            5,
            None,
            None,
            None,
        )

    def test_what_was_not_due_does_not_stand_for_what_was(self) -> None:
        plan, measure = make.plan(), make.measurement_unit()
        for code, programmed in (("A1", [5, *[0] * 11]), ("A2", [0] * 12)):
            activity = make.activity(plan, None, programmed, code, None, None, measure, Accumulation.LAST)
        make.entry(activity, 1, 3)
        found = execution(group_by="activity")
        assert figures(found, "programmed", "executed") == [(5, None), (0, 3)]
        assert (found["total"]["executed"], found["total"]["progress"]) == (None, None)

    def test_a_month_that_was_not_due_and_not_reported_comes_to_nothing(self) -> None:
        make.activity(programmed=[0, 5, *[0] * 10])
        assert figures(execution(group_by="month", through=1), "programmed", "executed", "progress") == [(0, 0, None)]

    def test_unlike_units_are_said_and_subtotalled(self) -> None:
        plan = make.plan()
        for code, quantity in (("K1", 1), ("K2", 4)):
            measure = make.measurement_unit(code)
            make.entry(make.activity(plan, None, [4, *[0] * 11], f"A{code}", None, None, measure), 1, quantity)
        total = execution(subtotals="true")["total"]
        assert (total["mixed_units"], total["progress"], total["mean_progress"]) == (True, 62.5, 62.5)
        assert [
            (part["measurement_unit"]["code"], part["programmed"], part["executed"], part["progress"], part["band"])
            for part in total["by_measurement_unit"]
        ] == [("K1", 4, 1, 25, "red"), ("K2", 4, 4, 100, "green")]

    def test_bands_are_the_plans_and_none_between_plans_that_differ(self) -> None:
        for code, green in (("I1", 95), ("I2", 40)):
            plan = make.plan(make.institution(code))
            Plan.objects.filter(pk=plan.pk).update(green_from=green, amber_from=green)
            make.entry(make.activity(plan, programmed=[2, *[0] * 11]), 1, 1)
        found = execution(group_by="institution")
        assert figures(found, "institution", "band", "mixed_bands") == [("I1", "red", False), ("I2", "green", False)]
        assert (found["total"]["band"], found["total"]["mixed_bands"]) == (None, True)

    def test_drafts_and_other_years_are_left_out(self) -> None:
        make.activity(make.plan(status=PlanStatus.DRAFT))
        make.activity(make.plan(year=2021))
        found = execution(group_by="unit")
        assert (found["count"], found["results"]) == (0, [])
        assert (found["total"]["activities"], found["total"]["executed"], found["total"]["progress"]) == (0, 0, None)

    def test_what_waits_counts_on_request_and_versions_are_chosen(self) -> None:
        activity = make.activity(programmed=[4, *[0] * 11])
        make.entry(activity, 1, 3, needs_review=True)
        make.version(activity.plan, 2)
        make.target(activity, [6, *[0] * 11], 2)
        caller = make.client()
        asked = [
            execution(caller, **query)["total"] for query in ({}, {"include": "submitted"}, {"version": "initial"})
        ]
        assert [(total["programmed"], total["executed"]) for total in asked] == [(6, None), (6, 3), (4, None)]


class TestExplanations:
    def test_a_percentage_comes_with_formula_inputs_and_rule(self) -> None:
        activity = make.activity(programmed=[23, *[0] * 11])
        make.entry(activity, 1, 24)
        told = execution(explain="true")["total"]["explanation"]
        assert told["progress"]["inputs"] == {
            "executed": 24,
            "programmed": 23,
            "executed_exact": None,
            "programmed_exact": None,
            "from_month": 1,
            "to_month": 12,
        }
        assert "ejecutado ÷ programado × 100" in told["progress"]["formula"]
        assert told["progress"]["rule"].startswith("Suma")
        assert told["band"]["inputs"] == {"progress": 104.35, "green_from": 95, "amber_from": 75}
        assert told["mean_progress"]["inputs"] == {"activities": 1, "with_progress": 1, "sum_of_progress": 104.347826}

    def test_a_fraction_is_told_exactly(self) -> None:
        activity = make.activity(programmed=[1, 1, 2, *[0] * 9], accumulation=Accumulation.AVERAGE)
        for month, quantity in enumerate((1, 0, 0), 1):
            make.entry(activity, month, quantity)
        told = execution(explain="true")["total"]["explanation"]["progress"]
        assert (told["inputs"]["executed_exact"], told["inputs"]["programmed_exact"]) == ("1/3", "4/3")
        assert told["rule"].startswith("Promedio")

    def test_what_has_no_percentage_says_why(self) -> None:
        plan = make.plan()
        make.activity(plan, programmed=[1, *[0] * 11], code="A1")
        make.activity(plan, programmed=[0] * 12, code="A2", accumulation=Accumulation.LAST)
        found = execution(explain="true", group_by="activity")
        told = [row["explanation"]["progress"]["null_because"] for row in found["results"]]
        assert told == ["unreported", "unprogrammed"]
        assert found["total"]["explanation"]["progress"]["rule"].startswith("Cada actividad por su propia regla")

    def test_it_is_left_out_unless_asked_for(self) -> None:
        make.activity()
        assert "explanation" not in execution()["total"]
