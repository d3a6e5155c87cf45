"""Bringing a document into a plan: what it names, what it promises, what it says was done (domain.md, rule 14)."""

from collections.abc import Sequence
from decimal import Decimal

from django.db import connection, transaction

from activities.choices import MonthStatus, Origin, PlanStatus
from activities.exceptions import RefusedImportError, RowProblem
from activities.models import (
    Activity,
    Figure,
    Import,
    ImportRow,
    MeasurementUnit,
    MefActivity,
    Plan,
    ProgressEntry,
    TargetRevision,
)
from activities.services.bulk_history import save_in_bulk
from activities.services.importing.cut_off import know_from
from activities.services.importing.documents import DocumentRow, Outcome, SourceFile
from activities.services.importing.institution import refuse_wrong_code
from activities.services.importing.matching import (
    ActivityKey,
    activities_by_key,
    entries_by_name,
    find_or_create_institution,
    units_by_name,
)
from activities.services.plans.plans import INITIAL_VERSION, create_approved_plan, create_version
from poi_api.http.folding import fold
from units.models import Unit

REASON = "importación"
_WITHOUT_FIGURE = {
    MonthStatus.ACCEPTED: "su cifra retirada",
    MonthStatus.SUBMITTED: "un registro por revisar",
    MonthStatus.RETURNED: "un registro devuelto",
}
_LOCK = "SELECT pg_advisory_xact_lock(7306002, 0)"


@transaction.atomic
def import_document(
    *,
    institution_code: str,
    institution_name: str,
    year: int,
    rows: Sequence[DocumentRow],
    source: SourceFile,
    left_out: Sequence[DocumentRow] = (),
    resolution: str = "",
    overwrite: bool = False,
) -> Outcome:
    """Write a document's rows into the plan of an institution and a year, which is made if there is none.

    Windows, tolerance and review do not apply. Blank months change nothing. A month whose figure differs
    from the stored one is kept as it is, and said, unless `overwrite`. Of the rows `left_out` no figure is
    written; they are kept with the others, with no activity. Raises RefusedImportError.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
    outcome = Outcome()
    is_first = not Activity.objects.filter(plan__institution__code=institution_code, plan__year=year).exists()
    if is_first:
        know_from(source.cut_off, year)
    refuse_wrong_code(institution_code)
    institution, outcome.institution_created = find_or_create_institution(code=institution_code, name=institution_name)
    plan = _plan_of(institution, year, resolution, outcome)
    activities = _activities(institution, plan, rows, outcome)
    _write_targets(plan, rows, activities, resolution, is_first, outcome)
    _write_entries(plan, rows, activities, overwrite, outcome)
    if outcome.changes_something:
        _keep_source(plan, [*rows, *left_out], activities, source)
    return outcome


def _plan_of(institution: Unit, year: int, resolution: str, outcome: Outcome) -> Plan:
    plan = Plan.objects.select_for_update().filter(institution=institution, year=year).first()
    if plan is None:
        outcome.plan_created = True
        return create_approved_plan(institution=institution, year=year, resolution=resolution, reason=REASON)
    if plan.status == PlanStatus.DRAFT:
        raise RefusedImportError(f"El plan {year} de {institution.code} está en borrador: apruébelo antes de importar.")
    if plan.status == PlanStatus.CLOSED:
        raise RefusedImportError(f"El plan {year} de {institution.code} está cerrado: ya no admite importaciones.")
    return plan


def _activities(institution: Unit, plan: Plan, rows: Sequence[DocumentRow], outcome: Outcome) -> dict[int, Activity]:
    """Return each row's activity by line, making what the document names and the database has not."""
    units, new_units = units_by_name(institution=institution, names=[row.unit for row in rows])
    mef, new_mef = entries_by_name(catalogue=MefActivity, prefix="M", width=2, names=[row.mef_activity for row in rows])
    measures, new_measures = entries_by_name(
        catalogue=MeasurementUnit, prefix="UM", width=2, names=[row.measurement_unit for row in rows]
    )
    keys = {
        row.line: ActivityKey(units[fold(row.unit)].pk, mef[fold(row.mef_activity)].pk, fold(row.activity))
        for row in rows
    }
    wanted = {
        keys[row.line]: Activity(
            plan=plan,
            unit=units[fold(row.unit)],
            mef_activity=mef[fold(row.mef_activity)],
            measurement_unit=measures[fold(row.measurement_unit)],
            name=" ".join(row.activity.split()),
        )
        for row in rows
    }
    _refuse_repeated(rows, keys)
    found, new_activities = activities_by_key(plan=plan, wanted=wanted)
    outcome.created = {
        "units": new_units,
        "mef_activities": new_mef,
        "measurement_units": new_measures,
        "activities": new_activities,
    }
    _refuse_other_measures(rows, keys, found, measures)
    return {line: found[key] for line, key in keys.items()}


