"""Numbers by the line of a document, as JSON says them: `{"12": 7}`."""

from typing import Any

_MOST = 25_000  # as many rows as a document has at most


def numbers_by_line(said: Any, largest: int, *, null: bool) -> dict[int, Any]:
    """Return numbers by line, up to `largest`, or null where that may be. Raises ValueError, in Spanish."""
    if not isinstance(said, dict):
        raise ValueError("Se espera un objeto de JSON, con un número por línea.")
    if len(said) > _MOST:
        raise ValueError(f"Son más de {_MOST}.")
    for line, number in said.items():
        is_number = isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= largest
        is_line = line.isascii() and line.isdecimal() and len(line) <= 9
        if not (is_line and (is_number or (null and number is None))):
            raise ValueError(f"Cada nombre es el número de una línea, y cada valor un número entero de 0 a {largest}.")
    return {int(line): number for line, number in said.items()}
