"""The months that have opened for the units of a person, from which one is chosen to be filled in."""

from datetime import date
from typing import NamedTuple

from django.contrib.postgres.aggregates import BoolOr
from django.db.models import BooleanField, Exists, ExpressionWrapper, Max, Min, OuterRef, Q

from activities.choices import PlanStatus
from activities.models import Reopening, ReportingPeriod
from units.access.grants import Access


class OpenedMonth(NamedTuple):
    """A month that has opened: the first day on which it is due, the last one on which it closes, and its state.

    `is_open` where its window is, or where it was reopened for a unit that the person sees.
    """

    year: int
    month: int
    due_on: date
    closes_on: date
    is_open: bool

    @property
    def key(self) -> str:
        """How it is named in an address: 2022-03."""
        return f"{self.year}-{self.month:02}"


def opened_months(access: Access, day: date) -> list[OpenedMonth]:
    """Return the months of approved plans that `access` sees and that have opened by `day`, the newest first."""
    reopened = Reopening.objects.visible_to(access).filter(period=OuterRef("pk"), until__gte=day, withdrawal=None)
    is_open = ExpressionWrapper(Q(closes_on__gte=day) | Exists(reopened), output_field=BooleanField())
    periods = ReportingPeriod.objects.visible_to(access).filter(plan__status=PlanStatus.APPROVED, opens_on__lte=day)
    months = periods.annotate(is_open=is_open).order_by().values("plan__year", "month")
    rows = months.annotate(due=Min("due_on"), closes=Max("closes_on"), any_open=BoolOr("is_open"))
    found = rows.values_list("plan__year", "month", "due", "closes", "any_open")
    return [OpenedMonth(*row) for row in found.order_by("-plan__year", "-month")]
