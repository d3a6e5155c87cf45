"""What a report is asked for: years, places, things and the basis of its figures; the same for every report."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.http import QueryDict
from rest_framework.exceptions import ValidationError

from activities.choices import FIRST_YEAR, LAST_YEAR
from activities.models import Plan
from activities.queries.basis import BASIS_PARAMETERS, Basis, basis_from
from activities.queries.latest_version import refuse_unknown_version
from poi_api.http.parameters import Parameters
from units.access.grants import Access
from units.models import Unit

REFERENCES = ("institution", "within", "unit", "mef_activity", "measurement_unit")
REPORT_PARAMETERS = ("year", "from_year", "to_year", *BASIS_PARAMETERS, "format")

# One look-up for all codes of a request, and of whose units they are. Those of units outside the caller's are unknown.
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
    """Years (inclusive), codes per reference filter, and the basis of the figures.

    `institutions` are the ids of those named, by their own codes or by those of their units; None: none is named.
    """

    from_year: int
    to_year: int
    codes: dict[str, list[str]]
    basis: Basis
    institutions: tuple[int, ...] | None = None

    @property
    def conditions(self) -> str:
        """The SQL conditions on activity `a`, its plan `p` and its unit `u`."""
        return "".join(f" AND {_CONDITIONS[name]}" for name, codes in self.codes.items() if codes)

    @property
    def values(self) -> dict[str, Any]:
        """The named values of the conditions and of the basis."""
        return {"from_year": self.from_year, "to_year": self.to_year, **self.codes, **self.basis.values}


def read_parameters(query: QueryDict, *more: str, repeatable: tuple[str, ...] = ()) -> Parameters:
    """Return the parameters of a report's request; `more` and, given several times, `repeatable` it alone has."""
    return Parameters(query, (*REPORT_PARAMETERS, *more), repeatable=(*REFERENCES, *repeatable))


def question_from(parameters: Parameters, access: Access) -> Question:
    """Read what is asked. Raises ValidationError naming the parameter that is missing, wrong or unknown."""
    from_year, to_year = _years(parameters)
    codes = {name: parameters.every(name) for name in REFERENCES}
    institutions = _institutions(codes, access) if any(codes.values()) else None
    question = Question(from_year, to_year, codes, basis_from(parameters), institutions)
    refuse_unknown_version(question.basis, lambda: _plans(question, access))
    return question


def _plans(question: Question, access: Access) -> QuerySet[Plan]:
    """Return the plans in question of which the caller may know: those of its institutions, named or of named units."""
    codes, years = question.codes, (question.from_year, question.to_year)
    plans = Plan.objects.visible_to(access).filter(year__range=years)
    if codes["institution"]:
        plans = plans.filter(institution__code__in=codes["institution"])
    for name in ("within", "unit"):
        if codes[name]:
            plans = plans.filter(institution__in=Unit.objects.filter(code__in=codes[name]).values("institution"))
    return plans


def _years(parameters: Parameters) -> tuple[int, int]:
    year, first, last = (
        parameters.whole(name, least=FIRST_YEAR, most=LAST_YEAR) for name in ("year", "from_year", "to_year")
    )
    if year is not None and first is None and last is None:
        return year, year
    if year is not None:
        raise ValidationError({"year": "Use year, o bien from_year y to_year."}, code="ambiguous_years")
    if first is None or last is None:
        missing = "year" if first is None and last is None else "from_year" if first is None else "to_year"
        raise ValidationError({missing: "Falta el año: use year, o bien from_year y to_year."}, code="required")
    if first > last:
        raise ValidationError({"to_year": "No puede ser anterior a from_year."}, code="invalid")
    return first, last


def _institutions(codes: dict[str, list[str]], access: Access) -> tuple[int, ...] | None:
    """Return the ids of the institutions that codes name. Raises ValidationError for an unknown code."""
    of_units = [*codes["institution"], *codes["within"], *codes["unit"]]
    values: dict[str, Any] = {
        **codes,
        "unit_codes": of_units,
        "everywhere": access.everywhere(),
        "units": access.unit_ids(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_CODES, values)
        *known_codes, institution_ids = cursor.fetchone()
    units, institutions, mef_activities, measurement_units = map(set, known_codes)
    known = {
        "institution": institutions,
        "mef_activity": mef_activities,
        "measurement_unit": measurement_units,
    }
    for name, given in codes.items():
        for code in given:
            if code not in known.get(name, units):
                raise ValidationError({name: f"No existe el código «{code}»."}, code="unknown_code")
    return tuple(institution_ids) if of_units else None
