"""The year that a document states, where it states it, and the cut-off date of its «Fuente» line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from activities.document.columns.header import Header
from activities.document.forms.sheets import Record
from activities.document.model import Problem
from poi_api.http.folding import fold

_YEAR = r"(?:19|20)\d\d"
_ALONE = re.compile(rf"(?<![\d\-/.–])({_YEAR})(?![\d/]|[-–] ?\d)")
_SAID = re.compile(
    r"\b(?:ano(?: fiscal)?|ejercicio(?: fiscal)?|periodo|poi|plan operativo institucional)[ :,-]*"
    rf"({_YEAR})(?!\d|[-–/] ?\d)"
)
_RANGE = re.compile(rf"{_YEAR} ?(?:[-–/]|a|al) ?{_YEAR}")
_ACT = re.compile(
    r"\b(?:resolucion|res|r\.?[a-z]\.?|decreto|ley|directiva|oficio|acuerdo|ordenanza|informe|acta)\b[^;)]{0,200}?n[°º.ro]*\s*[\w./°º-]*"
)
_DATE = re.compile(rf"\d{{1,2}}[/.-]\d{{1,2}}[/.-]{_YEAR}")
_CUT_OFF = re.compile(r"\bal +(\d{1,2}) ?/ ?(\d{1,2}) ?/ ?(\d{4})(?!\d)")
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Year:
    """A year, the line that states it, and what that line says of it."""

    year: int
    line: int
    source: str


def year_in(title: str) -> int | None:
    """Return the year that a title says the plan is of.

    That of a range of years, of a resolution or of a date is none; «AÑO FISCAL 2025» goes before any other.
    """
    text = fold(title)
    for other in (_RANGE, _DATE):
        text = other.sub(" ", text)
    said = {int(year) for year in _SAID.findall(text)}
    if not said:
        said = {int(year) for year in _ALONE.findall(_ACT.sub(" ", text))}
    return said.pop() if len(said) == 1 else None


def years_of_months(header: Header) -> set[int]:
    """Return the years that the titles of the months that are imported say."""
    blocks = [block for block in (header.programmed, header.executed) if block]
    columns = [column for block in blocks for column in block.months.values()]
    return {year for column in columns if (year := year_in(header.title(column)))}


def stated_year(titles: Sequence[Record], columns: Sequence[Year] = ()) -> tuple[Year | None, list[Problem]]:
    """Return the year that titles and `columns` state; None and a warning if there is none or they differ."""
    stated: dict[int, Year] = {}
    for title in titles:
        text = " ".join(title.filled)
        if year := year_in(text):
            shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
            stated.setdefault(year, Year(year, title.line, f"«{shown}»"))
    for found in columns:
        stated.setdefault(found.year, found)
    if len(stated) == 1:
        return next(iter(stated.values())), []
    if not stated:
        return None, [Problem("no_year", "Ningún título dice de qué año es el plan.")]
    years = " y ".join(f"{year.year} (línea {year.line})" for year in stated.values())
    last = max(year.line for year in stated.values())
    return None, [Problem("years_differ", f"El documento dice años distintos: {years}.", last)]


def stated_cut_off(sources: Sequence[Record]) -> tuple[date | None, int | None, list[Problem]]:
    """Return the cut-off date of the «Fuente» line, and that line.

    None, None and a warning if it is missing, impossible or stated twice.
    """
    stated: dict[date, int] = {}
    for source in sources:
        if match := _CUT_OFF.search(fold(" ".join(source.filled))):
            day, month, year = (int(part) for part in match.groups())
            try:
                stated.setdefault(date(year, month, day), source.line)
            except ValueError:
                detail = f"La fecha de corte {match.group().removeprefix('al ')} no existe."
                return None, None, [Problem("impossible_cut_off", detail, source.line)]
    if len(stated) == 1:
        return *next(iter(stated.items())), []
    if stated:
        return None, None, [Problem("cut_offs_differ", "Hay fechas de corte distintas.", max(stated.values()))]
    detail = "No hay una línea «Fuente … al dd/mm/aaaa»: no se sabe a qué fecha son las cifras."
    return None, None, [Problem("no_cut_off", detail)]
