"""Every fault of the mutation run can still be put in."""

import ast
from pathlib import Path

import pytest

from tests.mutants.faults import ROOT, Fault, faults

FAULTS = faults()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.path}: {fault.what}")
def test_it_has_its_place_and_its_tests(fault: Fault):
    text = (ROOT / fault.path).read_text(encoding="utf-8")
    faulty = fault.put_in(text)
    assert faulty != text
    assert [test for test in fault.tests if not (ROOT / test).exists()] == []
    if Path(fault.path).suffix == ".py":
        ast.parse(faulty)


def test_there_are_many_and_none_is_told_twice():
    assert len(FAULTS) >= 60
    assert len({(fault.path, fault.what) for fault in FAULTS}) == len(FAULTS)


def test_what_a_migration_runs_has_the_faults_of_sql():
    frozen = [path.read_text(encoding="utf-8") for path in ROOT.glob("*/migrations/sql/*.sql")]
    for path in {fault.path for fault in FAULTS if fault.path.endswith(".sql")}:
        assert any((ROOT / path).read_text(encoding="utf-8") in text for text in frozen), path
