"""Parts of a list by the number of a page, for pages that show some of its rows at a time."""

from collections.abc import Sequence
from typing import Any

from poi_api.http.parameters import LARGEST_ID, whole_number


def slice_of(rows: Sequence[Any], page: str, size: int) -> dict[str, Any]:
    """Return the rows of a page, 1 where it names none, as a list of the API's that `{% pager %}` shows.

    `number` says which it is, of how many `pages`.
    """
    part = part_of(len(rows), page, size)
    return {**part, "results": rows[part["offset"] : part["offset"] + size]}


def part_of(count: int, page: str, size: int) -> dict[str, Any]:
    """Return the same but for the rows, of a list with `count`: they are those from `offset` on."""
    last = max(-(-count // size), 1)
    number = min(whole_number(page, least=1, most=LARGEST_ID) or 1, last)
    return {
        "count": count,
        "number": number,
        "pages": last,
        "offset": (number - 1) * size,
        "previous": f"?page={number - 1}" if number > 1 else None,
        "next": f"?page={number + 1}" if number < last else None,
    }


def places_of(count: int, rows: Sequence[Any], start: int, size: int) -> dict[str, Any]:
    """Return some rows of a list with `count`, those from `start` on, as `{% pager %}` takes them: by offset."""
    following, preceding = (f"?offset={place}" for place in (start + size, max(start - size, 0)))
    return {
        "count": count,
        "results": rows,
        "next": following if start + size < count else None,
        "previous": preceding if start else None,
    }
