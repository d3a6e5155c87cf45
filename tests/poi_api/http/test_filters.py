"""How lists are sorted: by what is asked, and rows that are alike in it always in one order."""

import pytest

from poi_api.http.filters import StableOrdering
from units.models import Unit

ORDERING = StableOrdering(fields=(("name_key", "name"), ("code", "code")), finally_by=("institution_id", "pk"))


@pytest.mark.parametrize(
    ("asked", "sorted_by"),
    [
        (None, ("institution_id", "pk")),
        (["name"], ("name_key", "institution_id", "pk")),
        (["-code", "name"], ("-code", "name_key", "institution_id", "pk")),
    ],
)
def test_what_is_alike_comes_in_the_order_that_ends_every_other(asked, sorted_by):
    assert ORDERING.filter(Unit.objects.all(), asked).query.order_by == sorted_by
