"""Reading an item of a list: whatever is sent, and nothing is lost on the way."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from activities.choices import FIRST_YEAR, LAST_YEAR
from activities.serializers.plain_months import plain_months
from activities.serializers.reading import PROGRESS, read_progress
from activities.services.progress.verdicts import column_of
from tests.searching import examples

SEARCHING = settings(max_examples=examples(100), suppress_health_check=[HealthCheck.too_slow])
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 13),
    st.integers(1989, 2201),
    st.sampled_from([2**63 - 1, 2**63, 10**12, 10**12 - 1, 10**400]),
    st.decimals("-1", "3", places=3),
    st.sampled_from(list(map(Decimal, ("-0", "0.0001", "1e400", "1e-400", "999999999999.999", "999999999999.9995")))),
    st.sampled_from(["", "A001", "3", " "]),
    st.lists(st.integers()),
)
ITEMS = st.fixed_dictionaries(
    {"activity": ANYTHING, "year": ANYTHING | st.just(2022), "month": ANYTHING, "executed": ANYTHING},
    optional={"reason": ANYTHING, "entry_version": ANYTHING},
)


@SEARCHING
@given(data=ITEMS)
def test_whatever_is_sent_is_read_and_only_what_can_be_written_has_no_flaw(data):
    item, flaws = read_progress(data, 7)
    assert item["flawed"] == bool(flaws)
    assert {flaw["index"] for flaw in flaws} <= {7}
    if not flaws:
        assert FIRST_YEAR <= item["year"] <= LAST_YEAR
        assert 1 <= item["month"] <= 12
        assert item["executed"] is None or 0 <= item["executed"] <= Decimal("999999999999.999")
        assert (type(item["id"]), type(item["code"])) in {(int, type(None)), (type(None), str)}


@given(executed=st.integers(0, 10**12 - 1) | st.decimals(0, 999999, places=3))
def test_a_quantity_is_read_to_the_digit(executed):
    item, flaws = read_progress({"activity": 3, "year": 2022, "month": 1, "executed": executed}, 0)
    assert (item["executed"], flaws) == (executed, [])


PLAIN = {"activity": 3, "year": 2022, "month": 1, "executed": 1}
NAMED = {**PLAIN, "activity": "A001", "institution": "301250"}
SAID = {**PLAIN, "reason": " Llovió ", "evidence_url": "https://sat.gob.pe/a", "entry_version": 0}
FULL = st.fixed_dictionaries(
    {
        "activity": st.sampled_from([3, "A001"]) | ANYTHING,
        "year": st.just(2022) | ANYTHING,
        "month": st.integers(1, 12) | ANYTHING,
        "executed": st.decimals(0, 9, places=3) | ANYTHING,
    },
    optional={
        "institution": ANYTHING,
        "reason": st.just("Porque sí") | ANYTHING,
        "evidence_url": st.just("https://sat.gob.pe") | ANYTHING,
        "entry_version": ANYTHING,
        "unknown": ANYTHING,
    },
)
LISTS = st.lists(st.just(PLAIN) | FULL, min_size=1, max_size=3) | st.lists(st.just(NAMED) | FULL, min_size=1)


@SEARCHING
@given(data=LISTS)
@example(data=[{**PLAIN, "year": FIRST_YEAR - 1}])
@example(data=[{**PLAIN, "year": LAST_YEAR + 1}])
@example(data=[{**PLAIN, "month": 0}])
@example(data=[{**PLAIN, "month": 13}])
@example(data=[{**PLAIN, "activity": 0}])
@example(data=[{**PLAIN, "activity": 2**63}])
@example(data=[{**PLAIN, "activity": None}])
@example(data=[{**NAMED, "activity": ""}])
@example(data=[{**PLAIN, "institution": ""}])
@example(data=[{**PLAIN, "executed": "1"}])
@example(data=[{**PLAIN, "executed": 10**12}])
@example(data=[{**PLAIN, "executed": Decimal("1.0005")}])
@example(data=[{**PLAIN, "executed": -1}])
@example(data=[{**PLAIN, "reason": "a" * 5001}])
@example(data=[{**PLAIN, "reason": 1}])
@example(data=[PLAIN, {**PLAIN, "reason": "a\u200bb"}])
@example(data=[{**PLAIN, "evidence_url": "sat.gob.pe"}])
@example(data=[{**PLAIN, "entry_version": -1}])
@example(data=[{**PLAIN, "entry_version": 2**31}])
@example(data=[{**PLAIN, "unknown": 1}])
@example(data=[{"activity": 3, "year": 2022, "month": 1}])
@example(data=[[3, 2022, 1, 1]])
@example(data=[SAID])
def test_a_list_is_read_as_a_whole_as_its_items_would_be(data):
    column = plain_months(data)
    if column is None:
        return
    assert all(map(PROGRESS.fits, data))
    items, flaws = zip(*(read_progress(item, place) for place, item in enumerate(data)), strict=True)
    assert not any(flaws)
    one_by_one = column_of(items)
    for field in (*items[0], "flawed"):
        assert [value or None for value in column(field)] == [value or None for value in one_by_one(field)], field


@pytest.mark.parametrize(
    "data",
    [
        [PLAIN],
        [PLAIN, {**PLAIN, "executed": Decimal("999999999999.999")}, {**PLAIN, "executed": None}],
        [NAMED, {**NAMED, "activity": "A002"}],
        [SAID, PLAIN, {**PLAIN, "reason": None, "evidence_url": "", "entry_version": 2**31 - 1}],
        [{**PLAIN, "activity": 2**63 - 1, "year": FIRST_YEAR}, {**PLAIN, "year": LAST_YEAR, "month": 12}],
        [{**PLAIN, "reason": "a" * 5000}],
        [{**PLAIN, "reason": "Llovió:\n\t«tres» días, 9\u00a0% más"}],
    ],
)
def test_what_most_send_is_read_as_a_whole(data):
    assert plain_months(data) is not None
