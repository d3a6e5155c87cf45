"""Parts of a list by the number of a page."""

import pytest

from units.pages.slices import slice_of


@pytest.mark.parametrize(
    ("count", "page", "number", "pages", "rows"),
    [
        (7, "1", 1, 3, [0, 1, 2]),
        (7, "3", 3, 3, [6]),
        (6, "2", 2, 2, [3, 4, 5]),
        (0, "1", 1, 1, []),
        (7, "4", 3, 3, [6]),  # beyond the last: as where the list became shorter
        (7, "0", 1, 3, [0, 1, 2]),
        (7, "-1", 1, 3, [0, 1, 2]),
        (7, "x", 1, 3, [0, 1, 2]),
        (7, "", 1, 3, [0, 1, 2]),
    ],
)
def test_a_page_has_its_rows(count: int, page: str, number: int, pages: int, rows: list[int]) -> None:
    part = slice_of(range(count), page, 3)
    assert (part["count"], part["number"], part["pages"], list(part["results"])) == (count, number, pages, rows)
    assert part["previous"] == (f"?page={number - 1}" if number > 1 else None)
    assert part["next"] == (f"?page={number + 1}" if number < pages else None)
