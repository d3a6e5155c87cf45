"""What is chosen of a document: a number by line, as JSON says it, `{"12": 7}`."""

from typing import Any

from poi_api.http.parameters import LARGEST_ID

LARGEST = {"readings": 1000, "same": LARGEST_ID}
"""What can be chosen, with the largest number: that of a reading, and the id of an activity, or null for another."""
_MOST = 25_000  # as many rows as a document has at most


def chosen_by_line(choice: str, said: Any) -> dict[int, Any]:
    """Return the numbers of a choice, one of `LARGEST`, by line. Raises ValueError, in Spanish."""
    largest, null = LARGEST[choice], choice == "same"
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
