"""How lists are sorted: by what is asked, and rows that are alike in it always in one order."""

from typing import Any

import pytest

from poi_api.http.filters import Asked, Ordering
from poi_api.http.pagination import sorted_by
from units.models import Unit

ORDERING = Ordering(fields={"name": "name_key", "code": "code"}, finally_by=("institution_id",))


@pytest.mark.parametrize(
    ("asked", "order"),
    [
        ((), ["institution_id", "pk"]),
        (("name",), ["name_key", "institution_id", "pk"]),
        (("-code", "name"), ["-code", "name_key", "institution_id", "pk"]),
    ],
)
def test_what_is_alike_comes_in_the_order_that_ends_every_other(asked: tuple[str, ...], order: list[str]) -> None:
    units: Any = Unit.objects.all()
    assert sorted_by(ORDERING.narrowed(units, asked, Asked(None, units))) == order  # type: ignore[arg-type]