def _refuse_repeated(rows: Sequence[DocumentRow], keys: dict[int, ActivityKey]) -> None:
    """Rows that spell one unit differently can mean the same activity: a person must decide."""
    first: dict[ActivityKey, int] = {}
    problems = tuple(
        RowProblem(row.line, "duplicate_row", f"Es la misma actividad de la línea {line}, con otros nombres.")
        for row in rows
        if (line := first.setdefault(keys[row.line], row.line)) != row.line
    )
    if problems:
        raise RefusedImportError("Hay actividades que se repiten en el documento.", problems)


def _refuse_other_measures(
    rows: Sequence[DocumentRow],
    keys: dict[int, ActivityKey],
    found: dict[ActivityKey, Activity],
    measures: dict[str, MeasurementUnit],
) -> None:
    """An activity that is counted in something else is another activity: a person must decide."""
    problems = tuple(
        RowProblem(
            row.line,
            "measurement_unit_differs",
            f"La actividad {found[keys[row.line]].code} ya se mide en otra unidad que «{row.measurement_unit}».",
        )
        for row in rows
        if found[keys[row.line]].measurement_unit_id != measures[fold(row.measurement_unit)].pk
    )
    if problems:
        raise RefusedImportError("Hay actividades que ya se miden en otra unidad de medida.", problems)


def _write_targets(
    plan: Plan,
    rows: Sequence[DocumentRow],
    activities: dict[int, Activity],
    resolution: str,
    is_first: bool,
    outcome: Outcome,
) -> None:
    """Write the programmes that differ from the stored ones: a new plan's in version 1, else in a new version."""
    latest = TargetRevision.objects.filter(activity__plan=plan).order_by("activity_id", "-version", "-id")
    stored = dict(latest.distinct("activity_id").values_list("activity_id", "programmed"))
    changed = [row for row in rows if tuple(stored.get(activities[row.line].pk, ())) != row.programmed]
    if not changed:
        return
    outcome.targets = len(changed)
    outcome.version = (
        INITIAL_VERSION if is_first else create_version(plan=plan, reason=REASON, resolution=resolution).number
    )
    save_in_bulk(
        [
            TargetRevision(
                activity=activities[row.line],
                version=outcome.version,
                programmed=list(row.programmed),
                unit_id=activities[row.line].unit_id,
            )
            for row in changed
        ]
    )


def _write_entries(
    plan: Plan, rows: Sequence[DocumentRow], activities: dict[int, Activity], overwrite: bool, outcome: Outcome
) -> None:
    """Write the months that the document reports and whose official figure is another, or none yet."""
    figures = Figure.objects.filter(activity__plan=plan)
    stored = {figure.activity_id: figure for figure in figures}
    entries = []
    for row in rows:
        figure = stored[activities[row.line].pk]
        for month, executed in enumerate(row.executed, 1):
            version, before = figure.entry_version[month - 1], figure.executed[month - 1]
            if executed is None:
                if before is not None:  # a blank withdraws nothing, but is not passed over in silence
                    outcome.problems.append(_left(row, month, before))
            elif version and before == executed:
                outcome.entries_unchanged += 1
            elif version and not overwrite:
                outcome.problems.append(_kept(row, month, figure, executed))
            else:
                entries.append(_entry(figure.activity_id, month, version + 1, executed))
    outcome.entries_created = sum(entry.entry_version == 1 for entry in entries)
    outcome.entries_updated = len(entries) - outcome.entries_created
    save_in_bulk(entries)


def _entry(activity_id: int, month: int, version: int, executed: Decimal) -> ProgressEntry:
    return ProgressEntry(
        activity_id=activity_id, month=month, entry_version=version, executed=executed, origin=Origin.IMPORT
    )


def _left(row: DocumentRow, month: int, before: Decimal) -> RowProblem:
    detail = f"El mes {month} tiene registrado {before.normalize():f} y el documento lo deja en blanco: se conserva."
    return RowProblem(row.line, "kept_registered_figure", detail)


def _kept(row: DocumentRow, month: int, figure: Figure, executed: Decimal) -> RowProblem:
    before = figure.executed[month - 1]
    # Where no figure counts there is an entry all the same: withdrawn, waiting for its review or returned
    there = _WITHOUT_FIGURE[figure.status[month - 1]] if before is None else f"registrado {before.normalize():f}"
    detail = (
        f"El mes {month} ya tiene {there} y el documento dice {executed.normalize():f}: "
        "se conserva lo registrado (use overwrite para reemplazarlo)."
    )
    return RowProblem(row.line, "kept_registered_figure", detail)


def _keep_source(plan: Plan, rows: Sequence[DocumentRow], activities: dict[int, Activity], source: SourceFile) -> None:
    """Keep the file and what each of its rows said, so that a person can check and choose again.

    A row without an activity was left out.
    """
    kept = Import.objects.create(
        plan=plan,
        filename=source.name[:255],
        sha256=source.sha256,
        content=source.content,
        cut_off=source.cut_off,
        report=source.report,
    )
    save_in_bulk(
        [
            ImportRow(
                source=kept,
                line=row.line,
                activity=activities.get(row.line),
                status=row.status,
                cells=list(row.cells),
                reading=row.reading,
            )
            for row in rows
        ]
    )
