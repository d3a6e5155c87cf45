"""Which rows of a table are activities that are imported: physical, active, and no numbering of columns."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from string import ascii_lowercase

from activities.document.forms.sheets import Record
from activities.document.model import Inactive, Problem
from activities.document.naming import Names
from activities.document.wording import counted, lines
from poi_api.http.folding import fold

_NO_MONEY = "Solo se lee lo físico, y no {}."
_NO_INACTIVE = "Solo se lee lo activo, y no {}."
_NO_TASKS = "Se leyeron las actividades y no {}: si lo que vale son las tareas, quite las filas de actividades."
_ACTIVITY, _TASK = "actividad", ("tarea", "subtarea", "sub tarea", "sub-tarea")


@dataclass(slots=True)
class LeftOut:
    """The rows that are left out, by why: their lines, and which activities are inactive."""

    money: list[int] = field(default_factory=list)
    tasks: list[int] = field(default_factory=list)
    inactive: list[Inactive] = field(default_factory=list)

    def as_problems(self) -> list[Problem]:
        """Return what a person must know of them."""
        inactive = [each.line for each in self.inactive]
        told = (
            ("financial_left_out", self.money, "fila financiera", "filas financieras", _NO_MONEY),
            ("tasks_left_out", self.tasks, "fila de tareas", "filas de tareas", _NO_TASKS),
            ("inactive_left_out", inactive, "actividad inactiva", "actividades inactivas", _NO_INACTIVE),
        )
        return [
            Problem(code, detail.format(f"{counted(len(found), one, many)} ({lines(found)})"), found[0])
            for code, found, one, many, detail in told
            if found
        ]


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
