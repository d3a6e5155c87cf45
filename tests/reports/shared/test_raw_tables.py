"""`raw=true`: a CSV with texts as they are, for programs."""

import csv
import io
from typing import Any

import pytest

from tests import factories as make
from tests.api import get, refused

pytestmark = pytest.mark.django_db
TEXT = "=1+1"
TABLES = {
    "/reports/matrix/": {},
    "/reports/execution/": {"group_by": "activity"},
    "/reports/poi/": {"institution": "SAT"},
    "/exports/months/": {},
}


def cells(path: str, **query: Any) -> set[str]:
    answer = get(make.client(), path, year=2022, format="csv", **TABLES[path], **query)
    assert answer.status_code == 200, answer.content
    return {cell for line in csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))) for cell in line}


@pytest.mark.parametrize("path", TABLES)
class TestRaw:
    @pytest.fixture(autouse=True)
    def _formula(self) -> None:
        activity = make.activity(make.plan(make.institution("SAT")), name=TEXT)
        make.entry(activity, 1, reason="@x")

    def test_texts_stay_as_they_are(self, path: str) -> None:
        found = cells(path, raw="true")
        assert TEXT in found
        assert f"'{TEXT}" not in found

    def test_unless_asked_they_are_safe(self, path: str) -> None:
        for query in ({}, {"raw": "false"}):
            found = cells(path, **query)
            assert f"'{TEXT}" in found
            assert TEXT not in found

    def test_elsewhere_it_makes_no_sense(self, path: str) -> None:
        variant = "jsonl" if path == "/exports/months/" else "json"
        asked = {"year": 2022, "format": variant, **TABLES[path]}
        assert refused(get(make.client(), path, raw="true", **asked), 400) == [("invalid", "raw")]
        assert get(make.client(), path, raw="false", **asked).status_code == 200


def test_the_reason_of_a_month_too() -> None:
    make.entry(make.activity(make.plan(make.institution("SAT"))), 1, reason="@x")
    assert "@x" in cells("/exports/months/", raw="true")
    assert "'@x" in cells("/exports/months/")
