"""The quick reading of plain items and the full one agree, and nearly all items are plain (`plain_items`)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.serializers.plain_items import plain_month
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


@given(data=ITEMS | ANYTHING | st.dictionaries(st.sampled_from(["activity", "year", "month", "executed"]), ANYTHING))
def test_what_is_plain_is_read_alike(data):
    plain = plain_month(data, 7)
    assert plain is None or (plain, []) == read_progress(data, 7)


@pytest.mark.parametrize("activity", [7, "A001"])
@pytest.mark.parametrize("executed", [0, 12, Decimal("0.5"), Decimal("-0.0"), Decimal("999999999999.999")])
def test_a_month_and_its_quantity_are_plain(activity, executed):
    assert plain_month({"activity": activity, "year": 2022, "month": 3, "executed": executed}, 0) is not None


@pytest.mark.parametrize(
    "data",
    [
        {"activity": 7, "year": 2022, "month": 3},
        {"activity": 7, "year": 2022, "month": 3, "executed": None},
        {"activity": 7, "year": 2022, "month": 3, "executed": 1, "institution": "SAT"},
        {"activity": 7, "year": 2022, "month": True, "executed": 1},
        {"activity": 7, "year": 2022, "month": 3, "executed": "1"},
        {"activity": 0, "year": 2022, "month": 3, "executed": 1},
    ],
)
def test_any_other_is_read_in_full(data):
    assert plain_month(data, 0) is None
