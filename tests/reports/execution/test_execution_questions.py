"""`/reports/execution/`: order, pages, CSV, freshness, and how wrong questions are refused."""

import csv
import io
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from tests.api import get, refused_fields
from tests.in_one_state import for_each
from tests.reports.execution.asking import PATH, execution, figures, sat_tree
from units.models import Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> dict[str, Unit]:
    return sat_tree()


class TestOrderAndPages:
    def test_keys_are_the_order_unless_said(self, tree: dict[str, Unit]) -> None:
        found = execution(group_by="unit,semester")
        assert figures(found, "unit", "semester")[:4] == [("U111", 1), ("U111", 2), ("U11", 1), ("U11", 2)]

    @pytest.mark.parametrize(
        "name", ["programmed", "executed", "progress", "mean_progress", "activities", "band", "over"]
    )
    def test_any_measure_orders_and_nothing_comes_last(self, name: str) -> None:
        plan = make.plan()
        for number in range(4):
            activity = make.activity(plan, programmed=[number + 1, *[0] * 11], code=f"A{number}")
            if number:
                make.entry(activity, 1, number * number)
        caller = make.client()
        rank = {"red": 0, "amber": 1, "green": 2}
        for sign, reverse in (("", False), ("-", True)):
            rows = execution(caller, group_by="activity", ordering=sign + name)["results"]
            values = [rank.get(row[name], row[name]) for row in rows]
            known = [value for value in values if value is not None]
            assert known == sorted(known, reverse=reverse)
            assert values == [*known, *[None] * (len(values) - len(known))]

    def test_several_order_the_first_first(self) -> None:
        plan = make.plan()
        for number, programmed in enumerate((2, 1, 2, 1)):
            make.activity(plan, programmed=[programmed, *[0] * 11], code=f"A{number}")
        for ordering, codes in (
            ("programmed,-activity", ["A3", "A1", "A2", "A0"]),
            (["-programmed", "activity"], ["A0", "A2", "A1", "A3"]),
        ):
            rows = execution(make.client(), group_by="activity", ordering=ordering)["results"]
            assert [row["activity"]["code"] for row in rows] == codes

    def test_pages_follow_one_another_and_the_total_is_of_everything(self, tree: dict[str, Unit]) -> None:
        caller = make.client()
        met, query = [], {"group_by": "unit,quarter", "limit": "7", "ordering": "-executed"}
        while query:
            page = execution(caller, **query)
            assert (page["count"], page["total"]["programmed"]) == (20, 60)
            met += figures(page, "unit", "quarter")
            query = {name: value for name, [value] in parse_qs(urlsplit(page["next"] or "").query).items()}
        assert len(met) == len(set(met)) == 20
        assert met[0] == ("U111", 1)

    def test_a_page_is_one_statement_whatever_its_size(self, tree: dict[str, Unit]) -> None:
        caller = make.client()
        execution(caller)
        counts = []
        for limit in (1, 1000):
            with CaptureQueriesContext(connection) as queries:
                execution(caller, group_by="unit,month", limit=limit)
            counts.append(sum("pieces" in query["sql"] for query in queries))
            counts.append(len(queries))
        assert counts[:2] == counts[2:]
        assert counts[0] == 1


class TestTable:
    def rows(self, **query: Any) -> list[dict[str, str]]:
        answer = get(make.client(), PATH, **{"year": 2022, "format": "csv", **query})
        assert answer.status_code == 200
        text = answer.getvalue().decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline="")))

    def test_every_cell_says_what_the_json_says(self, tree: dict[str, Unit]) -> None:
        json = execution(group_by="branch,quarter")["results"]
        table = self.rows(group_by="branch,quarter")
        assert len(table) == len(json) == 12
        for cells, row in zip(table, json, strict=True):
            branch = [cells[f"branch_{part}"] for part in ("id", "code", "name")]
            assert branch == [str(row["branch"]["id"]), row["branch"]["code"], row["branch"]["name"]]
            for name in (
                "quarter",
                "from_month",
                "to_month",
                "activities",
                "programmed",
                "executed",
                "progress",
                "over",
            ):
                value = row[name]
                shown = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
                assert cells[name] == shown
        assert list(table[0])[-4:] == ["mean_progress", "mixed_units", "mixed_accumulation", "mixed_bands"]

    def test_it_is_whole_and_explains_nothing(self) -> None:
        for name, value in (("limit", "1"), ("offset", "1"), ("explain", "true"), ("subtotals", "true")):
            answer = get(make.client(), PATH, year=2022, format="csv", **{name: value})
            assert refused_fields(answer) == [name]

    def test_quantities_are_exact_to_the_digit(self) -> None:
        large = Decimal("99999999999.125")
        for number in range(2):
            make.entry(make.activity(programmed=[large, *[0] * 11], code=f"A{number}"), 1, large)
        [row] = self.rows()
        assert (row["programmed"], row["executed"], row["progress"]) == ("199999999998.25", "199999999998.25", "100")
        assert (
            '"programmed":199999999998.25,"executed":199999999998.25,'
            in get(make.client(), PATH, year=2022).content.decode()
        )


@for_each(
    ("query", "field"),
    [
        ({"group_by": "nada"}, "group_by"),
        ({"group_by": ""}, "group_by"),
        ({"group_by": "unit,"}, "group_by"),
        ({"group_by": "unit,unit"}, "group_by"),
        ({"group_by": ["unit", "unit"]}, "group_by"),
        ({"group_by": "unit; DROP"}, "group_by"),
        ({"depth": "2"}, "depth"),
        ({"group_by": "branch", "depth": "-1"}, "depth"),
        ({"group_by": "branch", "depth": "51"}, "depth"),
        ({"through": "0"}, "through"),
        ({"through": "13"}, "through"),
        ({"through": "x"}, "through"),
        ({"cumulative": "yes"}, "cumulative"),
        ({"explain": "1"}, "explain"),
        ({"subtotals": "1"}, "subtotals"),
        ({"ordering": "unit"}, "ordering"),
        ({"group_by": "unit", "ordering": "quarter"}, "ordering"),
        ({"ordering": "--progress"}, "ordering"),
        ({"group_by": "unit", "ordering": "unit,quarter"}, "ordering"),
        ({"limit": "0"}, "limit"),
        ({"unit": "nada"}, "unit"),
        ({"year": []}, "year"),
        ({"as_of": "2200-01-01"}, "as_of"),
        ({"other": "1"}, "other"),
    ],
)
def test_a_wrong_question_is_told_by_its_field(query: dict[str, Any], field: str) -> None:
    assert refused_fields(get(make.client(), PATH, **{"year": 2022, **query})) == [field]


def test_filters_take_several_values_each(tree: dict[str, Unit]) -> None:
    caller = make.client()
    assert execution(caller, unit=["U2", "U111"], mef_activity="M1")["total"]["activities"] == 2
    assert execution(caller, within=["U11", "U2"], measurement_unit=["K1"])["total"]["activities"] == 3


def test_nobody_sees_it_without_a_key_and_everybody_only_their_own(tree: dict[str, Unit]) -> None:
    assert get(None, PATH, year=2022).status_code == 401
    assert execution(make.client(unit=tree["U11"]))["total"]["activities"] == 2
    assert execution(make.client(unit=make.institution()))["total"]["activities"] == 0
