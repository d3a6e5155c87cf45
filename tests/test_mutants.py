"""Every fault of the mutation run can still be put in."""

import ast
from pathlib import Path

import pytest

from tests.mutants.faults import ROOT, faults

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
    assert any((ROOT / path).read_text(encoding="utf-8") in text for text in frozen)


def test_there_are_many_and_none_is_told_twice():
    assert len(FAULTS) >= 60
    assert len({(fault.path, fault.what) for fault in FAULTS}) == len(FAULTS)
