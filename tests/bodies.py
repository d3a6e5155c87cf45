"""What good requests of the writing operations send (tests/operations.py)."""

from collections.abc import Callable
from random import Random
from types import SimpleNamespace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.activities.document.generator import Style, document, true_row
from tests.activities.sheets import made_by_hand

Body = Callable[[SimpleNamespace], dict[str, Any]]


def activity(world: SimpleNamespace) -> dict[str, Any]:
    return {
        "plan": world.draft.pk,
        "unit": world.unit.pk,
        "mef_activity": world.mef_activity.pk,
        "measurement_unit": world.measurement_unit.pk,
        "name": "SUPERVISIÓN",
        "programmed": [1] * 12,
    }


def dates(world: SimpleNamespace) -> dict[str, Any]:
    return {"opens_on": "2022-01-01", "due_on": "2022-02-10", "closes_on": "2022-02-28", "reason": "Feriados"}


def new_unit(world: SimpleNamespace) -> dict[str, Any]:
    return {"code": "NUEVA", "name": "UNIDAD NUEVA", "kind": "organic_unit", "parent": world.unit.pk}


def merger(world: SimpleNamespace) -> dict[str, Any]:
    return {"into": world.sibling.pk, "reason": "Reorganización"}


def merger_typed(world: SimpleNamespace) -> dict[str, Any]:
    return {"into": world.sibling.code, "reason": "Reorganización"}


def reopening(world: SimpleNamespace) -> dict[str, Any]:
    return {"unit": world.unit.pk, "until": "2199-12-31", "reason": "Falta sustento"}


def modification(world: SimpleNamespace) -> dict[str, Any]:
    return {"reason": "Reprogramación", "targets": [{"activity": world.activity.pk, "programmed": [3] * 12}]}


def new_plan(world: SimpleNamespace) -> dict[str, Any]:
    return {"institution": world.institution.pk, "year": 2030}


def new_client(world: SimpleNamespace) -> dict[str, Any]:
    return {"name": "Tablero", "role": "reader", "unit": world.unit.pk}


def new_membership(world: SimpleNamespace) -> dict[str, Any]:
    return {"user": world.member.username, "role": "reader", "unit": world.unit.pk}


def months(world: SimpleNamespace) -> dict[str, Any]:
    return {"mode": "atomic", "items": [{"activity": world.activity.pk, "year": 2022, "month": 1, "executed": 3}]}


def reviews(world: SimpleNamespace) -> dict[str, Any]:
    item = {"activity": world.activity.pk, "year": 2022, "month": 2, "entry_version": 1, "verdict": "accept"}
    return {"mode": "atomic", "items": [item]}


def new_publication(world: SimpleNamespace) -> dict[str, Any]:
    return {"report": "matrix", "parameters": {"institution": world.institution.code, "year": 2022}}


def saying(**content: Any) -> Body:
    return lambda world: content


def filled_template(world: SimpleNamespace) -> bytes:
    line = {"year": 2022, "month_name": "ENE", "code": world.activity.code, "activity": world.activity.pk, "month": 1}
    return made_by_hand([line | {"entry_version": 1, "executed": 3}])


def document_of(year: int) -> bytes:
    random = Random(year)
    return document(random, [true_row(random, number) for number in (1, 2)], Style(), year)


def uploaded(world: SimpleNamespace) -> dict[str, Any]:
    file = SimpleUploadedFile("poi.tsv", document_of(2030), "text/tab-separated-values")
    return {"file": file, "institution": world.institution.code}
