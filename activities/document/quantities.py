"""Printed quantities: thousands separated by commas, up to three decimals after a point, no sign.

Where a table writes decimals with a comma, comma and point change places.
"""

import re
from decimal import Decimal
from functools import lru_cache

_PRINTED = re.compile(r"(?:[1-9]\d{0,2}(?:,\d{3})+|\d+)(?:\.\d{1,3})?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[\d.]+,\d+", re.ASCII)
_FINE = re.compile(r"[\d,]*[.]\d{4,}", re.ASCII)
_SPACED = re.compile(r"[1-9]\d{0,2}(?: \d{3})+", re.ASCII)
_NEGATIVE = re.compile(r"[-−–][\d.,]+|\([\d.,]+\)", re.ASCII)
_NUMERIC = re.compile(r"(?:(?:S/\.?|[$€]) ?)?[-−–(]?[\d.,]+\)?[ ]?%?", re.ASCII)
_MONEY = ("S/", "$", "€")
_SWAP = str.maketrans(",.", ".,")
_LONGEST = 40
_PLACES = 3
DASHES = frozenset("-–—−")
"""What some tables print for a zero."""
MOST_DIGITS = 12
"""Whole digits of NUMERIC(15,3)."""


@lru_cache(maxsize=1 << 16)
def quantity(text: str, *, comma: bool = False) -> Decimal | None:
    """Return the quantity printed in a cell, None if blank. Raises ValueError, in Spanish, if it cannot be read.

    `comma`: decimals are written with a comma.
    """
    bare = text.strip()
    if not bare:
        return None
    if len(bare) > _LONGEST:
        raise ValueError(f"«{bare[:_LONGEST]}…» no es una cantidad: es demasiado largo.")
    plain = bare.translate(_SWAP) if comma else bare
    if not _PRINTED.fullmatch(plain):
        raise ValueError(f"«{bare}» no es una cantidad: {_expected(bare, plain)}.")
    value = Decimal(plain.replace(",", ""))
    if value >= Decimal(10) ** MOST_DIGITS:
        raise ValueError(f"«{bare}» es demasiado grande: se admiten hasta {MOST_DIGITS} dígitos enteros.")
    return value


def checked(number: Decimal, text: str) -> Decimal:
    """Return a number that the file keeps as such. Raises ValueError, in Spanish, if it is no quantity."""
    if number < 0 or places([number]) > _PLACES or number >= Decimal(10) ** MOST_DIGITS:
        quantity(text)
        raise ValueError(f"«{text}» no es una cantidad.")
    return number


def _expected(bare: str, plain: str) -> str:
    if bare.endswith("%"):
        return "es un porcentaje; escriba la cantidad, en la unidad de medida"
    if bare.startswith(_MONEY) and any(map(str.isdigit, bare)):
        return "es dinero; escriba la cantidad, en la unidad de medida, sin formato de moneda"
    if bare.startswith("="):
        return "es una fórmula sin resultado guardado; abra el archivo en la hoja de cálculo y guárdelo de nuevo"
    if bare.startswith("#"):
        return "es un error de la hoja de cálculo; corrija la fórmula"
    if _NEGATIVE.fullmatch(bare):
        return "es negativa y se espera un número sin signo"
    if _SPACED.fullmatch(bare):
        return f"los miles se separan con coma y no con un blanco, como {bare.replace(' ', ',')}"
    if _FINE.fullmatch(plain):
        return f"tiene más de {_PLACES} decimales, que son los que se admiten; redondéela"
    if _DECIMAL_COMMA.fullmatch(plain):
        return "los decimales se escriben con punto y los miles con coma, como 1,579.5"
    return "se espera un número como 1579 o 12.5, sin signo"


def is_number(text: str) -> bool:
    """Tell whether a cell holds a quantity."""
    try:
        return quantity(text) is not None
    except ValueError:
        return False


def looks_numeric(text: str) -> bool:
    """Tell whether a cell was meant to hold a number, whatever it is: `12,5`, `96%`, `-3`."""
    return text in DASHES or bool(_NUMERIC.fullmatch(text) and any(sign.isdigit() for sign in text))


def printed(value: Decimal) -> str:
    """Return a quantity as documents and messages show it, without idle zeros: `1,579` or `12.5`."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def places(values: list[Decimal]) -> int:
    """Return the most decimals that any of the quantities needs."""
    return max([0, *(-exponent_of(value.normalize()) for value in values)])


def exponent_of(value: Decimal) -> int:
    """Return the exponent of the last digit of a quantity as it is written: -2 of 4.50."""
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError(f"{value} is no quantity")
    return exponent
