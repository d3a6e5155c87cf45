"""Match what a document names with what is stored, and make what is missing: units, catalogues, activities.

Things are matched by codes that the same year's documents gave them, else by folded names, never by how near they are
spelled (domain.md, rule 14 and "Reading the source document").
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from activities.document import Problem, Row
from activities.exceptions import RefusedImportError
from activities.models import Activity, MeasurementUnit, MefActivity, Plan
from activities.services.importing.activities import ActivityFinder
from activities.services.importing.catalogues import Catalogue, match_entries
from activities.services.importing.classifying import classification_of, unclassified
from activities.services.importing.own_codes import Named, Noted
from activities.services.importing.programmes import accumulation_for_new, accumulation_of, first_accumulation_of
from activities.services.importing.units import UnitMatcher
from activities.services.plans.uniqueness import key_of
from poi_api.http.folding import fold

Matched = Sequence[tuple[Row, Activity]]
"""Rows of a document, each with its activity, in document order."""
_MEF = Catalogue(model=MefActivity, kind="mef_activity", prefix="M", said="la actividad MEF")
_MEASURES = Catalogue(model=MeasurementUnit, kind="measurement_unit", prefix="UM", said="la unidad de medida")
_REFERENCES = ("unit", "mef_activity", "measurement_unit")


@dataclass(slots=True)
class Matching:
    """The rows with their activities, and what came of it.

    `created` counts things that had to be made, by kind; `new` are the ids of activities among them. `amended` is what
    the document says otherwise of activities that a version can correct, by id and field name; `classified` those of
    which it says another classification, `renamed` those for which a name was chosen: both are set, and not yet
    written. `unit_codes` are the ids of units by the document's codes.
    """

    rows: Matched
    created: dict[str, int]
    new: set[int]
    amended: dict[int, dict[str, Any]] = field(default_factory=dict)
    classified: list[Activity] = field(default_factory=list)
    renamed: list[Activity] = field(default_factory=list)
    unit_codes: dict[str, int] = field(default_factory=dict)
    noted: Noted = field(default_factory=Noted)


def match_activities(
    plan: Plan,
    rows: Sequence[Row],
    known_units: Mapping[str, int],
    *,
    from_initial: bool = False,
    renamed: Mapping[int, str],
) -> Matching:
    """Return the rows with their activities; what is missing is made.

    A row with a code of its own means the activity that an import gave it, whatever else it says of it now;
    `known_units` are ids of units by such codes. Those `renamed`, by id, are matched by their new names.
    `from_initial`: new activities begin as the rows say that they were at first. Raises RefusedImportError for two rows
    that are one activity, for one that is stored with another measurement unit or accumulation than a row without a
    code says, and for codes that cannot be used.
    """
    stored = list(plan.activities.all())
    given_names = list(_renamed(stored, renamed))
    noted = Noted()
    units = UnitMatcher(plan.institution, plan.year, known_units, noted)
    units.match(rows)
    (mef, mef_made), (measures, measures_made) = (
        match_entries(
            catalogue,
            [Named.of(row, catalogue.kind) for row in rows],
            noted,
            year=plan.year,
            used={getattr(activity, f"{catalogue.kind}_id") for activity in stored},
        )
        for catalogue in (_MEF, _MEASURES)
    )
    wanted = [
        Activity(
            plan=plan,
            unit=units.of(row),
            mef_activity=mef[Named.of(row, "mef_activity").key],
            measurement_unit=measures[Named.of(row, "measurement_unit").key],
            name=" ".join(row.activity.split()),
            accumulation=first_accumulation_of(row) if from_initial else accumulation_for_new(row),
            classification=classification_of(row),
        )
        for row in rows
    ]
    finder = ActivityFinder(plan, stored, rows, noted)
    matched = list(zip(rows, finder.find(wanted), strict=True))
    _refuse_others(matched, wanted, finder)
    amended = {pk: changes for pk, changes in _amended(matched, wanted, finder) if changes}
    _refuse_taken(matched, amended, stored)
    noted.remarks += unclassified(rows)
    return Matching(
        matched,
        created={
            "units": units.made,
            "mef_activities": mef_made,
            "measurement_units": measures_made,
            "activities": len(finder.new),
        },
        new=finder.new,
        amended=amended,
        classified=_classified(matched, wanted),
        renamed=given_names,
        unit_codes=units.codes,
        noted=noted,
    )


def _renamed(stored: Sequence[Activity], names: Mapping[int, str]) -> Iterator[Activity]:
    """Give activities the names that were chosen for them, so that the document's lines mean them; yield them."""
    for activity in stored:
        if activity.pk in names:
            activity.name = names[activity.pk]
            activity.name_key = fold(activity.name)
            yield activity


