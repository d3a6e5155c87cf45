"""The activities of a plan that a document's rows mean: by code, by name within unit and MEF activity, or made."""

from collections.abc import Sequence

from activities.document import Problem, Row
from activities.exceptions import RefusedImportError
from activities.models import Activity, AppliedRow, Plan
from activities.services.bulk_history import BATCH
from activities.services.importing.own_codes import Named, Noted, Recoded, refuse_codes
from activities.services.plans.codes import free_activity_codes
from activities.services.plans.uniqueness import Key, key_of
from poi_api.http.folding import fold


class ActivityFinder:
    """Finds the activities that rows mean among those `stored` of a plan.

    A code means the activity of that code if the names agree, or if an import brought it: within a year an application
    keeps its codes (domain.md, rule 14). `new` are the ids of those that were made, `found_by_code` of those found so.
    """

    def __init__(self, plan: Plan, stored: Sequence[Activity], rows: Sequence[Row], noted: Noted) -> None:
        self.rows, self.noted = rows, noted
        self.by_code = {fold(activity.code): activity for activity in stored}
        self.by_key = {key_of(activity, activity.name_key): activity for activity in stored}
        self.numbers = free_activity_codes([*(activity.code for activity in stored), *map(_code, rows)])
        self.imported: set[int | None] = set()
        if any(_code(row) for row in rows):
            brought = AppliedRow.objects.filter(application__plan=plan, application__undoing__isnull=True)
            self.imported = set(brought.values_list("activity_id", flat=True).distinct())
        self.problems: list[Problem] = []
        self.found_by_code: set[int] = set()
        self.new: set[int] = set()

    def find(self, wanted: Sequence[Activity]) -> list[Activity]:
        """Return the activities of the rows; those `wanted` that the plan has not are made.

        Raises RefusedImportError for a code that is another activity's, and for two rows that are one activity.
        """
        refuse_codes([Named.of(row, "activity") for row in self.rows], "la actividad")
        _tell_apart(self.rows, wanted)
        means = [self._meant(row, asked) for row, asked in zip(self.rows, wanted, strict=True)]
        self._refuse(means)
        missing = [activity for activity in means if activity.pk is None]
        Activity.objects.bulk_create(missing, batch_size=BATCH)
        for activity in missing:
            activity.name_key = fold(activity.name)
        self.new = {activity.pk for activity in missing}
        return means

    def _meant(self, row: Row, asked: Activity) -> Activity:
        code = _code(row)
        stored = self.by_code.get(fold(code)) if code else None
        if stored is not None and self._is_same(stored, row, asked):
            self.found_by_code.add(stored.pk)
            return stored
        named = self.by_key.setdefault(key_of(asked, fold(asked.name)), asked)
        if named is not asked:
            if code and named.pk is not None:
                self.noted.recoded.append(Recoded("activity", named.name, code, named.code))
            return named
        asked.code = code or next(self.numbers)
        return asked

    def _is_same(self, stored: Activity, row: Row, asked: Activity) -> bool:
        """Tell whether a code means the activity that has it, noting what speaks against it."""
        if stored.name_key == fold(asked.name):
            return True
        if stored.pk in self.imported:
            detail = (
                f"La actividad {stored.code} se llama «{stored.name}» y el documento dice «{asked.name}»: no se cambió "
                "su nombre."
            )
            self.noted.remarks.append(Problem("activity_name_differs", detail, row.line))
            return True
        detail = f"El código {stored.code} es de otra actividad del plan: «{stored.name}»."
        self.problems.append(Problem("code_taken", detail, row.line))
        return False

    def _refuse(self, means: Sequence[Activity]) -> None:
        """Raise RefusedImportError for codes of other activities, and for two rows that mean one."""
        if self.problems:
            raise RefusedImportError("Hay códigos que en el plan son de otras actividades.", self.problems)
        first: dict[int, int] = {}
        problems = [
            Problem("duplicate_row", f"Es la misma actividad de la línea {line}, con otros nombres.", row.line)
            for row, activity in zip(self.rows, means, strict=True)
            if (line := first.setdefault(id(activity), row.line)) != row.line
        ]
        if problems:
            raise RefusedImportError("Hay actividades que se repiten en el documento.", problems)


def _tell_apart(rows: Sequence[Row], wanted: Sequence[Activity]) -> None:
    """Add their codes to the names of those that have unit, MEF activity and name of an earlier row of another code."""
    codes: dict[Key, str] = {}
    most = Activity._meta.get_field("name").max_length
    for row, asked in zip(rows, wanted, strict=True):
        code = _code(row)
        if code and codes.setdefault(key_of(asked, fold(asked.name)), code) != code:
            asked.name = f"{asked.name} ({code})"
            if most is not None and len(asked.name) > most:
                problem = Problem("name_too_long", f"Con su código tiene más de {most} caracteres.", row.line)
                raise RefusedImportError("No se importó nada: hay que corregir 1 fila.", [problem])


def _code(row: Row) -> str:
    return row.details.get("activity_code", "")
