"""Alerts as an answer: rules named and counted, pages, who sees what, on which basis, at which cost."""

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.choices import PlanStatus
from activities.models import Plan
from reports.alerts.rules import RULES
from tests import factories as make
from tests.api import get, refused_fields
from tests.reports.alerts.alerting import PATH, ask, found, reported
from units.models import Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan() -> Plan:
    return make.plan(make.institution("SAT", "SAT LIMA"))


class TestAnswer:
    @pytest.fixture
    def two(self, plan: Plan) -> Unit:
        """An over-executed activity in a unit, and another above it."""
        unit, measure = make.unit(plan.institution, "U1"), make.measurement_unit()
        reported(plan, [1], [2], unit=unit, code="A1", measurement_unit=measure)
        reported(plan, [1], [2], code="A2", measurement_unit=measure)
        return unit

    def test_every_rule_is_named_with_what_it_looks_for_and_how_many_it_found(self, two: Unit) -> None:
        answer = ask()
        assert [rule["rule"] for rule in answer["rules"]] == list(RULES)
        assert all(rule["title"] and rule["description"] for rule in answer["rules"])
        assert {rule["rule"]: rule["count"] for rule in answer["rules"] if rule["count"]} == {"over": 2}
        assert answer["count"] == 2

    def test_pages(self, two: Unit) -> None:
        page = ask(limit=1, rule="over")
        assert page["count"] == 2
        following = get(make.client(), page["next"].removeprefix("/api/v1")).json()
        last = ask(limit=1, offset=1, rule="over")
        assert last["next"] is None
        assert (following["count"], following["next"], following["results"]) == (2, None, last["results"])
        assert {row["activity"]["code"] for row in page["results"] + last["results"]} == {"A1", "A2"}
        assert ask(offset=5)["count"] == 2

    def test_a_table_says_each_alert_in_words(self, two: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("reports.shared.tables.LARGEST_PAGE", 1)  # several pages make one table
        alerts = ask()["results"]
        answer = get(make.client(), PATH, year=2022, format="csv")
        lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        told = [(line["rule"], line["activity_code"], line["title"], line["detail"]) for line in lines]
        assert told == [(row["rule"], row["activity"]["code"], row["title"], row["detail"]) for row in alerts]
        assert len(told) == 2
        assert get(make.client(), PATH, year=2022, format="xlsx").content[:2] == b"PK"

    @pytest.mark.parametrize("limit", [1, 2, 3, 4])
    def test_pages_go_on_from_rule_to_rule(self, two: Unit, plan: Plan, limit: int) -> None:
        reported(plan, [10] * 2, [1] * 2, unit=two, code="A3")
        reported(plan, [1] * 3, [1] * 3, unit=two, code="A4")
        whole = [(alert["rule"], alert["activity"]) for alert in ask()["results"]]
        assert [rule for rule, _ in whole] == ["red_twice", "identical", "over", "over", "mixed_units", "mixed_units"]
        pages = [ask(limit=limit, offset=offset)["results"] for offset in range(0, 8, limit)]
        assert [(alert["rule"], alert["activity"]) for page in pages for alert in page] == whole
        assert [len(page) for page in pages][: 6 // limit] == [limit] * (6 // limit)

    def test_everybody_sees_their_units(self, two: Unit) -> None:
        answer = ask(make.client(unit=two))
        assert [row["activity"]["code"] for row in answer["results"]] == ["A1"]
        assert [unit["code"] for unit in answer["scope"]["units"]] == ["U1"]
        assert [row["activity"]["code"] for row in found("over", within="U1")] == ["A1"]

    def test_drafts_and_unlisted_rules_stay_out(self, two: Unit, plan: Plan) -> None:
        reported(make.plan(plan.institution, 2023, PlanStatus.DRAFT), [1], [2])
        assert ask(year=2023)["results"] == []
        assert ask(rule=["december", "lowered"])["results"] == []

    def test_the_version_the_moment_and_what_is_included_count(self, plan: Plan) -> None:
        activity = make.activity(plan, programmed=[1, *[0] * 11])
        make.entry(activity, 1, 2, needs_review=True)
        make.settle()
        assert found("over") == []
        assert len(found("over", include="submitted")) == 1
        assert found("over", include="submitted", as_of="2021-01-01") == []

    @pytest.mark.parametrize("count", [1, 20])
    def test_it_costs_the_same_for_few_and_for_many(self, plan: Plan, count: int) -> None:
        for _ in range(count):
            reported(plan, [1], [2])
        caller = make.client()
        ask(caller)
        with CaptureQueriesContext(connection) as queries:
            ask(caller)
        assert len(queries) == 2

    def test_it_is_not_computed_again_while_nothing_changed(self, plan: Plan) -> None:
        caller = make.client()
        first = get(caller, PATH, year=2022)
        assert first["Change-Cursor"]
        assert get(caller, PATH, {"If-None-Match": first["ETag"]}, year=2022).status_code == 304

    @pytest.mark.parametrize(
        ("query", "field"),
        [({"rule": "nada"}, "rule"), ({"through": 13}, "through"), ({"format": "pdf"}, "format"), ({"x": 1}, "x")],
    )
    def test_a_wrong_question_is_refused_by_name(self, query: dict[str, Any], field: str) -> None:
        assert refused_fields(get(make.client(), PATH, **{"year": 2022, **query})) == [field]
