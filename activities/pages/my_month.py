"""My month: a unit fills in what it did, one row for each activity, and each row gets its verdict."""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse

from activities.models import Activity
from activities.pages.month_rows import Row, row_of
from activities.pages.month_saving import Outcome, save_month
from activities.pages.month_typed import Typed, typed_rows
from activities.queries.month_sheet import MonthSheet
from activities.queries.open_months import OpenedMonth, opened_months
from activities.queries.owed_months import OwedMonth, next_to_end, owed_months
from poi_api.http.exceptions import Conflict
from poi_api.http.folding import fold
from poi_api.http.parameters import whole_number
from poi_api.http.places import LARGEST_OFFSET, Page
from units.choices import Role
from units.history.past import past
from units.models import Unit
from units.pages.api import Problem
from units.pages.planners import whom_to_ask
from units.pages.slices import places_of
from units.pages.typing_page import AGAIN, TypingPage

_LOST_MONTH = "Ese mes no se puede registrar ahora: aún no abre, o su plan se cerró."
ROWS = 50  # on a page, which then has some 100 kB
SHOWN = {"": "Todas", "owed": "Por reportar", "returned": "Devueltas", "submitted": "En revisión",
         "accepted": "Registradas"}  # fmt: skip


class MyMonthPage(TypingPage):
    """The sheet of a month; `month=2022-03` chooses it, else it is the open one that is owed and ends first.

    With `as_of` it is as it was known on that day, and is only read.
    """

    template_name = "activities/my_month.html"
    least_role = Role.REPORTER

    def get(self, request: HttpRequest) -> HttpResponse:
        with past(self.moment):
            return self._sheet()

    def post(self, request: HttpRequest) -> HttpResponse:
        self.require_today()
        if self.lost_month:
            raise Conflict("period_not_open", f"{_LOST_MONTH} No se guardó nada.")
        typed = typed_rows(request.POST)
        if not typed or self.month is None:
            return self._sheet()
        if self.is_stale:
            return self._sent(typed, {}, 200, AGAIN)
        now = {row["activity"]["id"]: row for row in self._told(typed)}
        try:
            outcomes = save_month(self.api, self.month.year, self.month.month, typed, now)
        except Problem as problem:
            return self._sent(typed, {}, problem.status, f"No se guardó nada: {problem.detail}")
        return self._sent(typed, outcomes)

    @cached_property
    def months(self) -> list[OpenedMonth]:
        """The months that can be chosen."""
        return opened_months(self.access, self.day_read)

    @cached_property
    def month(self) -> OpenedMonth | None:
        """The month that is shown; None where none has opened."""
        asked = self.request.GET.get("month", "")
        chosen = [month for month in self.months if month.key == asked] if asked else []
        if self.moment and asked:
            return next(iter(chosen), None)  # another month would say nothing of the one that is asked for
        first = next_to_end(self.owed)
        owed = [month for month in self.months if first and month.key == first.key]
        usual = owed or [month for month in self.months if month.is_open] or self.months
        return next(iter(chosen or usual), None)

    @property
    def asks_a_month(self) -> bool:
        """Whether the address names a month."""
        return bool(self.request.GET.get("month"))

    @property
    def lost_month(self) -> str:
        """What is said of the month that the address names where it cannot be chosen, so that another is shown."""
        return _LOST_MONTH if self.asks_a_month and self.request.GET["month"] != self._key else ""

    @cached_property
    def owed(self) -> list[OwedMonth]:
        """The months in which the person still owes something; of a past day none, for it is only read."""
        return [] if self.moment else owed_months(self.access, self.state.day)

    @property
    def returned_elsewhere(self) -> list[OwedMonth]:
        """The other months in which something came back."""
        return [each for each in self.owed if (each.returned or each.returned_closed) and each.key != self._key]

    @property
    def _key(self) -> str:
        return self.month.key if self.month else ""

    @cached_property
    def planners(self) -> str:
        """Whom to ask to open a month again."""
        return whom_to_ask(self.access)

    @cached_property
    def reported(self) -> QuerySet[Activity]:
        """The activities of the year on which the person reports."""
        year = self.month.year if self.month else 0
        return Activity.objects.visible_to(self.access, Role.REPORTER).filter(plan__year=year)

    def _sheet(self) -> HttpResponse:
        """Return the page with the rows that are asked for."""
        if self.month is None:
            return self.show(month=None)
        asked = self.asked("unit", "search", "show")
        activities = self.reported.filter(_named(asked))
        sheet = MonthSheet(activities, self.month.month, self.day_read, asked.get("show", ""), moment=self.moment)
        counts = sheet.counts()
        shown = asked.get("show", "") if asked.get("show") in counts else ""
        offset = whole_number(self.request.GET.get("offset", ""), least=0, most=LARGEST_OFFSET) or 0
        rows = [row_of(told) for told, _ in sheet.read(Page(ROWS, offset), ROWS)]
        answer = places_of(counts[shown], rows, offset, ROWS)
        choices = [(name, title, counts[name]) for name, title in SHOWN.items()]
        return self._shown(rows, list=answer, choices=choices, chosen=shown)

    def _sent(
        self, typed: Mapping[int, Typed], outcomes: Mapping[int, Outcome], status: int = 200, notice: str = ""
    ) -> HttpResponse:
        """Return the page with the rows that were sent, as they now are, and with what was typed and not taken."""
        rows = [_after(told, typed, outcomes, everything=bool(notice)) for told in self._told(typed)]
        results = Counter(row.result[1] for row in rows if row.result)
        return self._shown(rows, status, notice=notice, results=dict(results), sent=True)

    def _shown(self, rows: list[Row], status: int = 200, **more: Any) -> HttpResponse:
        units = Unit.objects.filter(pk__in=self.reported.order_by().values("unit")).order_by("name_key")
        filters = self.asked("unit", "search", "show")
        return self.show(status, month=self.month, rows=rows, all_units=units, filters=filters, **more)

    def _told(self, typed: Mapping[int, Typed]) -> Iterable[dict[str, Any]]:
        """Return the rows of the sheet that were sent, as they are now."""
        month = self.month.month if self.month else 0
        sheet = MonthSheet(self.reported.filter(pk__in=list(typed)), month, self.state.day)
        return [told for told, _ in sheet.read(Page(len(typed)), len(typed))]


def _after(
    told: Mapping[str, Any], typed: Mapping[int, Typed], outcomes: Mapping[int, Outcome], *, everything: bool
) -> Row:
    """Return a row after saving; where nothing was saved, `everything` that was typed is still there."""
    activity = told["activity"]["id"]
    outcome = outcomes.get(activity)
    return row_of(told, typed[activity] if everything or outcome else None, outcome)


def _named(asked: Mapping[str, str]) -> Q:
    """Return the condition that the filters of the page say."""
    condition = Q(unit__code=asked["unit"]) if "unit" in asked else Q()
    if "search" not in asked:
        return condition
    return condition & (Q(name_key__contains=fold(asked["search"])) | Q(code__icontains=asked["search"]))
