"""Who changed what, from what to what, when, by which request and why: the latest acts, one of them, one object."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.text import capfirst

from poi_api.http.days import day_of
from poi_api.http.formats import TABLES
from poi_api.http.places import LARGEST_PAGE
from units.history.cursors import Place, place_after
from units.history.feed import changes_of
from units.history.latest import Act, Sought, latest_acts, older_than
from units.history.registry import entities
from units.pages.options import FilterForm
from units.pages.page import Page
from units.pages.page_form import DayField
from units.pages.page_tables import acts_table, changes_table
from units.pages.told_changes import Change, told
from units.pages.words import thing

_ACTS = 50
_MOST_ACTS = 5000  # of a table
_CHANGES = 80  # of one act, or of one object at a time: more would be more than 150 kB


class AuditPage(Page):
    """The latest acts by kind of object, who and day; or with `object` all that happened to that one."""

    template_name = "pages/audit.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return self._of_object() if request.GET.get("object") else self._latest()

    def _latest(self) -> HttpResponseBase:
        asked = self.asked("entity", "who", "day")
        sought = self._sought(asked)
        if variant := _variant(self.request):
            return acts_table(variant, self._acts_of_table(sought))
        acts = latest_acts(self.access, _ACTS, sought)
        older = older_than(self.access, sought, acts, _ACTS)
        cursor = Place(older).cursor(self.access) if older else ""
        return self.show(acts=acts, older=cursor, filters=_filters(asked))

    def _acts_of_table(self, sought: Sought) -> Iterator[Act]:
        """Yield the latest acts that are sought, part by part, up to as many as a table has."""
        count = 0
        while count < _MOST_ACTS:
            acts = latest_acts(self.access, _MOST_ACTS, sought)
            yield from acts
            older = older_than(self.access, sought, acts, _MOST_ACTS)
            if older is None:
                return
            count, sought = count + len(acts), replace(sought, before=older)

    def _sought(self, asked: dict[str, str]) -> Sought:
        """Return what the page's address asks for; a day that cannot be read is left out. Raises RefusedError."""
        (since, until), before = _day_of(asked.get("day", "")), self.request.GET.get("before")
        position = place_after(before, access=self.access).position if before else None
        return Sought(
            since=since,
            until=until,
            before=position,
            actor=asked.get("who", ""),
            entity=asked.get("entity", ""),
        )

    def _of_object(self) -> HttpResponseBase:
        if variant := _variant(self.request):
            return changes_table(variant, self._told_of_object())
        feed = self.api.get("/changes/", limit=_CHANGES, **self.asked("object", "after"))
        changes = told(feed["results"])
        return self.show(changes=changes, of=self.request.GET["object"], next=feed["next"] if feed["has_more"] else "")

    def _told_of_object(self) -> Iterator[Change]:
        asked, more = self.asked("object"), True
        while more:
            feed = self.api.get("/changes/", limit=LARGEST_PAGE, **asked)
            yield from told(feed["results"])
            asked["after"], more = feed["next"], feed["has_more"]


class ActPage(Page):
    """All that one act changed, as far as the person sees it."""

    template_name = "pages/act.html"

    def get(self, request: HttpRequest, act: str) -> HttpResponseBase:
        after = request.GET.get("after", "")
        if variant := _variant(request):
            return changes_table(variant, self._told_of(act))
        page = changes_of(act, access=self.access, limit=_CHANGES, after=after)
        if not page or not page.results:
            raise Http404
        changes = told(page.results)
        more = page.next.cursor(self.access) if page.has_more else ""
        return self.show(changes=changes, first=changes[0], next=more, is_first=not after)

    def _told_of(self, act: str) -> Iterator[Change]:
        """Yield all that it changed. Raises Http404 before the first where there is nothing."""
        after, more, found = "", True, False
        while more:
            page = changes_of(act, access=self.access, limit=LARGEST_PAGE, after=after)
            if not page or not (page.results or found):
                raise Http404
            found = True
            yield from told(page.results)
            after, more = page.next.cursor(self.access), page.has_more


def _variant(request: HttpRequest) -> str:
    """Return the format of the table that is asked for, empty for the page."""
    said = request.GET.get("format", "")
    return said if said in TABLES else ""


def _filters(asked: dict[str, str]) -> FilterForm:
    kinds = sorted((capfirst(thing(entity, 2)), entity) for entity in entities())
    fields: dict[str, forms.Field] = {
        "who": forms.CharField(label="Quién", max_length=200),
        "entity": forms.ChoiceField(label="Qué", choices=[("", "Todo"), *((entity, name) for name, entity in kinds)]),
        "day": DayField(label="Día"),
    }
    return FilterForm(fields, asked)


def _day_of(text: str) -> tuple[Any, Any]:
    """Return when a day in Lima begins and ends, None for what is no day, and for the last that there is."""
    try:
        begins = timezone.make_aware(datetime.combine(day_of(text), time()))
        return begins, begins + timedelta(days=1)
    except (ValueError, OverflowError):
        return None, None
