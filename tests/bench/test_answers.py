"""How the bench compares a rival's answer with the product's: what the rival says has to be there."""

import pytest

from tests.bench.answers import differences

OURS = {"month": 3, "executed": 12.5, "units": [{"id": 1, "name": "A"}, {"id": 2, "name": "B"}], "progress": None}


@pytest.mark.parametrize(
    "theirs",
    [
        OURS,
        {"month": 3},
        {"executed": "12.500"},  # as DRF writes decimals
        {"units": [{"id": 1}, {"name": "B"}]},
        {"progress": None},
        {"month": 3, "entry_version": 7},  # each has versions of its own
    ],
)
def test_a_part_of_the_answer_is_the_same(theirs):
    assert [*differences(theirs, OURS)] == []


@pytest.mark.parametrize(
    ("theirs", "where"),
    [
        ({"month": 4}, "/month"),
        ({"executed": "12.501"}, "/executed"),
        ({"executed": None}, "/executed"),
        ({"quarter": 1}, "/quarter"),
        ({"units": [{"id": 1}]}, "/units"),
        ({"units": [{"id": 1}, {"id": 3}]}, "/units/1/id"),
        ({"progress": 0}, "/progress"),
    ],
)
def test_what_is_said_otherwise_or_is_not_there_is_a_difference(theirs, where):
    [difference] = differences(theirs, OURS)
    assert difference.startswith(f"{where}: ")
