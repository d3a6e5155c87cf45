"""What the bench makes of its measurements: ratios within rounds, their middle and range, and verdicts."""

import pytest

from tests.bench.data import SIZES
from tests.bench.operations import DRF, OURS, PROMISES, Operation
from tests.bench.report import Measured, Row, table


def row(ours: list[float], theirs: list[float], goal: float | None = None, peak: float = 0) -> Row:
    made = Row(Operation("R1", "one", {OURS: iter(()), DRF: iter(())}, {DRF: goal} if goal else {}))
    for our, their in zip(ours, theirs, strict=True):
        made.add({OURS: Measured(our, 0.5, 0.25, peak), DRF: Measured(their, 5, 0.25, 0)})
    return made


def test_ratios_are_those_within_a_round():
    # A round in which the machine was slow does not make either of them slower
    assert row([100, 10, 400], [50, 5, 100]).ratios(DRF) == [2, 2, 4]


def test_ratio_is_the_middle_one_with_its_range():
    assert row([100, 150, 900], [100, 100, 100]).cells()[6] == "× DRF 1.5 (1.0–9.0; 7.0)"


def test_ratio_of_computing_is_that_of_all_rounds():
    assert row([1], [1]).cells()[6].endswith("; 7.0)")  # 5.25 ms against 0.75


@pytest.mark.parametrize(("rate", "verdict"), [(200, "yes"), (199.9, "NO")])
def test_goal_is_met_from_it_on(rate, verdict):
    assert row([rate], [100], goal=2).cells()[6].endswith(f", of 2: {verdict}")


@pytest.mark.parametrize(("peak", "cell"), [(0, "–"), (399.9, "400 yes"), (400, "400 NO")])
def test_memory_is_the_highest_peak_and_is_to_stay_below_its_goal(peak, cell):
    measured = row([1, 1], [1, 1], peak=peak)
    measured.add({OURS: Measured(1, 1, 1, 0), DRF: Measured(1, 1, 1, 0)})
    assert measured.cells()[7] == cell


def test_rates_are_medians_with_what_service_and_database_compute():
    assert row([1000, 4000, 1234], [1, 1, 1]).cells()[2] == "1,234 (0.50 + 0.25)"


@pytest.mark.parametrize(("rate", "shown"), [(10, "10"), (9.94, "9.9"), (1, "1.0"), (0.5, "2.0 s")])
def test_slow_answers_are_told_by_their_time(rate, shown):
    assert Measured(rate, 1, 1, 0).text().split(" (")[0] == shown


def test_who_was_not_asked_has_no_cell():
    assert dict(zip([OURS, "FastAPI", PROMISES, DRF], row([1], [1]).cells()[2:6], strict=True))[PROMISES] == ""


def test_table_is_one_block_of_markdown():
    lines = table(SIZES["S"], [row([1], [1])], markdown=True).splitlines()
    assert lines[0].startswith("Size S: 1 institution × 300 activities × 3 years = 900 activity-years, 60 units")
    assert lines[1] == ""
    assert {line.count(" | ") for line in lines[2:]} == {7}
    assert set(lines[3]) == {"|", "-", " "}
    assert lines[4].startswith("| R1 | one")
