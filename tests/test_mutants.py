"""Every fault of the mutation run can still be put in."""

import ast
from pathlib import Path

import pytest

from poi_api.database.sql import statements
from tests.mutants.faults import ROOT, faults
from tests.mutants.trying import outcome_of

FAULTS = faults()
FILES = sorted({fault.path for fault in FAULTS})


@pytest.mark.parametrize("path", FILES)
def test_each_fault_of_a_file_has_its_place_and_its_tests(path):
    text = (ROOT / path).read_text(encoding="utf-8")
    for fault in (fault for fault in FAULTS if fault.path == path):
        faulty = fault.put_in(text)
        assert faulty != text, fault
        assert [test for test in fault.tests if not (ROOT / test).exists()] == [], fault
        if Path(path).suffix == ".py":
            ast.parse(faulty)


@pytest.mark.parametrize("path", [path for path in FILES if path.endswith(".sql")])
def test_what_a_migration_runs_gets_the_fault_too(path):
    frozen = (file.read_text(encoding="utf-8") for file in ROOT.glob("*/migrations/sql/*.sql"))
    assert any(statements((ROOT / path).read_text(encoding="utf-8")) in text for text in frozen)


FAILED, ERROR = "FAILED tests/a.py::test_b - assert", "ERROR tests/a.py::test_b - CommandError"


@pytest.mark.parametrize(
    ("said", "code", "is_fresh", "found", "broken", "how"),
    [
        (f"{FAILED}\n1 failed in 1s", 1, True, True, False, "by a test"),
        (f"{FAILED}\n1 failed, 3 passed in 1s", 1, True, True, False, "by a test"),
        (f"{ERROR}\n3 passed, 1 error in 1s", 1, True, True, False, "at setup"),
        (f"{ERROR}\n1 error in 1s", 1, False, True, False, "at setup"),
        (f"{ERROR}\n1 error in 1s", 1, True, False, True, "by a test"),
        ("ERROR tests/a.py - ImportError\n1 error in 1s", 1, False, False, True, "by a test"),
        ("INTERNALERROR", 3, False, False, True, "by a test"),
        ("3 passed in 1s\nTraceback", 1, False, False, True, "by a test"),
        ("3 passed in 1s", 0, True, False, False, "by a test"),
    ],
)
def test_what_keeps_the_first_test_of_a_fresh_database_from_its_start_is_not_found(
    said, code, is_fresh, found, broken, how
):
    outcome = outcome_of(code, said, is_fresh=is_fresh)
    assert (outcome.found, outcome.broken) == (found, broken)
    assert outcome.how == how or not found


def test_there_are_many_and_none_is_told_twice():
    assert len(FAULTS) >= 60
    assert len({(fault.path, fault.what) for fault in FAULTS}) == len(FAULTS)
