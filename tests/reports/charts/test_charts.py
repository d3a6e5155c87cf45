"""Charts of the execution: what they say in words, for whom, and that nothing in a name breaks them."""

from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.models import Plan
from reports.charts import drawing as charts
from tests import factories as make
from tests.api import get, refused_fields

pytestmark = pytest.mark.django_db
PATH = "/reports/execution/chart/"
TEXT = "{http://www.w3.org/2000/svg}text"


@pytest.fixture
def plan() -> Plan:
    return make.plan(make.institution("SAT", "SAT LIMA"))


def drawn(caller: make.Caller | None = None, **query: Any) -> bytes:
    answer = get(caller or make.client(), PATH, **{"year": 2022, **query})
    assert answer.status_code == 200, answer.content.decode()
    assert answer["Content-Type"] == "image/svg+xml"
    content: bytes = answer.content
    return content


def words(content: bytes) -> list[str]:
    """Return the texts of an SVG."""
    return ["".join(text.itertext()).strip() for text in ElementTree.fromstring(content).iter(TEXT)]


def test_months_are_named_in_spanish_with_both_figures(plan: Plan) -> None:
    activity = make.activity(plan, programmed=[1234, 5, *[0] * 10])
    make.entry(activity, 1, Decimal("99.5"))
    said = words(drawn())
    assert {"ENE", "SET", "DIC", "Programado", "Ejecutado", "1,234", "99.5"} <= set(said)
    assert "Programado y ejecutado por mes" in said
    assert said.count("s/d") == 1  # February: expected and not reported


def test_the_numbers_beside_small_bars_are_short(plan: Plan) -> None:
    make.activity(plan, programmed=[1] * 12)
    beside = words(drawn())
    assert {"0.2", "0.4", "0.6", "0.8"} <= set(beside)
    assert max(len(word) for word in beside if word.startswith("0.")) == 3


def test_through_ends_the_year(plan: Plan) -> None:
    make.activity(plan)
    said = words(drawn(through=3))
    assert "MAR" in said
    assert "ABR" not in said


def test_units_have_their_progress_and_their_band_in_words_too(plan: Plan) -> None:
    for code, executed in (("U1", 10), ("U2", 8), ("U3", 3), ("U4", None)):
        activity = make.activity(plan, make.unit(plan.institution, code, f"Unidad {code}"), [10, *[0] * 11])
        if executed is not None:
            make.entry(activity, 1, executed)
    make.activity(plan, make.unit(plan.institution, "U5", "Unidad U5"), [0] * 12)
    said = words(drawn(chart="units"))
    assert {"100 % · Verde", "80 % · Ámbar", "30 % · Rojo", "sin reportar", "sin programar"} <= set(said)
    assert {"Avance por unidad", "Avance (%)", "Unidad U1", "Unidad U5", "Verde", "Ámbar", "Rojo"} <= set(said)


def test_bands_differ_by_hatching_and_not_by_colour_alone() -> None:
    hatches = [hatch for band, (_, hatch, _) in charts._BANDS.items() if band]
    assert len(set(hatches)) == len(hatches) == 3


def test_it_says_of_what_it_is_and_as_known_when(plan: Plan) -> None:
    make.activity(plan, make.unit(plan.institution, "U1", "PLANIFICACIÓN"))
    make.activity(plan)
    make.settle()
    content = drawn(institution="SAT", within="U1", version="initial", through=1)
    said = " ".join(words(content))
    assert "2022 · institución: SAT LIMA · unidad y las que dependen de ella: PLANIFICACIÓN" in said
    assert "Versión: inicial. Al " in said
    assert "unidades de medida distintas" in " ".join(words(drawn(through=1)))


def test_of_many_names_the_first_are_said_and_long_ones_cut(plan: Plan) -> None:
    units = [make.unit(plan.institution, f"U{number}", f"Unidad {number}") for number in range(5)]
    make.unit(plan.institution, "U5", "larga " * 40)
    said = " ".join(words(drawn(unit=[unit.code for unit in units], through=1)))
    assert "unidad: Unidad 0, Unidad 1, Unidad 2 y 2 más" in said
    assert "larga…" in " ".join(words(drawn(unit="U5", through=1)))


