"""Asking `/reports/execution/`, and a small institution to ask about."""

from typing import Any

from tests import factories as make
from tests.api import get
from tests.factories import Caller
from units.models import Unit

PATH = "/reports/execution/"


def execution(caller: Caller | None = None, **query: Any) -> dict[str, Any]:
    """Return the answer to an installation's reader, unless to another caller."""
    answer = get(caller or make.client(), PATH, **{"year": 2022, **query})
    assert answer.status_code == 200, answer.content.decode()
    found: dict[str, Any] = answer.json()
    return found


def figures(found: dict[str, Any], *names: str) -> list[tuple[Any, ...]]:
    """Return these members of each row; of a reference its code."""
    return [
        tuple(row[name]["code"] if isinstance(row[name], dict) else row[name] for name in names)
        for row in found["results"]
    ]


def sat_tree() -> dict[str, Unit]:
    """SAT with the branch O1 > U11 > U111 and the unit U2; every unit has an activity of 12, U111's is done."""
    sat = make.institution("SAT", "SAT LIMA")
    organ = make.organ(sat, "O1", "Órgano")
    below = make.unit(organ, "U11", "Oficina")
    found = {"SAT": sat, "O1": organ, "U11": below, "U111": make.unit(below, "U111", "Área")}
    found["U2"] = make.unit(sat, "U2", "Unidad")
    plan, mef, measure = make.plan(sat), make.mef_activity("M1"), make.measurement_unit("K1")
    for code, unit in found.items():
        activity = make.activity(plan, unit, [1] * 12, f"de-{code}", None, mef, measure)
        if code == "U111":
            for month in (1, 2):
                make.entry(activity, month, 1)
    return found
