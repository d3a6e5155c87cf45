"""All that made a figure what it is today: from the line of a document to versions, entries and reviews."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.dateparse import parse_datetime

from activities.choices import MonthStatus
from activities.pages.activity import OfActivity
from activities.queries.document_lines import lines_of
from units.pages.filters import MONTHS

_KINDS = ("line", "target", "entry", "review")  # in this order where they came together


class FigureStoryPage(OfActivity):
    """A month of an activity: what it is today, and all that happened to it, from the first to the last."""

    template_name = "activities/figure_story.html"

    def get(self, request: HttpRequest, activity: int, month: int) -> HttpResponse:
        if not 1 <= month <= 12:
            raise Http404
        asked = self.asked("as_of")
        figures = self.api.get(self.figures_path, **asked)
        today = figures["months"][month - 1]
        today["state"] = MonthStatus(today["status"]).label
        moment = parse_datetime(figures["as_of"]) if asked else None
        events = sorted(self._events(month, moment), key=lambda event: (event["at"], _KINDS.index(event["kind"])))
        return self.show(activity=self.activity, month=month, today=today, events=events, months=range(1, 13))

    def _events(self, month: int, moment: datetime | None) -> Iterator[dict[str, Any]]:
        """Yield what happened (until a moment), each with its `kind` and `at`."""
        activity, asked = self.kwargs["activity"], self.asked("as_of")
        for line in lines_of(activity, self.access):
            if moment and line["at"] > moment:
                continue
            if moment and line["undone"] and line["undone"].change_set.committed_at > moment:
                line["undone"] = None
            reading = line["reading"]
            figures = {name: reading[name][month - 1] for name in ("programmed", "executed")}
            here = [doubt for doubt in line["doubts"] if doubt.endswith(f" {MONTHS[month - 1]}")]
            elsewhere = [doubt for doubt in line["doubts"] if doubt not in here]
            yield {**line, **figures, "doubts_here": here, "doubts_elsewhere": elsewhere, "kind": "line"}
        for revision in self.api.get(self.revisions_path, limit=1000, **asked)["results"]:
            yield {**revision, "kind": "target", "programmed": revision["programmed"][month - 1], **_at(revision)}
        history = f"{self.figures_path}{month}/history/"
        entries = self.api.get(history, limit=1000, **asked)["results"]
        for entry in entries:
            yield {**entry, "kind": "entry", "is_newest": entry is entries[-1], **_at(entry)}
            for review in entry["reviews"]:
                yield {**review, "kind": "review", "entry_version": entry["entry_version"], **_at(review)}


def _at(recorded: dict[str, Any]) -> dict[str, datetime | None]:
    return {"at": parse_datetime(recorded["at"])}
