"""Reviewing: what waits, with what is needed to judge it; many are accepted or returned at once."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from activities.choices import Verdict
from activities.models import Activity
from activities.pages.review_rows import Done, Waiting, by_unit
from activities.pages.review_typed import Judged, Key, items_of, judged_rows, outcomes_of
from activities.queries.review_queue import OwnSubmissions, ReviewQueue
from poi_api.http.places import Page
from units.choices import Role
from units.pages.api import Problem
from units.pages.typing_page import AGAIN, TypingPage

ROWS = 50  # on a page, which then has some 100 kB
_OWN = 50  # of one's own are shown
_ALL: dict[str, Any] = {"month": None, "ordering": ()}
_NOTHING = "No eligió ninguna fila: marque las que quiere aceptar o devolver."
_UNKNOWN = "Elija si acepta o devuelve."


class ReviewPage(TypingPage):
    """The queue of a reviewer, by unit. `period=2022-03` and `unit` narrow it."""

    template_name = "activities/review.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._queue({})

    def post(self, request: HttpRequest) -> HttpResponse:
        judged = judged_rows(request.POST)
        if self.is_stale:
            return self._queue(judged, notice=AGAIN)
        verdict = request.POST.get("verdict", "")
        items = items_of(judged, verdict)
        if not items or verdict not in Verdict.values:
            return self._queue(judged, 400, notice=_UNKNOWN if items else _NOTHING)
        try:
            answer = self.api.post("/progress/reviews/", {"mode": "partial", "items": items})
        except Problem as problem:
            if problem.status == 403:
                raise
            return self._queue(judged, problem.status, notice=f"No se hizo nada: {problem.detail}")
        outcomes = outcomes_of(items, answer)
        summary = Counter(Done(key, outcome).badge[1] for key, outcome in outcomes.items())
        results = [Done(key, outcome) for key, outcome in outcomes.items()]
        return self._queue(judged, outcomes=outcomes, results=results, summary=dict(summary))

    def _queue(
        self,
        judged: Mapping[Key, Judged],
        status: int = 200,
        outcomes: Mapping[Key, Mapping[str, Any]] | None = None,
        **more: Any,
    ) -> HttpResponse:
        """Return the page with what waits now, and with what was typed and is still to be done."""
        year, _, month = self.asked("period").get("period", "").partition("-")
        asked = {**self.asked("unit", "page"), "year": year, "month": month.lstrip("0")}
        waiting = self.api.get("/progress/reviews/", limit=ROWS, ordering="unit", **asked)
        rows = []
        for told in waiting["results"]:
            row = Waiting(told)
            typed = judged.get(row.key)
            refusal = (outcomes or {}).get(row.key)
            rows.append(Waiting(told, typed, refusal))
        return self.show(status, queue=waiting, units=by_unit(rows), **self._choices(), **self._own(), **more)

    def _choices(self) -> dict[str, Any]:
        """Return the months and units by which the queue can be narrowed, each with how many wait."""
        months, units = Counter[str](), Counter[tuple[str, str]]()
        for year, month, code, name, count in ReviewQueue(self._reviewed, _ALL, self.access).kinds():
            months[f"{year}-{month:02}"] += count
            units[code, name] += count
        periods = [(key, int(key[5:]), key[:4], count) for key, count in months.items()]
        return {"periods": periods, "all_units": sorted((name, code, count) for (code, name), count in units.items()),
                "filters": self.asked("period", "unit")}  # fmt: skip

    def _own(self) -> dict[str, Any]:
        """Return what the person submitted, which others review."""
        own = OwnSubmissions(self._reviewed, _ALL, self.access)
        rows = own.read(Page(_OWN), _OWN + 1)
        return {"own": [told for told, _ in rows[:_OWN]], "more_own": len(rows) > _OWN}

    @property
    def _reviewed(self) -> Any:
        return Activity.objects.visible_to(self.access, Role.REVIEWER)
