"""Quantities as people type and paste them on every page: read exactly, or refused with what to write."""

import re
from collections.abc import Iterable
from decimal import Decimal

from poi_api.http.tables import reads_two_ways
from poi_api.http.texts import quoted

_BLANKS = re.compile(r"(?<=\d)[\u0020\u00a0\u202f](?=\d{3}(?!\d))", re.ASCII)  # between thousands
_ONE_SIGN = re.compile(r"-?\d+(?:[.,]\d+)?", re.ASCII)
_THOUSANDS = {",": re.compile(r"-?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?", re.ASCII),
              ".": re.compile(r"-?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?", re.ASCII)}  # fmt: skip


class Unreadable(ValueError):
    """What was typed is no number, or can be read two ways; its text says what to write."""


def are_by_comma(texts: Iterable[str]) -> bool:
    """Tell whether one of the cells that were sent together can only have a decimal comma, or points at thousands."""
    return any(_is_by_comma(_without_blanks(text)) for text in texts)


def _is_by_comma(text: str) -> bool:
    if reads_two_ways(text):
        return False
    return ("," in text and bool(_ONE_SIGN.fullmatch(text))) or bool(_THOUSANDS["."].fullmatch(text))


def quantity_of(text: str, *, among_commas: bool = False) -> Decimal | None:
    """Return what was typed in a cell, None for a blank. Raises Unreadable.

    `1,234` can be read two ways. So can `1.234` among cells with decimal commas; elsewhere its point is the decimal
    one, as on every page.
    """
    plain = _without_blanks(text)
    if not plain:
        return None
    if reads_two_ways(plain) and ("," in plain or among_commas):
        raise Unreadable(_two_ways(text.strip(), plain))
    if _ONE_SIGN.fullmatch(plain):
        return Decimal(plain.replace(",", "."))
    for thousands, grouped in _THOUSANDS.items():
        if grouped.fullmatch(plain):
            return Decimal(plain.replace(thousands, "").replace(",", "."))
    raise Unreadable(f"{quoted(text.strip())} no es un número: escriba 4.5 o 4,5.")


def _without_blanks(text: str) -> str:
    return _BLANKS.sub("", text.strip())


def _two_ways(typed: str, plain: str) -> str:
    whole = plain.replace(",", "").replace(".", "")
    if "," in plain:
        return f"{quoted(typed)} se puede leer de dos maneras: escriba {whole} o {plain.replace(',', '.')}."
    return (
        f"{quoted(typed)} se puede leer de dos maneras, porque otra celda lleva coma decimal: escriba {whole}, o use "
        "el punto decimal en todas las celdas."
    )
