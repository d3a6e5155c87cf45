"""What the columns of names hold, by the best fit of all their titles, and by what the caller says of them."""

from collections.abc import Mapping, Sequence

from activities.document.columns.fit import best_fit, rivals
from activities.document.columns.grouping import Lines, shown
from activities.document.columns.meanings import (
    CODE,
    IMPORTED,
    core_of,
    exact_meanings,
    names_codes,
    names_target,
    scores_of,
)
from activities.document.columns.words import EXECUTED, PROGRAMMED, Figure, names_money
from activities.document.forms.sheets import letters
from activities.document.model import DocumentError
from poi_api.http.folding import fold

TARGET = "annual_target"
_CALLED = {
    "unit": "la unidad",
    "unit_above": "el órgano del que depende",
    "mef_activity": "la actividad MEF",
    "activity": "la actividad",
    "measurement_unit": "la unidad de medida",
}


def names_among(titles: Mapping[int, Lines], said: Mapping[int, str], line: int) -> tuple[dict[str, int], list[int]]:
    """Return the column of each meaning, and the columns that may be the annual target.

    `said` has the meanings that the caller gave. Raises DocumentError where two fits are as good.
    """
    kept = {meaning: column for column, meaning in said.items() if meaning not in (TARGET, "ignore")}
    open_titles = {column: _named(lines) for column, lines in titles.items() if column not in said}
    names = {column: title for column, title in open_titles.items() if not names_codes(title)}
    scores = {
        column: {meaning: score for meaning, score in scores_of(title).items() if meaning not in kept}
        for column, title in names.items()
        if not names_target(title)
    }
    fit = best_fit(scores)
    for meaning, other in rivals(scores, fit, IMPORTED).items():
        if meaning in other:
            raise _ambiguous(meaning, (fit[meaning], other[meaning]), titles, line)
        also = next((name for name, column in other.items() if column == fit[meaning]), meaning)
        raise _of_two_meanings(fit[meaning], (meaning, also), titles, line)
    columns = fit | kept
    _add_codes(columns, open_titles)
    targets = [column for column, meaning in said.items() if meaning == TARGET]
    if not targets:
        targets = [
            column
            for column, title in names.items()
            if names_target(title) and not any(map(names_money, titles[column]))
        ]
    return columns, targets


def _named(lines: Lines) -> str:
    """Return the line of a title that says what the column is about: the last one, unless it says but COD or NOMBRE."""
    last = lines[-1]
    if len(lines) > 1 and (not scores_of(last) or names_codes(last)) and not names_target(last):
        return " ".join(lines)
    return last


def _add_codes(columns: dict[str, int], titles: Mapping[int, str]) -> None:
    """Add the columns of codes of what other columns name; their titles speak of the same."""
    named = {column: meaning for meaning, column in columns.items()}
    cores = {core_of(title): named.get(column) for column, title in titles.items() if not names_codes(title)}
    for column, title in titles.items():
        if column in named or not names_codes(title):
            continue
        core = core_of(title)
        meaning = cores[core] if core in cores else next(iter(exact_meanings(core)), None)
        if meaning:
            columns.setdefault(meaning + CODE, column)


def _ambiguous(meaning: str, columns: tuple[int, int], titles: Mapping[int, Lines], line: int) -> DocumentError:
    first, second = (shown(column, titles[column]) for column in sorted(columns))
    message = (
        f"Dos columnas pueden ser {_CALLED[meaning]}: {first} y {second}. "
        f"Diga cuál es con --column 'TÍTULO={meaning}', o quite la otra."
    )
    return DocumentError(message, code="ambiguous_column", line=line, column=letters(columns[1]))


def _of_two_meanings(column: int, meanings: tuple[str, str], titles: Mapping[int, Lines], line: int) -> DocumentError:
    first, second = (_CALLED.get(meaning, meaning) for meaning in meanings)
    message = (
        f"La columna {shown(column, titles[column])} puede ser {first} o {second}. "
        f"Diga qué es con --column 'TÍTULO={meanings[0]}' o 'TÍTULO={meanings[1]}'."
    )
    return DocumentError(message, code="ambiguous_column", line=line, column=letters(column))


def said_of(titles: Sequence[Lines], columns: Mapping[str, str]) -> dict[int, str]:
    """Return what the caller says of columns, by place: a title is that of its last line, or all of its lines."""
    wanted = {fold(title): meaning for title, meaning in columns.items()}
    return {
        column: meaning
        for column, lines in enumerate(titles)
        if lines and (meaning := wanted.get(fold(" / ".join(lines))) or wanted.get(fold(lines[-1])))
    }


def figure_said(meaning: str) -> Figure | None:
    """Return the figure that a meaning names: `programmed_01` … `programmed_12`, `executed_01` … `executed_12`."""
    block, _, month = meaning.rpartition("_")
    if block in (PROGRAMMED, EXECUTED) and month.isdecimal() and 1 <= int(month) <= 12:
        return Figure("month", int(month), block)
    return None
