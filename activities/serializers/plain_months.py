"""Reading a list of months by its columns, where all in it is good in itself, as nearly always."""

import re
from collections.abc import Collection, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any

from activities.choices import FIRST_YEAR, LAST_YEAR
from activities.serializers.fields import LARGEST_ENTRY_VERSION, LONGEST_REASON
from activities.serializers.links import is_link
from activities.serializers.reading import LONGEST_URL, PROGRESS
from activities.services.progress.arrays import Column
from poi_api.http.parameters import LARGEST_ID
from poi_api.http.texts import lines_hide_something, trimmed

_NUMBERS = {int, Decimal, type(None)}
_QUANTITIES = re.compile(r"(?:(?:\d{1,12}(?:\.\d{1,3})?|None),)++")


def plain_months(data: Sequence[Any]) -> Column | None:
    """Return the columns of a list whose items `read_progress` would find no flaw in, as it would read them.

    None where that is not sure: the items are to be read one by one then.
    """
    if {*map(type, data)} != {dict}:
        return None
    shapes = [dict.fromkeys(names) for names in {*map(tuple, data)}]
    if not all(map(PROGRESS.fits, shapes)):
        return None
    nothing = [None] * len(data)
    said = {name: [item.get(name) for item in data] for name in {*chain(*shapes)}}
    activities, institutions = _names(said["activity"]), _names(said.get("institution", nothing))
    reasons = _texts(said.get("reason", nothing), LONGEST_REASON)
    links = _texts(said.get("evidence_url", nothing), LONGEST_URL)
    versions = said.get("entry_version", nothing)
    if (
        activities is None
        or activities == (nothing, nothing)
        or institutions is None
        or not _all_within(said["year"], FIRST_YEAR, LAST_YEAR)
        or not _all_within(said["month"], 1, 12)
        or not _are_quantities(said["executed"])
        or reasons is None
        or lines_hide_something("".join(filter(None, reasons)))
        or links is None
        or not all(map(is_link, filter(None, links)))
        or not _all_within([version for version in versions if version is not None], 0, LARGEST_ENTRY_VERSION)
    ):
        return None
    return {
        "id": activities[0],
        "code": activities[1],
        "institution_id": institutions[0],
        "institution": institutions[1],
        "year": said["year"],
        "month": said["month"],
        "executed": said["executed"],
        "reason": reasons,
        "evidence_url": links,
        "expected": versions,
        "flawed": [False] * len(data),
    }.__getitem__


def _all_within(values: Collection[Any], least: int, most: int) -> bool:
    """Tell whether all are whole numbers from `least` to `most`."""
    return not values or ({*map(type, values)} == {int} and least <= min(values) and max(values) <= most)


def _are_quantities(values: Sequence[Any]) -> bool:
    return {*map(type, values)} <= _NUMBERS and _QUANTITIES.fullmatch(",".join([*map(str, values), ""])) is not None


def _names(values: list[Any]) -> tuple[list[Any], list[Any]] | None:
    """Return the ids and the codes by which things are named, in one way or not at all; None if not so."""
    nothing = [None] * len(values)
    if {*map(type, values)} == {str}:
        return (nothing, values) if all(values) else None
    return (values, nothing) if values == nothing or _all_within(values, 1, LARGEST_ID) else None


def _texts(values: list[Any], longest: int) -> list[Any] | None:
    """Return the texts as they are kept, blank ones as ""; None if one is too long, or none."""
    given = [value for value in values if value is not None]
    if not given:
        return values
    if {*map(type, given)} != {str} or max(map(len, given)) > longest:
        return None
    return [trimmed(value or "") for value in values]
