"""Reading an item of a list: whatever is sent, and nothing is lost on the way."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from activities.choices import FIRST_YEAR, LAST_YEAR
from activities.serializers.reading import read_progress

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
