"""Whatever modifications a plan has seen, its versions, its pages and its figures tell the same story."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories as make
from tests.api import get, post, results
from tests.searching import examples
from units.choices import Role

pytestmark = pytest.mark.django_db

ZEROS = [Decimal(0)] * 12
codes = st.sampled_from(["A1", "A2", "A3"])
quantities = st.decimals(0, 100, places=3)
programmes = st.lists(quantities, min_size=12, max_size=12) | st.just(ZEROS)
modifications = st.fixed_dictionaries(
    {
        "targets": st.dictionaries(codes, programmes),
        "move": st.dictionaries(codes, st.sampled_from(["SAT", "U1"])),
        "cancel": st.dictionaries(codes, st.integers(1, 12)),
    }
)


def body_of(asked):
    return {
        "reason": "Recorte",
        "targets": [{"activity": code, "programmed": programmed} for code, programmed in asked["targets"].items()],
        "move": [{"activity": code, "unit": unit} for code, unit in asked["move"].items()],
        "cancel": [{"activity": code, "from_month": month} for code, month in asked["cancel"].items()],
    }


def after(state, asked):
    """Return what the plan is after a modification: by code its programme, the month it ends with, its unit.

    None if it contradicts itself, moves what is cancelled, or cancels it from a later month on.
    """
    changed = dict(state)
    for code, programmed in asked["targets"].items():
        changed[code] = (programmed, None, changed[code][2])
    for code, unit in asked["move"].items():
        programmed, ends, before = changed[code]
        if ends and unit != before:
            return None
        changed[code] = (programmed, ends, unit)
    for code, month in asked["cancel"].items():
        if code in asked["targets"] or code in asked["move"]:
            return None
        programmed, ends, unit = changed[code]
        if ends and month > ends:
            return None
        changed[code] = (programmed[: month - 1] + ZEROS[month - 1 :], month, unit)
    return changed


def shown(caller, **query):
    rows = results(caller, "/activities/", **query)
    return {row["code"]: ([Decimal(str(q)) for q in row["programmed"]], row["cancelled_from"]) for row in rows}


@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.lists(modifications, max_size=5))
def test_versions_pages_and_figures_agree(asked):
    sat = make.institution()
    unit = make.unit(sat)
    plan, caller = make.plan(sat), make.client(Role.PLANNER, sat)
    for code in ("A1", "A2", "A3"):
        make.activity(plan, unit, code=code)
    named = {"SAT": sat.code, "U1": unit.code}
    states = [{code: ([Decimal(2)] * 12, None, "U1") for code in ("A1", "A2", "A3")}]
    for modification in asked:
        expected = after(states[-1], modification)
        sent = {**modification, "move": {code: named[place] for code, place in modification["move"].items()}}
        answer = post(caller, f"/plans/{plan.pk}/versions/", body_of(sent))
        if expected is None or expected == states[-1]:
            assert answer.status_code in (400, 409)
            continue
        assert answer.status_code == 201
        touched = {change["activity"]["code"] for change in answer.json()["changes"]}
        assert touched == {code for code in expected if expected[code] != states[-1][code]}
        states.append(expected)
    for number, state in enumerate(states, 1):
        told = {code: (programmed, ends) for code, (programmed, ends, _) in state.items()}
        assert shown(caller, version=number) == told
    assert shown(caller) == shown(caller, version=len(states))
    units = {row["code"]: row["unit"]["code"] for row in results(caller, "/activities/")}
    assert units == {code: named[place] for code, (_, _, place) in states[-1].items()}
    assert get(caller, f"/plans/{plan.pk}/versions/").json()["count"] == len(states)
