"""What the database takes as the classification of an activity."""

import json

import pytest
from django.db import connection

from activities.models.classification import LONGEST_NAME, Classifier
from tests.in_one_state import for_each

pytestmark = pytest.mark.django_db
OEI = {"code": "OEI.01", "name": "MEJORAR LA RECAUDACIÓN"}


def is_classification(value: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT is_classification(%s::jsonb)", [value])
        known: bool = cursor.fetchone()[0]
        return known


def of_oei(**changes) -> str:
    return json.dumps({"oei": OEI | changes})


@for_each(
    "value",
    [
        "{}",
        json.dumps(dict.fromkeys(Classifier.values, OEI)),
        of_oei(code="x" * 32),
        of_oei(name="x" * LONGEST_NAME),
        of_oei(code="1 : ñ"),
        of_oei(name="Ñandú, o «ñ»"),
    ],
)
def test_a_code_and_a_name_of_each_thing(value):
    assert is_classification(value) is True


@for_each(
    "value",
    [
        "null",
        "[]",
        '"oei"',
        json.dumps({"meta": OEI}),
        json.dumps({"oei": None}),
        json.dumps({"oei": "OEI.01"}),
        json.dumps({"oei": ["code", "name"]}),
        json.dumps({"oei": {"code": "OEI.01"}}),
        json.dumps({"oei": {"name": "MEJORAR"}}),
        of_oei(id=1),
        of_oei(code=1),
        of_oei(code=""),
        of_oei(code="x" * 33),
        of_oei(code="OEI.01,OEI.02"),
        of_oei(code="OEI\n01"),
        of_oei(name=""),
        of_oei(name=None),
        of_oei(name="x" * (LONGEST_NAME + 1)),
    ],
)
def test_nothing_else(value):
    assert is_classification(value) is False
