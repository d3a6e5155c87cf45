"""The words of a title, and what it says of a figure: its month, quarter or total, and its block."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from poi_api.http.folding import fold

Kind = Literal["month", "quarter", "total", "percentage", "reason", "other"]
PROGRAMMED, EXECUTED, REPROGRAMMED, REST = "programmed", "executed", "reprogrammed", "rest"
_MONTHS = (
    ("enero",),
    ("febrero",),
    ("marzo", "mzo"),
    ("abril",),
    ("mayo",),
    ("junio",),
    ("julio",),
    ("agosto", "agto"),
    ("setiembre", "septiembre", "setbre"),
    ("octubre", "octbre"),
    ("noviembre", "novbre"),
    ("diciembre", "dicbre"),
)
_SHORTEST = 3
_MONTH = {
    word[:length]: number
    for number, words in enumerate(_MONTHS, 1)
    for word in words
    for length in range(_SHORTEST, len(word) + 1)
}
"""The number of each month by its names and what they are cut to: `feb`, `febr`, `mzo`."""
_ORDINAL = {
    **dict.fromkeys(("i", "1", "1er", "1ro", "primer", "primero", "01"), 1),
    **dict.fromkeys(("ii", "2", "2do", "segundo", "02"), 2),
    **dict.fromkeys(("iii", "3", "3er", "3ro", "tercer", "tercero", "03"), 3),
    **dict.fromkeys(("iv", "4", "4to", "cuarto", "04"), 4),
}
_CEPLAN = re.compile(r"(f|fn|motivo)\((\w+)\) ?(\d\d|total)")
_NUMBERED_MONTH = re.compile(r"(?:mes|m) ?0?(\d{1,2})\b")
_SHORT_QUARTER = re.compile(r"\b(?:t|q|trim)([1-4])\b|\b([1-4])t\b")
_NOT_WORD = re.compile(r"[^a-z0-9%]+")
_MONEY = ("financ", "presup", "soles", "deveng", "girad", "monto", "importe", "pim", "pia")
_CURRENCY = re.compile(r"\bs/(?!n\b)|[$€]")
_EXECUTED = ("ejec", "avanc", "logr", "realiz", "cumpl", "alcanz")
_PROGRAMMED = ("program", "prog", "planific", "previst")
_REST = (
    *("sald", "pendient", "falt", "brech", "diferenc", "desviac"),
    *("proyect", "estimad", "esperad", "anterior"),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """What a column of figures holds. `block` empty: the title names none; `number` is that of the month or quarter."""

    kind: Kind
    number: int = 0
    block: str = ""
    money: bool = False
    cumulative: bool = False


def words_of(title: str) -> list[str]:
    """Return the folded words of a title; `%` is one."""
    return _NOT_WORD.sub(" ", fold(title).replace("%", " % ")).split()


@lru_cache(maxsize=1 << 14)
def period_of(title: str) -> tuple[Kind, int] | None:
    """Return what period of the year one line of a title names, if any; `other` for one that is not read."""
    words = words_of(title)
    if not words:
        return None
    if "%" in words or any(word.startswith("porcent") for word in words):
        return "percentage", 0
    months = {_MONTH[word] for word in words if word in _MONTH}
    if len(months) == 1:
        return "month", months.pop()
    if months:
        return "other", 0
    return _quarter_of(words) or _total_of(words)


def _quarter_of(words: Sequence[str]) -> tuple[Kind, int] | None:
    text = " ".join(words)
    if (match := _NUMBERED_MONTH.match(text)) and 1 <= int(match[1]) <= 12:
        return "month", int(match[1])
    if match := _SHORT_QUARTER.search(text):
        return "quarter", int(match[1] or match[2])
    if any(word.startswith("trim") for word in words):
        numbers = {_ORDINAL[word] for word in words if word in _ORDINAL}
        return ("quarter", numbers.pop()) if len(numbers) == 1 else ("other", 0)
    is_no_quarter = any(word.startswith(("semest", "bimest")) or word in ("sem", "bim") for word in words)
    return ("other", 0) if is_no_quarter else None


def _total_of(words: Sequence[str]) -> tuple[Kind, int] | None:
    named = {"total", "anual", "suma"} & set(words) and not {"meta", "metas"} & set(words)
    return ("total", 0) if named else None


@lru_cache(maxsize=1 << 14)
def block_of(title: str) -> str:
    """Return which block one line of a title names: programmed, executed, reprogrammed; empty if none.

    REST is one of what is none of these: what was not done, what is left to do, what is expected.
    """
    words = words_of(title)
    named = [block for word in words if (block := _block_of_word(word))]
    block = next(iter(named), PROGRAMMED if {"meta", "metas"} & set(words) else "")
    return REST if block and _says_rest(words) else block


def _block_of_word(word: str) -> str:
    if word.startswith("reprog"):
        return REPROGRAMMED
    if word.startswith(_EXECUTED) or word in ("e", "eje"):
        return EXECUTED
    if word.startswith(_PROGRAMMED) or word == "p":
        return PROGRAMMED
    return ""


def _says_rest(words: Sequence[str]) -> bool:
    return any(word.startswith(_REST) for word in words) or any(
        first in ("no", "por", "sin") and _block_of_word(second) for first, second in pairwise(words)
    )


def names_money(title: str) -> bool:
    """Tell whether a title speaks of money, which is not kept (docs/domain.md)."""
    words = words_of(title)
    costs = any(word.startswith("cost") for word in words) and not {"centro", "c", "cc"} & set(words)
    named = any(word.startswith(_MONEY) or word in ("gasto", "gastos") for word in words)
    return costs or named or bool(_CURRENCY.search(fold(title)))


def figure_of(lines: Sequence[str]) -> Figure | None:
    """Return what a column with these lines of titles, top to bottom, holds; None if no figure."""
    if lines and (found := _of_ceplan(fold(lines[-1]))):
        return found
    periods = [period for line in reversed(lines) if (period := period_of(line))]
    if not periods:
        return None
    kind, number = _most_exact(periods)
    block = next((block for line in reversed(lines) if (block := block_of(line))), "")
    money = any(names_money(line) for line in lines)
    cumulative = any(word.startswith("acum") for line in lines for word in words_of(line))
    if _says_until(next(line for line in reversed(lines) if period_of(line))):
        kind, cumulative = ("other" if kind == "quarter" else kind), True
    return Figure(kind, number, block, money, cumulative)


def _says_until(title: str) -> bool:
    """Tell whether a title names the end of what it has: `EJECUTADO A MARZO`, `META AL III TRIMESTRE`."""
    words = words_of(title)
    return bool({"al", "hasta"} & set(words)) or any(
        first == "a" and second in _MONTH for first, second in pairwise(words)
    )


def _most_exact(periods: Sequence[tuple[Kind, int]]) -> tuple[Kind, int]:
    """Return which of the periods that the lines of a title name is that of the column: a percentage is no figure."""
    return min(periods, key=lambda period: ("percentage", "other", "month", "quarter", "total").index(period[0]))


@lru_cache(maxsize=1 << 12)
def _of_ceplan(title: str) -> Figure | None:
    match = _CEPLAN.fullmatch(title)
    if not match:
        return None
    letter, block, period = match.groups()
    if letter == "motivo":
        return Figure("reason", int(period), block.upper()) if period.isdecimal() else None
    money = letter == "fn"
    if period == "total":
        return Figure("total", 0, block.upper(), money)
    return Figure("month", int(period), block.upper(), money) if 1 <= int(period) <= 12 else None
