"""Reviewing all that waits of a unit, on whichever page of the queue it is."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from activities.pages.review_typed import Judged, Key
from activities.serializers.batch import MOST_ITEMS
from poi_api.http.places import LARGEST_PAGE
from units.pages.api import Api


def rest_of_units(
    api: Api, units: Mapping[str, str], until: datetime | None, known: Mapping[Key, Judged], **asked: Any
) -> dict[Key, Judged]:
    """Return what else waits of units (comments by code) than the rows `known`, all of it chosen.

    What was reported after `until`, when the page was shown, is left waiting: nobody saw it. It takes a question to the
    API for each thousand.
    """
    if not units or until is None:
        return {}
    return {
        key: Judged(told["entry_version"], True, units[told["unit"]["code"]])
        for told in _waiting(api, unit=list(units), **asked)
        if (key := Key.of(told)) not in known and datetime.fromisoformat(told["at"]) <= until
    }


def _waiting(api: Api, **asked: Any) -> Iterator[dict[str, Any]]:
    place: dict[str, Any] = {}
    while True:
        page = api.get("/progress/reviews/", limit=LARGEST_PAGE, **asked, **place)
        yield from page["results"]
        if not page["next"]:
            return
        place = {"page": parse_qs(urlsplit(page["next"]).query)["page"][0]}


def send_reviews(api: Api, items: Sequence[Mapping[str, Any]]) -> dict[Key, Mapping[str, Any]]:
    """Send verdicts, as many at once as the API takes, and return what became of each, by its key. Raises Problem.

    Each part is an act of its own: where a later one is refused, what was done stays done.
    """
    done: dict[Key, Mapping[str, Any]] = {}
    for start in range(0, len(items), MOST_ITEMS):
        part = items[start : start + MOST_ITEMS]
        keys = [Key(item["activity"], item["year"], item["month"]) for item in part]
        answer = api.post("/progress/reviews/", {"mode": "partial", "items": part})
        done |= zip(keys, answer["items"], strict=True)
    return done
