"""What a report is asked: years, places, things and the basis of its figures; the same for every report."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet

from activities.models import Plan
from activities.models.classification import ASKED_BY
from activities.queries.basis import Basis
from poi_api.http.exceptions import Forbidden
from poi_api.http.places import USUAL_PAGE, Page, Place, order_named
from units.access.grants import Access
from units.choices import Role
from units.history.past import past, today
from units.models import Unit

REFERENCES = ("institution", "within", "unit", "mef_activity", "measurement_unit")
CLASSIFIERS = tuple(map(str, ASKED_BY))
_CONDITIONS = {
    "institution": "p.institution_id = ANY (%(institution)s::bigint[])",
    "within": "u.path && %(within)s::bigint[]",
    "unit": "u.id = ANY (%(unit)s::bigint[])",
    "mef_activity": "a.mef_activity_id = ANY (%(mef_activity)s::bigint[])",
    "measurement_unit": "a.measurement_unit_id = ANY (%(measurement_unit)s::bigint[])",
    **{name: f"a.classification @> ANY (%({name})s::jsonb[])" for name in CLASSIFIERS},
}


class Labels(StrEnum):
    """Whose names, tree and bands the figures of a past moment are put under: those of then, or of today."""

    THEN = "then"
    TODAY = "today"


@dataclass(frozen=True, slots=True)
class Question:
    """Years (inclusive), codes per filter, the basis of the figures, and the Lima day on which it is asked.

    `ids` are what the codes name, per filter: ids, and of a classifier what a classification has in it as JSON.
    `institutions` are the ids of those named, by their own codes
    or by those of their units; None: none is named.
    With `draft` it is about drafts too, where the caller plans.
    `raw`: a CSV has texts as they are, not made safe for spreadsheets.
    """

    from_year: int
    to_year: int
    codes: dict[str, list[str]]
    basis: Basis
    day: date
    ids: dict[str, list[Any]]
    institutions: tuple[int, ...] | None = None
    labels: Labels = Labels.THEN
    draft: bool = False
    raw: bool = False

    @property
    def moment(self) -> datetime | None:
        """The past moment that all of the answer is of; None: of today, but for its figures."""
        return self.basis.as_of if self.labels is Labels.THEN else None

    @property
    def means_the_same(self) -> bool:
        """Whether it is the same question whatever changes: it names nothing, no version, and is not about drafts."""
        return not any(self.ids.values()) and self.basis.version is None and not self.draft

    @property
    def known_since(self) -> datetime | None:
        """Since when the answer is as it is, also if nothing was changed since; None: since the last change."""
        return None

    def reading(self) -> AbstractContextManager[None]:
        """Have what is read within the block be of the moment that is asked about."""
        return past(self.basis.as_of, by_name=self.moment is not None)

    @property
    def code_conditions(self) -> str:
        """The SQL conditions that codes set to activity `a`, its plan `p` and its unit `u`."""
        return "".join(f" AND {_CONDITIONS[name]}" for name, codes in self.codes.items() if codes)

    def plans(self, access: Access) -> QuerySet[Plan]:
        """Return the plans in question of which the caller may know: of its institutions, named or of named units."""
        plans = Plan.objects.visible_to(access).filter(year__range=(self.from_year, self.to_year))
        if self.ids["institution"]:
            plans = plans.filter(institution__in=self.ids["institution"])
        for name in ("within", "unit"):
            if self.ids[name]:
                plans = plans.filter(institution__in=Unit.objects.filter(pk__in=self.ids[name]).values("institution"))
        return plans


@dataclass(frozen=True, slots=True)
class PagedQuestion(Question):
    """A question whose answer in JSON is divided into pages."""

    limit: int = USUAL_PAGE
    offset: int = 0
    page: Place | None = None
    fields: tuple[str, ...] | None = None

    @property
    def sorted_by(self) -> tuple[object, ...]:
        """What decides the order of the rows, beside which report it is."""
        return ()

    @property
    def order(self) -> str:
        """The name of the order of the rows, by which pages of another are known."""
        return order_named(type(self).__name__, *self.sorted_by)

    @property
    def part(self) -> Page:
        """Which rows are asked for."""
        return Page(self.limit, self.offset, self.page)


def require_planner(access: Access, institutions: tuple[int, ...] | None) -> None:
    """Raise Forbidden unless `access` plans in each of `institutions` (ids), or anywhere for None."""
    planned = access.unit_ids(Role.PLANNER)
    if access.everywhere(Role.PLANNER):
        return
    with today():
        of_units = set(Unit.objects.filter(pk__in=planned).values_list("institution_id", flat=True))
    if not planned or not of_units.issuperset(institutions or ()):
        raise Forbidden(detail="Los borradores son para quienes planifican: pida el informe sin draft.")
