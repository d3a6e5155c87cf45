"""What a key looks like: a text that cannot be one costs no look-up."""

import pytest

from units.access.keys import new_key, prefix_of

NO_KEYS = [
    "",
    "poi",
    "poi_",
    "poi_00000000",
    "xyz_00000000_x",
    "POI_00000000_x",
    " poi_00000000_x",
    "poi_a\0_b",
    "poi_ñ_b",
]


@pytest.mark.parametrize("text", NO_KEYS)
def test_what_cannot_be_a_key_has_no_prefix(text):
    assert prefix_of(text) is None


def test_a_new_key_has_the_prefix_by_which_it_is_found_and_256_random_bits():
    keys = [new_key() for _ in range(20)]
    assert [prefix_of(key.text) for key in keys] == [key.prefix for key in keys]
    assert {len(key.text.removeprefix(f"poi_{key.prefix}_")) for key in keys} == {43}
    assert len({key.text for key in keys}) == len({key.digest for key in keys}) == 20
