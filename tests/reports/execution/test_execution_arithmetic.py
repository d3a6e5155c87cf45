"""`/reports/execution/` against a slow and obvious reference (domain.md, rules 1, 3, 4, 6 and 7)."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.models import MeasurementUnit, MefActivity, Plan, ProgressEntry
from tests import factories as make
from tests.api import get
from tests.reports.execution import reference as reference
from tests.reports.execution.reference import Known
from tests.searching import examples

pytestmark = pytest.mark.django_db
PATH = "/reports/execution/"
THINGS = ("institution", "unit", "branch", "mef_activity", "measurement_unit", "activity", "year")
CLASSIFIERS = ("oei", "aei", "categoria", "prioridad")
DIMENSIONS = (*THINGS, *CLASSIFIERS)
MEASURES = ("activities", "programmed", "executed", "progress", "band", "over", "mean_progress", "mixed_accumulation")
QUANTITIES = st.one_of(
    st.integers(0, 7).map(Decimal), st.integers(0, 10**15 - 1).map(lambda n: Decimal(n).scaleb(-3)), st.just(Decimal(0))
)
ACTIVITIES = st.fixed_dictionaries(
    {
        "plan": st.integers(0, 2),
        "unit": st.integers(0, 3),
        "mef": st.integers(0, 1),
        "measure": st.integers(0, 1),
        "accumulation": st.sampled_from(["sum", "sum", "last", "average"]),
        "classified": st.dictionaries(
            st.sampled_from(CLASSIFIERS), st.tuples(st.sampled_from("12"), st.sampled_from(["UNO", "DOS"]))
        ),
        "programmed": st.lists(QUANTITIES, min_size=12, max_size=12),
        "executed": st.lists(st.none() | QUANTITIES, min_size=12, max_size=12),
    }
)
QUESTIONS = st.fixed_dictionaries(
    {
        "group_by": st.lists(st.sampled_from((*DIMENSIONS, *reference.WIDTHS)), max_size=3, unique=True),
        "through": st.integers(1, 12),
        "cumulative": st.booleans(),
    }
)
few = settings(max_examples=examples(12, least=6), deadline=None, suppress_health_check=list(HealthCheck))


def asked(caller: make.Caller, **query: Any) -> dict[str, Any]:
    answer = get(caller, PATH, **query)
    assert answer.status_code == 200, answer.content.decode()
    found: dict[str, Any] = json.loads(answer.content, parse_float=Decimal)
    return found


class World:
    """Two institutions; the first with plans of two years, the second with cuts of its own."""

    def __init__(self) -> None:
        self.caller = make.client()
        one, other = make.institution("I1"), make.institution("I2")
        organ = make.organ(one, "O1")
        self.units = [[one, organ, make.unit(organ, "U11"), make.unit(one, "U2")], [other] * 4]
        self.branches = {"I1": "I1", "O1": "O1", "U11": "O1", "U2": "U2", "I2": "I2"}
        self.plans: list[Plan] = [make.plan(one, 2021), make.plan(one, 2022), make.plan(other, 2022)]
        Plan.objects.filter(pk=self.plans[2].pk).update(green_from=90, amber_from=50)
        make.version(self.plans[0], 7)
        self.mef: list[MefActivity] = [make.mef_activity("M1"), make.mef_activity("M2")]
        self.measures: list[MeasurementUnit] = [make.measurement_unit("K1"), make.measurement_unit("K2")]

    def add(self, number: int, drawn: dict[str, Any]) -> Known:
        plan = self.plans[drawn["plan"]]
        unit = self.units[drawn["plan"] // 2][drawn["unit"]]
        mef, measure = self.mef[drawn["mef"]], self.measures[drawn["measure"]]
        code = f"A{number}"
        made = make.activity(
            plan, unit, drawn["programmed"], code, None, mef, measure, drawn["accumulation"], 1, drawn["classified"]
        )
        ProgressEntry.objects.bulk_create(
            ProgressEntry(activity=made, month=month, entry_version=1, executed=quantity, origin="api")
            for month, quantity in enumerate(drawn["executed"], 1)
            if quantity is not None
        )
        keys = {
            "institution": unit.code if drawn["plan"] == 2 else "I1",
            "unit": unit.code,
            "branch": self.branches[unit.code],
            "mef_activity": mef.code,
            "measurement_unit": measure.code,
            "activity": code,
            "year": plan.year,
            **{name: drawn["classified"].get(name) for name in CLASSIFIERS},
        }
        cuts = (Decimal(90), Decimal(50)) if drawn["plan"] == 2 else (Decimal(95), Decimal(75))
        return Known(keys, drawn["accumulation"], drawn["programmed"], drawn["executed"], cuts)


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row's measures as the reference gives them."""
    names = (*MEASURES, "mixed_bands", "mixed_units")
    subtotals = {
        part["measurement_unit"]["code"]: {name: part[name] for name in (*MEASURES, "mixed_bands")}
        for part in row["by_measurement_unit"]
    }
    return {**{name: row[name] for name in names}, "by_measurement_unit": subtotals}


def key(row: dict[str, Any], dimensions: list[str]) -> tuple[Any, ...]:
    return tuple(_identity(row[name]) for name in dimensions)


def _identity(value: Any) -> Any:
    """Return the code of a thing, code and name of what is in no catalogue."""
    if not isinstance(value, dict):
        return value
    return value["code"] if "id" in value else (value["code"], value["name"])


@pytest.fixture
def world() -> World:
    return World()


@few
@given(
    drawn=st.lists(ACTIVITIES, min_size=1, max_size=5),
    questions=st.lists(QUESTIONS, min_size=3, max_size=3),
    version=st.sampled_from([{}, {"version": "1"}]),
)
def test_every_figure_is_the_references(
    world: World, drawn: list[dict[str, Any]], questions: list[dict[str, Any]], version: dict[str, str]
) -> None:
    with transaction.atomic():
        known = [world.add(number, each) for number, each in enumerate(drawn)]
        for question in questions:
            compare(world.caller, known, question, version)
        transaction.set_rollback(True)


def compare(caller: make.Caller, known: list[Known], question: dict[str, Any], version: dict[str, str]) -> None:
    dimensions = question["group_by"]
    query = {"group_by": ",".join(dimensions)} if dimensions else {}
    cumulative = str(question["cumulative"]).lower()
    years = {"from_year": 2021, "to_year": 2022}
    through = question["through"]
    found = asked(
        caller, **query, **years, **version, through=through, cumulative=cumulative, limit=1000, subtotals="true"
    )
    expected = reference.rows(known, tuple(dimensions), through, question["cumulative"])
    assert found["count"] == len(found["results"]) == len(expected)
    assert {key(row, dimensions): shown(row) for row in found["results"]} == expected
    assert shown(found["total"]) == reference.whole(known, 1, through)
