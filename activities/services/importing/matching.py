"""Match what a document names with what is stored, and make what is missing: units, catalogues, activities.

Things are matched by their folded names, never by how near they are spelled (domain.md, "Reading the source document").
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from activities.choices import Accumulation
from activities.document import Problem, Row
from activities.document.naming import ITSELF
from activities.exceptions import RefusedImportError
from activities.models import Activity, MeasurementUnit, MefActivity, Plan
from activities.models.catalogue import CatalogueEntry
from activities.services.bulk_history import BATCH
from activities.services.plans.codes import free_codes
from poi_api.http.folding import fold
from units.choices import UnitKind
from units.models import Unit, UnitAlias

_LONGEST_CODE = 32
Entry = TypeVar("Entry", bound=CatalogueEntry)
Matched = Sequence[tuple[Row, Activity]]
"""Rows of a document, each with its activity, in document order."""
Key = tuple[int, int, str]
"""What tells activities of a plan apart in a document: unit and MEF activity by id, the folded name."""


def match_activities(plan: Plan, rows: Sequence[Row]) -> tuple[Matched, dict[str, int]]:
    """Return the rows with their activities, and how many things of each kind had to be made.

    Raises RefusedImportError for two rows that are one activity, an activity that is stored with another
    measurement unit or accumulation than its row says, and an institution's code that leaves no room for the numbers
    of units.
    """
    units, new_units = _units(plan.institution, rows)
    mef, new_mef = _entries(MefActivity, "M", [row.mef_activity for row in rows])
    measures, new_measures = _entries(MeasurementUnit, "UM", [row.measurement_unit for row in rows])
    wanted = [
        Activity(
            plan=plan,
            unit=units[fold(row.unit)],
            mef_activity=mef[fold(row.mef_activity)],
            measurement_unit=measures[fold(row.measurement_unit)],
            name=" ".join(row.activity.split()),
            accumulation=row.accumulation or Accumulation.SUM,
        )
        for row in rows
    ]
    keys = _distinct_keys(rows, wanted)
    stored, new_activities = _activities(plan, dict(zip(keys, wanted, strict=True)))
    matched = [(row, stored[key]) for row, key in zip(rows, keys, strict=True)]
    _refuse_other_measures(matched, wanted)
    _refuse_other_accumulations(matched)
    return matched, {
        "units": new_units,
        "mef_activities": new_mef,
        "measurement_units": new_measures,
        "activities": new_activities,
    }


def _units(institution: Unit, rows: Sequence[Row]) -> tuple[dict[str, Unit], int]:
    """Return the institution's units by the folded names of the rows' units, and how many of them had to be made.

    A new one stands below the unit that its first row names above it. Raises RefusedImportError if the institution's
    code leaves no room for their numbers.
    """
    stored = {unit.name_key: unit for unit in Unit.objects.filter(institution=institution)}
    aliases = UnitAlias.objects.filter(institution=institution).select_related("unit")
    stored |= {alias.name_key: alias.unit for alias in aliases}
    stored.setdefault(fold(ITSELF), institution)
    codes = free_codes(f"{institution.code}-U", 2, Unit.objects.values_list("code", flat=True))
    above = {fold(row.unit): fold(row.unit_above) for row in reversed(rows) if row.unit_above}
    before = len(stored)
    for kind, names in (
        (UnitKind.ORGAN, [row.unit_above for row in rows if row.unit_above]),
        (UnitKind.ORGANIC_UNIT, [row.unit for row in rows]),
    ):
        missing = _first_spellings(names, stored)
        made = {
            key: Unit(code=next(codes), name=name, kind=kind, parent=stored.get(above.get(key, ""), institution))
            for key, name in missing.items()
        }
        if any(len(unit.code) > _LONGEST_CODE for unit in made.values()):
            raise RefusedImportError(f"El código «{institution.code}» es muy largo para numerar con él las unidades.")
        Unit.objects.bulk_create(made.values(), batch_size=BATCH)
        stored |= made
    return stored, len(stored) - before


def _entries(catalogue: type[Entry], prefix: str, names: Iterable[str]) -> tuple[dict[str, Entry], int]:
    """Return a catalogue's entries by the folded `names`, and how many of them had to be made."""
    stored = {entry.name_key: entry for entry in catalogue._default_manager.all()}
    codes = free_codes(prefix, 2, [entry.code for entry in stored.values()])
    missing = _first_spellings(names, stored)
    new = [catalogue(code=next(codes), name=name) for name in missing.values()]
    made = catalogue._default_manager.bulk_create(new, batch_size=BATCH)
    return stored | dict(zip(missing, made, strict=True)), len(made)


def _first_spellings(names: Iterable[str], stored: Mapping[str, object]) -> dict[str, str]:
    """Return the names that are not `stored`, in order, by folded name: of several spellings the first."""
    missing: dict[str, str] = {}
    for name in names:
        if (key := fold(name)) not in stored:
            missing.setdefault(key, " ".join(name.split()))
    return missing


def _activities(plan: Plan, wanted: Mapping[Key, Activity]) -> tuple[dict[Key, Activity], int]:
    """Return the plan's activities by key, having made those `wanted` that it has not, and how many those were."""
    stored = {_key(activity, activity.name_key): activity for activity in plan.activities.all()}
    codes = free_codes("A", 3, [activity.code for activity in stored.values()])
    missing = {key: activity for key, activity in wanted.items() if key not in stored}
    for activity in missing.values():
        activity.code = next(codes)
    Activity.objects.bulk_create(missing.values(), batch_size=BATCH)
    return stored | missing, len(missing)


def _key(activity: Activity, name_key: str) -> Key:
    return activity.unit_id, activity.mef_activity_id, name_key


def _distinct_keys(rows: Sequence[Row], activities: Sequence[Activity]) -> list[Key]:
    """Return the key of each row's activity.

    Rows that spell one unit differently can mean the same activity: raises RefusedImportError, a person must decide.
    """
    keys = [_key(activity, fold(activity.name)) for activity in activities]
    first: dict[Key, int] = {}
    problems = [
        Problem("duplicate_row", f"Es la misma actividad de la línea {line}, con otros nombres.", row.line)
        for row, key in zip(rows, keys, strict=True)
        if (line := first.setdefault(key, row.line)) != row.line
    ]
    if problems:
        raise RefusedImportError("Hay actividades que se repiten en el documento.", problems)
    return keys


def _refuse_other_measures(matched: Matched, wanted: Sequence[Activity]) -> None:
    """Raise RefusedImportError if an activity is stored with another measurement unit than its row says.

    What is counted in something else is another activity: a person must decide.
    """
    problems = [
        Problem(
            "measurement_unit_differs",
            f"La actividad {stored.code} ya se mide en otra unidad que «{row.measurement_unit}».",
            row.line,
        )
        for (row, stored), asked in zip(matched, wanted, strict=True)
        if stored.measurement_unit_id != asked.measurement_unit_id
    ]
    if problems:
        raise RefusedImportError("Hay actividades que ya se miden en otra unidad de medida.", problems)


def _refuse_other_accumulations(matched: Matched) -> None:
    """Raise RefusedImportError if an activity is stored with another accumulation than its row says."""
    problems = [
        Problem(
            "accumulation_differs",
            f"La actividad {stored.code} acumula sus meses de otro modo que el que dice el documento.",
            row.line,
        )
        for row, stored in matched
        if row.accumulation and row.accumulation != stored.accumulation
    ]
    if problems:
        raise RefusedImportError("Hay actividades que acumulan sus meses de otro modo.", problems)