@pytest.mark.parametrize("chart", ["months", "units"])
def test_one_of_nothing_says_so_and_the_largest_can_be_drawn(plan: Plan, chart: str) -> None:
    assert charts._NOTHING in words(drawn(chart=chart))
    make.entry(make.activity(plan, programmed=[1, *[0] * 11]), 1, Decimal("999999999999.999"))
    said = words(drawn(chart=chart))
    assert charts._NOTHING not in said
    assert "999,999,999,999.999" in " ".join(said) or chart == "units"


NAMES = ["$x_{1}$ y $", "<script>&", "Ñandú % {0}", "x" * 400, "a\\b"]


def test_no_name_breaks_bars(plan: Plan) -> None:
    for name in NAMES:
        make.entry(make.activity(plan, make.unit(plan.institution, name=name)), 1, 1)
    assert {name for name in NAMES if len(name) < 40} <= set(words(drawn(chart="units")))


@pytest.mark.parametrize("names", [NAMES[:3], NAMES[3:]])  # it says three
def test_no_name_breaks_what_a_chart_says_to_be_of(plan: Plan, names: list[str]) -> None:
    units = [make.unit(plan.institution, name=name) for name in names]
    make.activity(plan, units[0])
    said = " ".join(words(drawn(unit=[unit.code for unit in units], through=1)))
    assert [name for name in names if (name if len(name) < 40 else "…") not in said] == []


def test_what_does_not_fit_is_said(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "MOST_UNITS", 1)
    for _ in range(2):
        make.activity(plan, make.unit(plan.institution))
    assert "Se muestran 1 unidades de 2." in " ".join(words(drawn(chart="units")))


def test_the_same_figures_make_the_same_bytes_and_nothing_comes_from_elsewhere(plan: Plan) -> None:
    make.activity(plan)
    content = drawn()
    assert drawn() == content
    for element in ElementTree.fromstring(content).iter():
        for name, value in element.attrib.items():
            assert not name.endswith("href") or value.startswith("#")


def test_everybody_sees_their_units(plan: Plan) -> None:
    unit = make.unit(plan.institution, "U1", "Unidad propia")
    make.activity(plan, unit)
    make.activity(plan, make.unit(plan.institution, "U2", "Unidad ajena"))
    said = words(drawn(make.client(unit=unit), chart="units"))
    assert "Unidad propia" in said
    assert "Unidad ajena" not in said


def test_it_is_not_drawn_again_while_nothing_changed_and_costs_the_same_for_many(plan: Plan) -> None:
    caller = make.client()
    first = get(caller, PATH, year=2022)
    assert first["Change-Cursor"]
    assert get(caller, PATH, {"If-None-Match": first["ETag"]}, year=2022).status_code == 304
    for count in (1, 20):
        for _ in range(count):
            make.activity(plan, make.unit(plan.institution))
        with CaptureQueriesContext(connection) as queries:
            drawn(caller, chart="units")
        assert len(queries) == 3


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"chart": "pie"}, "chart"),
        ({"through": 0}, "through"),
        ({"format": "json"}, "format"),
        ({"year": [], "from_year": 2021, "to_year": 2022}, "to_year"),
        ({"x": 1}, "x"),
    ],
)
def test_a_wrong_question_is_refused_by_name(query: dict[str, Any], field: str) -> None:
    assert refused_fields(get(make.client(), PATH, **{"year": 2022, **query})) == [field]


@pytest.mark.parametrize(
    "quantity", [Decimal(7), Decimal("263616"), Decimal("12345678.125"), Decimal("999999999999.999")]
)
def test_the_figures_of_bars_stay_below_the_title(quantity: Decimal) -> None:
    figure, axes = charts._paper(4.4)
    charts._month_bars(axes, [{"programmed": quantity, "executed": quantity}] * 12)
    axes.set_title("Dos\nlíneas")
    figure.draw_without_rendering()
    assert max(text.get_window_extent().y1 for text in axes.texts) <= axes.get_window_extent().y1
