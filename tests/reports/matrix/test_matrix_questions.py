"""What the matrix can be asked: years, filters, order, pages; by whom; and how a wrong question is refused."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from activities.models import Activity
from tests import factories as make
from tests.api import get, refused_fields, results
from tests.factories import Caller
from tests.in_one_state import for_each
from units.choices import Role
from units.models import Unit

pytestmark = pytest.mark.django_db
PATH = "/reports/matrix/"


def codes(caller: Caller | None = None, **query: Any) -> list[str]:
    """Return the codes of the activities answered, in order."""
    rows = results(caller or make.client(), PATH, **{"year": 2022, **query})
    return [row["activity"]["code"] for row in rows]


@pytest.fixture
def tree() -> dict[str, Unit]:
    """The institution SAT with the branch U1 > U11 and the unit U2, and another institution."""
    sat = make.institution("SAT", "SAT LIMA")
    first = make.organ(sat, "U1", "Órgano")
    return {
        "SAT": sat,
        "U1": first,
        "U11": make.unit(first, "U11", "Oficina"),
        "U2": make.unit(sat, "U2", "Área"),
        "MML": make.institution("MML", "Municipalidad"),
    }


@pytest.fixture
def activities(tree: dict[str, Unit]) -> dict[str, Activity]:
    """An activity of each unit, named after it, in plans of 2022."""
    plans = {code: make.plan(tree[code]) for code in ("SAT", "MML")}
    return {
        code: make.activity(plans["MML" if code == "MML" else "SAT"], unit, code=f"de-{code}", name=f"Á {code}")
        for code, unit in tree.items()
    }


class TestFilters:
    @for_each(
        ("query", "units"),
        [
            ({"institution": "SAT"}, {"SAT", "U1", "U11", "U2"}),
            ({"institution": ["SAT", "MML"]}, {"SAT", "U1", "U11", "U2", "MML"}),
            ({"within": "SAT"}, {"SAT", "U1", "U11", "U2"}),
            ({"within": "U1"}, {"U1", "U11"}),
            ({"within": ["U11", "U2"]}, {"U11", "U2"}),
            ({"unit": "U1"}, {"U1"}),
            ({"unit": ["U1", "U2"]}, {"U1", "U2"}),
            ({"within": "U1", "unit": "U2"}, set()),
            ({"institution": "MML", "within": "SAT"}, set()),
        ],
    )
    def test_places(self, activities: dict[str, Activity], query: dict[str, Any], units: set[str]) -> None:
        assert set(codes(**query)) == {f"de-{code}" for code in units}

    @pytest.mark.parametrize("name", ["mef_activity", "measurement_unit"])
    def test_catalogues(self, activities: dict[str, Activity], name: str) -> None:
        one, other = (getattr(activities[code], name).code for code in ("U1", "MML"))
        caller = make.client()
        assert codes(caller, **{name: one}) == ["de-U1"]
        assert set(codes(caller, **{name: [one, other]})) == {"de-U1", "de-MML"}
        assert codes(caller, **{name: one, "unit": "U2"}) == []

    @for_each("name", ["institution", "within", "unit", "mef_activity", "measurement_unit"])
    @for_each("code", ["nada", "sat", " SAT", "=", "x" * 5000, "ñ'\"", "%"])
    def test_an_unknown_code_is_told(self, activities: dict[str, Activity], name: str, code: str) -> None:
        known = "SAT" if name in ("institution", "within", "unit") else getattr(activities["U1"], name).code
        answer = get(make.client(), PATH, year=2022, **{name: [known, code]})
        assert refused_fields(answer) == [name]
        assert answer.json()["errors"][0]["code"] == "unknown_code"

    def test_an_institution_is_no_other_unit(self, activities: dict[str, Activity]) -> None:
        assert refused_fields(get(make.client(), PATH, year=2022, institution="U1")) == ["institution"]

    def test_a_code_out_of_sight_is_unknown_in_the_same_words(self, activities: dict[str, Activity]) -> None:
        caller = make.client(unit=activities["U1"].unit)
        for name, outside in (("unit", "U2"), ("within", "U2"), ("institution", "MML"), ("unit", "MML")):
            told = get(caller, PATH, year=2022, **{name: outside})
            unknown = get(caller, PATH, year=2022, **{name: "nada"})
            assert told.status_code == unknown.status_code == 400
            assert told.content.decode().replace(outside, "nada") == unknown.content.decode()


class TestWho:
    @for_each(
        ("of", "units"),
        [
            (None, {"SAT", "U1", "U11", "U2", "MML"}),
            ("SAT", {"SAT", "U1", "U11", "U2"}),
            ("U1", {"U1", "U11"}),
            ("U11", {"U11"}),
            ("MML", {"MML"}),
        ],
    )
    @for_each("format", ["json", "csv"])
    def test_everybody_sees_their_units_and_those_below(
        self, tree: dict[str, Unit], activities: dict[str, Activity], of: str | None, units: set[str], format: str
    ) -> None:
        caller = make.client(unit=tree[of] if of else None)
        answer = get(caller, PATH, year=2022, format=format)
        text = answer.getvalue().decode()
        assert {code for code in tree if f"de-{code}" in text.replace('"', ",").split(",")} == units

    def test_the_scope_says_how_far(self, tree: dict[str, Unit], activities: dict[str, Activity]) -> None:
        everything = get(make.client(), PATH, year=2022).json()["scope"]
        assert everything == {"installation": True, "units": []}
        part = get(make.client(unit=tree["U1"]), PATH, year=2022).json()["scope"]
        shown = {"id": tree["U1"].pk, "code": "U1", "name": "Órgano"}
        assert part == {"installation": False, "units": [shown]}

    def test_one_sees_the_own_institution_as_a_filter(
        self, tree: dict[str, Unit], activities: dict[str, Activity]
    ) -> None:
        assert codes(make.client(unit=tree["U11"]), institution="SAT") == ["de-U11"]

    def test_several_memberships_add_up(self, tree: dict[str, Unit], activities: dict[str, Activity]) -> None:
        person = make.person(Role.READER, tree["U11"])
        person.memberships.create(role=Role.PLANNER, unit=tree["MML"])
        browser = Client()
        browser.force_login(person)
        found = browser.get(f"/api/v1{PATH}", {"year": 2022}).json()
        assert [row["activity"]["code"] for row in found["results"]] == ["de-MML", "de-U11"]
        assert [unit["code"] for unit in found["scope"]["units"]] == ["MML", "U11"]

    def test_without_a_key_or_a_role_nothing_is_said_of_the_question(self) -> None:
        for query in ({"year": 2022}, {}, {"year": "x"}, {"year": 2022, "format": "xml"}):
            assert get(None, PATH, **query).status_code == 401
        browser = Client()
        browser.force_login(make.person())
        for query in ({"year": 2022}, {}, {"year": "x"}):
            assert browser.get(f"/api/v1{PATH}", query).status_code == 403

    def test_both_ways_give_the_same_bytes(self, activities: dict[str, Activity]) -> None:
        make.settle()
        caller = make.client()
        browser = Client()
        browser.force_login(make.person(Role.READER))
        plain = get(caller, PATH, year=2022)
        long = get(caller, PATH, {"Accept": "application/json; q=0.9, text/html"}, year=2022)
        assert plain.content == long.content == browser.get(f"/api/v1{PATH}", {"year": 2022}).content
        assert plain["ETag"] == long["ETag"]


class TestOrder:
    def test_the_documents_own_order_is_by_year_institution_and_code(self, tree: dict[str, Unit]) -> None:
        for year in (2023, 2022):
            for code in ("SAT", "MML"):
                plan = make.plan(tree[code], year)
                for activity in ("A2", "A10", "A1"):
                    make.activity(plan, code=f"{activity}-{code}-{year % 10}")
        assert codes(year=[], from_year=2022, to_year=2023) == [
            f"{activity}-{code}-{year}"
            for year in (2, 3)
            for code in ("MML", "SAT")
            for activity in ("A1", "A10", "A2")
        ]

    @for_each("descending", [False, True])
    @for_each("name", ["activity", "name", "unit", "mef_activity", "measurement_unit", "institution"])
    def test_each_way(self, activities: dict[str, Activity], name: str, descending: bool) -> None:
        rows = results(make.client(), PATH, year=2022, ordering="-" * descending + name)
        keys = [self.key(row, name) for row in rows]
        assert keys == sorted(keys, reverse=descending)
        assert len(set(keys)) > 1

    def key(self, row: dict[str, Any], name: str) -> str:
        if name in ("activity", "name"):
            return str(row["activity"]["code" if name == "activity" else "name"])
        # ÓRGANO sorts under O and Área under A
        return str(row[name]["name"]).lower().replace("ó", "o").replace("á", "a")

    def test_by_year(self, tree: dict[str, Unit]) -> None:
        for year in (2021, 2022, 2023):
            make.activity(make.plan(tree["SAT"], year), code=f"A{year}")
        asked = codes(year=[], from_year=2021, to_year=2023, ordering="-year")
        assert asked == ["A2023", "A2022", "A2021"]

    def test_by_several_the_first_first(self, tree: dict[str, Unit]) -> None:
        for year, name in ((2021, "B"), (2022, "B"), (2023, "A")):
            make.activity(make.plan(tree["SAT"], year), code=f"A{year}", name=name)
        for ordering in ("name,-year", ["name", "-year"]):
            asked = codes(year=[], from_year=2021, to_year=2023, ordering=ordering)
            assert asked == ["A2023", "A2022", "A2021"]

    @pytest.mark.parametrize("ordering", ["", "code", "--unit", "+unit", "unit,,name", "unit,id"])
    def test_any_other_is_refused(self, ordering: str) -> None:
        assert refused_fields(get(make.client(), PATH, year=2022, ordering=ordering)) == ["ordering"]


class TestPages:
    @pytest.fixture
    def seven(self) -> list[str]:
        plan = make.plan()
        return [make.activity(plan, code=f"A{number}").code for number in range(7)]

    def test_one_leads_to_the_next_until_all_were_met_once(self, seven: list[str]) -> None:
        caller = make.client()
        met, query = [], {"year": "2022", "limit": "3", "ordering": "unit"}
        while query:
            page = get(caller, PATH, **query).json()
            assert page["count"] == 7
            met += [row["activity"]["code"] for row in page["results"]]
            query = self.query(page["next"])
        assert met == seven

    def query(self, link: str | None) -> dict[str, str]:
        return {name: value for name, [value] in parse_qs(urlsplit(link or "").query).items()}

    def test_links_keep_the_question(self, seven: list[str]) -> None:
        page = get(make.client(), PATH, year=2022, limit=2, offset=3, version="initial").json()
        asked = {"year": "2022", "version": "initial", "limit": "2"}
        for link in (page["next"], page["previous"]):
            assert {name: value for name, value in self.query(link).items() if name != "page"} == asked
        assert page["next"].startswith("/api/v1/reports/matrix/?")

    @pytest.mark.parametrize(
        ("offset", "limit", "before", "after"),
        [
            (0, 7, None, None),
            (0, 6, None, [6]),
            (1, 6, [0], None),
            (2, 3, [0, 1], [5, 6]),
            (7, 3, [4, 5, 6], None),
            (99, 3, [4, 5, 6], None),
        ],
    )
    def test_there_is_a_page_before_and_after_where_there_are_rows(
        self, seven: list[str], offset: int, limit: int, before: list[int] | None, after: list[int] | None
    ) -> None:
        caller = make.client()
        page = get(caller, PATH, year=2022, limit=limit, offset=offset).json()
        assert len(page["results"]) == len(seven[offset : offset + limit])
        for link, rows in ((page["previous"], before), (page["next"], after)):
            found = codes(caller, **self.query(link)) if link else None
            assert found == (None if rows is None else [seven[row] for row in rows])

    @pytest.mark.parametrize(("limit", "status"), [(0, 400), (1, 200), (1000, 200), (1001, 400), (-1, 400)])
    def test_both_sides_of_the_limit(self, limit: int, status: int) -> None:
        assert get(make.client(), PATH, year=2022, limit=limit).status_code == status

    def test_a_hundred_rows_are_a_page_unless_said(self) -> None:
        plan, mef, measure = make.plan(), make.mef_activity(), make.measurement_unit()
        for number in range(101):
            make.activity(plan, None, None, f"{number}", None, mef, measure)
        assert len(codes()) == 100


class TestWrongQuestions:
    @for_each(
        ("query", "field"),
        [
            ({}, "year"),
            ({"year": ""}, "year"),
            ({"year": "dos mil"}, "year"),
            ({"year": "1989"}, "year"),
            ({"year": "2201"}, "year"),
            ({"from_year": "2022"}, "to_year"),
            ({"to_year": "2022"}, "from_year"),
            ({"year": "2022", "from_year": "2022", "to_year": "2022"}, "year"),
            ({"year": "2022", "to_year": "2022"}, "year"),
            ({"from_year": "2023", "to_year": "2022"}, "to_year"),
            ({"year": ["2022", "2023"]}, "year"),
            ({"year": "2022", "limit": "x"}, "limit"),
            ({"year": "2022", "limit": "9" * 50}, "limit"),
            ({"year": "2022", "offset": "-1"}, "offset"),
            ({"year": "2022", "offset": "2147483648"}, "offset"),
            ({"year": "2022", "version": "v2"}, "version"),
            ({"year": "2022", "include": "pending"}, "include"),
            ({"year": "2022", "as_of": "2022-13-01"}, "as_of"),
            ({"year": "2022", "as_of": "2200-01-01"}, "as_of"),
            ({"year": "2022", "as_of": "2022-12-31T00:00:00"}, "as_of"),
            ({"year": "2022", "unit": "\0"}, "unit"),
            ({"year": "2022", "format": "pdf"}, "format"),
            ({"year": "2022", "explain": "true"}, "explain"),
        ],
    )
    def test_it_is_told_by_its_field(self, query: dict[str, Any], field: str) -> None:
        assert refused_fields(get(make.client(), PATH, **query)) == [field]
        assert refused_fields(get(make.client(), PATH, {"If-None-Match": "*"}, **query)) == [field]

    def test_the_ends_of_the_years_are_in(self) -> None:
        assert codes(year=1990) == codes(year=2200) == codes(year=[], from_year=1990, to_year=2200) == []
