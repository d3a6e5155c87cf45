"""What a report is asked: years, places, things and the basis of its figures; the same for every report."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from activities.models import Plan
from activities.queries.basis import Basis
from poi_api.http.exceptions import Forbidden
from poi_api.http.places import USUAL_PAGE, Page, Place, order_named
from poi_api.http.query import Errors, error
from poi_api.http.texts import quoted
from units.access.grants import Access
from units.choices import Role
from units.models import Unit

REFERENCES = ("institution", "within", "unit", "mef_activity", "measurement_unit")

# One look-up for all codes of a request, and whose units they are. Units outside the caller's are unknown to it.
_CODES = """
WITH known AS MATERIALIZED (
    SELECT u.code, u.kind, u.institution_id FROM units_unit u
     WHERE u.code = ANY (%(unit_codes)s)
       AND (%(everywhere)s OR u.path && %(units)s::bigint[]
            OR u.id IN (SELECT institution_id FROM units_unit WHERE id = ANY (%(units)s::bigint[]))))
SELECT array(SELECT code FROM known), array(SELECT code FROM known WHERE kind = 'institution'),
       array(SELECT code FROM activities_mefactivity WHERE code = ANY (%(mef_activity)s)),
       array(SELECT code FROM activities_measurementunit WHERE code = ANY (%(measurement_unit)s)),
       array(SELECT DISTINCT institution_id FROM known ORDER BY institution_id)
"""
_CONDITIONS = {
    "institution": "p.institution_id IN (SELECT id FROM units_unit WHERE code = ANY (%(institution)s))",
    "within": "u.path && array(SELECT id FROM units_unit WHERE code = ANY (%(within)s))",
    "unit": "u.code = ANY (%(unit)s)",
    "mef_activity": "a.mef_activity_id IN (SELECT id FROM activities_mefactivity WHERE code = ANY (%(mef_activity)s))",
    "measurement_unit": """a.measurement_unit_id IN (
        SELECT id FROM activities_measurementunit WHERE code = ANY (%(measurement_unit)s))""",
}


@dataclass(frozen=True, slots=True)
class Question:
    """Years (inclusive), codes per reference filter, the basis of the figures, and the Lima day on which it is asked.

    `institutions` are the ids of those named, by their own codes or by those of their units; None: none is named.
    With `draft` it is about drafts too, where the caller plans.
    `raw`: a CSV has texts as they are, not made safe for spreadsheets.
    """

    from_year: int
    to_year: int
    codes: dict[str, list[str]]
    basis: Basis
    day: date
    institutions: tuple[int, ...] | None = None
    draft: bool = False
    raw: bool = False

    @property
    def code_conditions(self) -> str:
        """The SQL conditions that codes set to activity `a`, its plan `p` and its unit `u`."""
        return "".join(f" AND {_CONDITIONS[name]}" for name, codes in self.codes.items() if codes)

    def plans(self, access: Access) -> QuerySet[Plan]:
        """Return the plans in question of which the caller may know: of its institutions, named or of named units."""
        plans = Plan.objects.visible_to(access).filter(year__range=(self.from_year, self.to_year))
        if self.codes["institution"]:
            plans = plans.filter(institution__code__in=self.codes["institution"])
        for name in ("within", "unit"):
            if self.codes[name]:
                plans = plans.filter(
                    institution__in=Unit.objects.filter(code__in=self.codes[name]).values("institution")
                )
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


def check_codes(codes: dict[str, list[str]], access: Access) -> tuple[tuple[int, ...] | None, Errors]:
    """Return the ids of the institutions whose units are named (None: no unit is), and the unknown codes by parameter.

    One query, and none where no code is given.
    """
    of_units = [*codes["institution"], *codes["within"], *codes["unit"]]
    if not any(codes.values()):
        return None, {}
    values: dict[str, Any] = {
        **codes,
        "unit_codes": of_units,
        "everywhere": access.everywhere(),
        "units": access.unit_ids(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_CODES, values)
        units, institutions, mef_activities, measurement_units, institution_ids = cursor.fetchone()
    known = {"institution": institutions, "mef_activity": mef_activities, "measurement_unit": measurement_units}
    errors: Errors = {}
    for name, given in codes.items():
        for code in dict.fromkeys(given):
            if code not in known.get(name, units):
                errors.setdefault(name, []).extend(error("unknown_code", f"No existe el código {quoted(code)}."))
    return tuple(institution_ids) if of_units else None, errors


def require_planner(access: Access, institutions: tuple[int, ...] | None) -> None:
    """Raise Forbidden unless `access` plans in each of `institutions` (ids), or anywhere for None."""
    planned = access.unit_ids(Role.PLANNER)
    if access.everywhere(Role.PLANNER):
        return
    of_units = Unit.objects.filter(pk__in=planned).values_list("institution_id", flat=True)
    if not planned or not set(of_units).issuperset(institutions or ()):
        raise Forbidden(detail="Los borradores son para quienes planifican: pida el informe sin draft.")
