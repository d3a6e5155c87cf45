"""Printed quantities: thousands separated by commas, up to three decimals after a point, no sign."""

import re
from decimal import Decimal

_PRINTED = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d{1,3})?", re.ASCII)
_LONGEST = 40
MOST_DIGITS = 12
"""Whole digits of NUMERIC(15,3)."""


def quantity(text: str) -> Decimal | None:
    """The quantity printed in a cell, None if blank.

    Raises ValueError with a Spanish message if it cannot be read.
    """
    bare = text.strip()
    if not bare:
        return None
    if len(bare) > _LONGEST or not _PRINTED.fullmatch(bare):
        raise ValueError(f"«{bare[:_LONGEST]}» no es una cantidad: se espera un número como 1,579 o 12.5, sin signo.")
    value = Decimal(bare.replace(",", ""))
    if value >= Decimal(10) ** MOST_DIGITS:
        raise ValueError(f"«{bare}» es demasiado grande: se admiten hasta {MOST_DIGITS} dígitos enteros.")
    return value


def is_number(text: str) -> bool:
    """Whether a cell holds a quantity."""
    try:
        return quantity(text) is not None
    except ValueError:
        return False


def printed(value: Decimal) -> str:
    """A quantity as messages show it, without idle zeros: ``1,579`` or ``12.5``."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def places(values: list[Decimal]) -> int:
    """The most decimals that any of the quantities needs."""
    return max((_places(value) for value in values), default=0)


def _places(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
