"""Reviewing: what waits, with what is needed to judge it; many are accepted or returned at once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse

from activities.choices import Verdict
from activities.models import Activity
from activities.pages.review_rows import BADGES, Waiting
from activities.pages.review_typed import Judged, Key, chosen_units, items_of, judged_rows
from activities.pages.review_whole import rest_of_units, send_reviews
from activities.queries.review_queue import Kind, OwnSubmissions, ReviewQueue
from activities.services.progress.batch import REJECTED
from poi_api.http.days import moment_of
from poi_api.http.places import Page
from units.choices import Role
from units.history.past import past
from units.pages.api import Problem
from units.pages.typing_page import AGAIN, TypingPage

ROWS = 50  # on a page, which then has some 100 kB
_OWN = 50  # of one's own are shown
_RESULTS = 50  # of what was done, beginning with what was not
_ALL: dict[str, Any] = {"month": None, "ordering": ()}
_NOTHING = "No eligió ninguna fila: marque las que quiere aceptar o devolver."
_UNKNOWN = "Elija si acepta o devuelve."


class ReviewPage(TypingPage):
    """The queue of a reviewer, by unit. `period=2022-03` and `unit` narrow it; as of a past day it is only read."""

    template_name, least_role = "activities/review.html", Role.REVIEWER

    def get(self, request: HttpRequest) -> HttpResponse:
        with past(self.moment):
            return self._queue({})

    def post(self, request: HttpRequest) -> HttpResponse:
        self.require_today()
        judged = judged_rows(request.POST)
        if self.is_stale:
            return self._queue(judged, notice=AGAIN)
        verdict = request.POST.get("verdict", "")
        try:
            until = _until(request.POST.get("until", ""))
            rest = rest_of_units(self.api, chosen_units(request.POST), until, judged, **self._period)
            items = items_of({**judged, **rest}, verdict)
            if not items or verdict not in Verdict.values:
                return self._queue(judged, 400, notice=_UNKNOWN if items else _NOTHING)
            outcomes = send_reviews(self.api, items)
        except Problem as problem:
            if problem.status == 403:
                raise
            return self._queue(judged, problem.status, notice=f"No se hizo nada: {problem.detail}")
        return self._queue(judged, outcomes=outcomes, **_told(outcomes))

    def _queue(
        self,
        judged: Mapping[Key, Judged],
        status: int = 200,
        outcomes: Mapping[Key, Mapping[str, Any]] | None = None,
        **more: Any,
    ) -> HttpResponse:
        """Return the page with what waits now, and with what was typed and is still to be done."""
        asked = {**self.asked("unit", "page", "as_of"), **self._period}
        waiting = self.api.get("/progress/reviews/", limit=ROWS, ordering="unit", **asked)
        keyed = [(told, Key.of(told)) for told in waiting["results"]]
        rows = [Waiting(told, judged.get(key), (outcomes or {}).get(key)) for told, key in keyed]
        kinds = ReviewQueue(self._reviewed, _ALL, self.access, self.moment).kinds()
        by_unit = groupby(rows, key=lambda row: row.told["unit"])
        units = [(unit, list(shown), self._waiting_of(unit, kinds)) for unit, shown in by_unit]
        until = max((kind.newest for kind in kinds), default=None)
        return self.show(
            status, queue=waiting, units=units, until=until and until.isoformat(), question=asked,
            **self._choices(kinds), **self._own(), **more,
        )  # fmt: skip

    @property
    def _period(self) -> dict[str, str]:
        """The month that is asked for, as the API is asked for it."""
        year, _, month = self.asked("period").get("period", "").partition("-")
        return {"year": year, "month": month.lstrip("0")}

    def _waiting_of(self, unit: Mapping[str, Any], kinds: Sequence[Kind]) -> int:
        """Return how many wait of a unit, in the month that is asked for."""
        period = self.asked("period").get("period", "")
        of_unit = [kind for kind in kinds if kind.code == unit["code"]]
        return sum(kind.waiting for kind in of_unit if period in ("", f"{kind.year}-{kind.month:02}"))

    def _choices(self, kinds: Sequence[Kind]) -> dict[str, Any]:
        """Return the months and units by which the queue can be narrowed, each with how many wait."""
        months, units = Counter[str](), Counter[tuple[str, str]]()
        for kind in kinds:
            months[f"{kind.year}-{kind.month:02}"] += kind.waiting
            units[kind.code, kind.name] += kind.waiting
        periods = [(key, int(key[5:]), key[:4], count) for key, count in months.items()]
        return {"periods": periods, "all_units": sorted((name, code, count) for (code, name), count in units.items()),
                "filters": self.asked("period", "unit")}  # fmt: skip

    def _own(self) -> dict[str, Any]:
        """Return what the person submitted, which others review."""
        own = OwnSubmissions(self._reviewed, _ALL, self.access, self.moment)
        rows = own.read(Page(_OWN), _OWN + 1)
        return {"own": [told for told, _ in rows[:_OWN]], "more_own": len(rows) > _OWN}

    @property
    def _reviewed(self) -> Any:
        return Activity.objects.visible_to(self.access, Role.REVIEWER)


def _told(outcomes: Mapping[Key, Mapping[str, Any]]) -> dict[str, Any]:
    """Return what the page says of what was done: counts, and the first rows, those that were refused before others."""
    told = [{**verdict, "key": key, "badge": BADGES[verdict["status"]]} for key, verdict in outcomes.items()]
    results = sorted(told, key=lambda done: done["status"] != REJECTED)
    return {
        "summary": dict(Counter(done["badge"][1] for done in results)),
        "results": results[:_RESULTS],
        "more_results": len(results) - _RESULTS,
    }


def _until(text: str) -> datetime | None:
    """Return when the newest of the queue that was shown was reported, None where the form does not say it."""
    try:
        return moment_of(text)
    except ValueError:
        return None