def _amended(
    matched: Matched, wanted: Sequence[Activity], finder: ActivityFinder
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield what a version can correct of activities that rows mean by their codes, or that have just begun."""
    for (row, activity), asked in zip(matched, wanted, strict=True):
        changes: dict[str, Any] = {}
        if activity.pk in finder.found_by_code:
            changes = {
                name: getattr(asked, name)
                for name in _REFERENCES
                if getattr(activity, f"{name}_id") != getattr(asked, f"{name}_id")
            }
        way = accumulation_of(row)
        if way is not None and way != activity.accumulation:
            changes["accumulation"] = way
        yield activity.pk, changes


def _classified(matched: Matched, wanted: Sequence[Activity]) -> list[Activity]:
    """Return the activities that get another classification; of what the document does not say they keep theirs."""
    changed = []
    for (_, activity), asked in zip(matched, wanted, strict=True):
        said = {**activity.classification, **asked.classification}
        if said != activity.classification:
            activity.classification = said
            changed.append(activity)
    return changed


def _refuse_others(matched: Matched, wanted: Sequence[Activity], finder: ActivityFinder) -> None:
    """Raise RefusedImportError for an activity that is counted otherwise than its row says, found by its name alone.

    What is counted in something else is another activity: a person must decide.
    """
    measures, accumulations = [], []
    for (row, stored), asked in zip(matched, wanted, strict=True):
        if stored.pk in finder.found_by_code or stored.pk in finder.new:
            continue
        if stored.measurement_unit_id != asked.measurement_unit_id:
            detail = f"La actividad {stored.code} ya se mide en otra unidad que «{row.measurement_unit}»."
            measures.append(Problem("measurement_unit_differs", detail, row.line))
        if accumulation_of(row) not in (None, stored.accumulation):
            detail = f"La actividad {stored.code} acumula sus meses de otro modo que el que dice el documento."
            accumulations.append(Problem("accumulation_differs", detail, row.line))
    if measures:
        raise RefusedImportError("Hay actividades que ya se miden en otra unidad de medida.", measures)
    if accumulations:
        raise RefusedImportError("Hay actividades que acumulan sus meses de otro modo.", accumulations)


def _refuse_taken(matched: Matched, amended: Mapping[int, Mapping[str, Any]], stored: Sequence[Activity]) -> None:
    """Raise RefusedImportError where an activity would get unit, MEF activity and name of another one."""
    present = {key_of(activity, activity.name_key): activity for activity in stored}
    problems = []
    for row, activity in matched:
        changes = amended.get(activity.pk, {})
        if "unit" not in changes and "mef_activity" not in changes:
            continue
        unit, mef = (changes.get(name, getattr(activity, name)) for name in ("unit", "mef_activity"))
        other = present.get((unit.pk, mef.pk, activity.name_key))
        if other is not None and other.pk != activity.pk:
            detail = f"La actividad {activity.code} sería igual a {other.code}: misma unidad, actividad MEF y nombre."
            problems.append(Problem("activity_taken", detail, row.line))
    if problems:
        raise RefusedImportError("Hay actividades que serían iguales a otras del plan.", problems)
