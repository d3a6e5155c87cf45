"""Printed quantities: thousands separated by commas, up to three decimals after a point, no sign."""

import re
from decimal import Decimal

_PRINTED = re.compile(r"(?:[1-9]\d{0,2}(?:,\d{3})+|\d+)(?:\.\d{1,3})?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[\d.]+,\d+", re.ASCII)
_LONGEST = 40
MOST_DIGITS = 12
"""Whole digits of NUMERIC(15,3)."""


def quantity(text: str) -> Decimal | None:
    """Return the quantity printed in a cell, None if blank. Raises ValueError, in Spanish, if it cannot be read."""
    bare = text.strip()
    if not bare:
        return None
    if len(bare) > _LONGEST:
        raise ValueError(f"«{bare[:_LONGEST]}…» no es una cantidad: es demasiado largo.")
    if not _PRINTED.fullmatch(bare):
        raise ValueError(f"«{bare}» no es una cantidad: {_expected(bare)}.")
    value = Decimal(bare.replace(",", ""))
    if value >= Decimal(10) ** MOST_DIGITS:
        raise ValueError(f"«{bare}» es demasiado grande: se admiten hasta {MOST_DIGITS} dígitos enteros.")
    return value


def _expected(bare: str) -> str:
    if _DECIMAL_COMMA.fullmatch(bare):
        return "los decimales se escriben con punto y los miles con coma, como 1,579.5"
    return "se espera un número como 1,579 o 12.5, sin signo"


def is_number(text: str) -> bool:
    """Tell whether a cell holds a quantity."""
    try:
        return quantity(text) is not None
    except ValueError:
        return False


def printed(value: Decimal) -> str:
    """Return a quantity as documents and messages show it, without idle zeros: `1,579` or `12.5`."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def places(values: list[Decimal]) -> int:
    """Return the most decimals that any of the quantities needs."""
    return max((_places(value) for value in values), default=0)


def _places(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
