"""The year that a document's titles state, and the cut-off date of its «Fuente» line."""

import re
from collections.abc import Sequence
from datetime import date

from activities.document.model import Problem
from activities.document.records import Record
from poi_api.http.folding import fold

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_CUT_OFF = re.compile(r"\bal +(\d{1,2}) ?/ ?(\d{1,2}) ?/ ?(\d{4})(?!\d)")


def stated_year(titles: Sequence[Record]) -> tuple[int | None, list[Problem]]:
    """Return the year that the titles state, or None and a warning if there is none or they differ."""
    stated: dict[int, int] = {}
    for title in titles:
        if match := _YEAR.search(" ".join(title.filled)):
            stated.setdefault(int(match.group()), title.line)
    if len(stated) == 1:
        return next(iter(stated)), []
    if not stated:
        return None, [Problem("no_year", "Ningún título dice de qué año es el plan.")]
    years = " y ".join(f"{year} (línea {line})" for year, line in stated.items())
    return None, [Problem("years_differ", f"Los títulos dicen años distintos: {years}.", max(stated.values()))]


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
