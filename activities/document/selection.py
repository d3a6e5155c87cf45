"""Which rows of a table are activities that are imported: physical, active, and no numbering of columns."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from string import ascii_lowercase

from activities.document.forms.sheets import Record
from activities.document.model import Inactive, Problem
from activities.document.naming import Names
from activities.document.wording import counted, lines
from poi_api.http.folding import fold

_ACTIVITY, _TASK = "actividad", ("tarea", "subtarea", "sub tarea", "sub-tarea")


@dataclass(slots=True)
class LeftOut:
    """The rows that are left out, by why: their lines, and which activities are inactive."""

    money: list[int] = field(default_factory=list)
    tasks: list[int] = field(default_factory=list)
    inactive: list[Inactive] = field(default_factory=list)

    def as_problems(self) -> list[Problem]:
        """Return what a person must know of them."""
        problems = []
        if self.money:
            rows = counted(len(self.money), "fila financiera", "filas financieras")
            detail = f"Solo se lee lo físico: no se leyó {rows} ({lines(self.money)})."
            problems.append(Problem("financial_left_out", detail, self.money[0]))
        if self.tasks:
            rows = counted(len(self.tasks), "fila de tareas", "filas de tareas")
            detail = f"Se leyeron las actividades y no {rows} ({lines(self.tasks)}): si lo que vale son las tareas, "
            detail += "quite las filas de actividades."
            problems.append(Problem("tasks_left_out", detail, self.tasks[0]))
        if self.inactive:
            rows = counted(len(self.inactive), "actividad inactiva", "actividades inactivas")
            detail = f"No se leyó {rows} ({lines([each.line for each in self.inactive])})."
            problems.append(Problem("inactive_left_out", detail, self.inactive[0].line))
        return problems


def activities_among(rows: Iterable[tuple[Record, Names]], left_out: LeftOut) -> Iterator[tuple[Record, Names]]:
    """Yield the rows that are activities, noting those that are `left_out`: tasks, where activities stand beside."""
    named = list(rows)
    kinds = [fold(names.details.get("row_kind", "")) for _, names in named]
    has_activities = any(kind.startswith(_ACTIVITY) for kind in kinds)
    for (record, names), kind in zip(named, kinds, strict=True):
        if kind.startswith("financier"):
            left_out.money.append(record.line)
        elif has_activities and kind.startswith(_TASK):
            left_out.tasks.append(record.line)
        elif fold(names.details.get("active", "")) == "no":
            code = names.details.get("activity_code", "")
            left_out.inactive.append(Inactive(record.line, code, names.printed["activity"]))
        elif not _numbers_columns(record):
            yield record, names


def _numbers_columns(record: Record) -> bool:
    """Tell whether a row counts its columns, as forms have it below their titles: `(1) (2) (3)`, `(a) (b) (c)`."""
    bare = [cell.strip("() ").lower() for cell in record.filled]
    numbers = [str(number) for number in range(1, len(bare) + 1)]
    return len(bare) > 3 and bare in (numbers, list(ascii_lowercase[: len(bare)]))
