"""What a person chooses of a diagnosed document: other readings of its rows, and which of its names are renames."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from activities.by_line import LARGEST, chosen_by_line
from activities.document import Document, Problem, Row
from activities.document.rows import with_reading
from activities.exceptions import RefusedChoiceError
from activities.models import Activity
from activities.services.importing.renames import Rename

APPLIED = ("application_id", "row_id", "activity_id", "reading", "doubts")
"""The columns of the rows that say which activity a line went into."""


@dataclass(frozen=True, slots=True)
class Choices:
    """By line: the number of the reading that is right (0: the one that was taken), and the activity that it is.

    `same` None: it is another activity than all there are.
    """

    readings: Mapping[int, int] = field(default_factory=dict)
    same: Mapping[int, int | None] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return them as they are kept and shown."""
        return {
            name: {str(line): chosen for line, chosen in sorted(choices.items())}
            for name, choices in (("readings", self.readings), ("same", self.same))
        }

    def doubts_of(self, row: Row) -> list[str]:
        """Return what stays doubtful of a row: nothing once a person chose its reading, or the columns did."""
        return [] if row.line in self.readings or row.confirmed else list(row.doubts)


def read_choices(said: Mapping[str, Any]) -> Choices:
    """Return the choices that were written as JSON, by line. Raises ValueError, in Spanish, for what is none."""
    if unknown := said.keys() - LARGEST.keys():
        raise ValueError(f"«{min(unknown)}» no es una elección: son «readings» y «same».")
    return Choices(**{choice: chosen_by_line(choice, said.get(choice, {})) for choice in LARGEST})


def with_chosen_readings(document: Document, choices: Choices) -> Document:
    """Return the document with the readings that were chosen. Raises RefusedChoiceError for one that there is not."""
    rows = {row.line: row for row in document.rows}
    problems = [
        Problem("unknown_reading", _no_reading(rows.get(line), number), line, "readings")
        for line, number in choices.readings.items()
        if line not in rows or number > len(rows[line].alternatives)
    ]
    if problems:
        raise RefusedChoiceError("Se eligieron lecturas que no hay.", problems)
    chosen = [with_reading(row, choices.readings.get(row.line, 0)) for row in document.rows]
    return replace(document, rows=chosen)


def _no_reading(row: Any, number: int) -> str:
    if row is None:
        return "El documento no tiene una fila en esa línea."
    return f"La fila tiene {len(row.alternatives)} lecturas más, y no la {number}."


def chosen_names(choices: Choices, renames: Sequence[Rename], document: Document) -> dict[int, str]:
    """Return the names that activities get, those of the lines that were chosen for them, by id.

    Raises RefusedChoiceError for a line that is no candidate for the activity, and for one activity chosen twice.
    """
    candidates = {rename.activity["id"]: {candidate.line for candidate in rename.candidates} for rename in renames}
    lines = frozenset[int]().union(*candidates.values())
    taken: dict[int, int] = {}
    problems = []
    for line, activity in choices.same.items():
        if activity is None and line in lines:
            continue
        if activity is None or line not in candidates.get(activity, ()):
            problems.append(Problem("not_a_candidate", _NOT_A_CANDIDATE, line, "same"))
        elif taken.setdefault(activity, line) != line:
            detail = f"La línea {taken[activity]} ya se eligió para esa actividad."
            problems.append(Problem("chosen_twice", detail, line, "same"))
    if problems:
        raise RefusedChoiceError("Lo elegido no es lo que el diagnóstico ofrece.", problems)
    names = {row.line: " ".join(row.activity.split()) for row in document.rows}
    return {activity: names[line] for activity, line in taken.items()}


_NOT_A_CANDIDATE = (
    "No es una fila nueva con la unidad, la actividad MEF y la unidad de medida de esa actividad, o el documento aún "
    "la nombra: elija entre las de «renames»."
)


def taken_rows(
    choices: Choices, matched: Iterable[tuple[Row, Activity]], rows: Mapping[int, int], application: int
) -> Iterator[Sequence[Any]]:
    """Yield which activity each line went into, in the columns `APPLIED`; `rows` has the ids of stored rows by line."""
    for row, activity in matched:
        reading = choices.readings.get(row.line, 0)
        yield application, rows[row.line], activity.pk, reading, choices.doubts_of(row)
