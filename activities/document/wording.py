"""Count things and name lines in messages, in Spanish."""

from collections.abc import Sequence

_SHOWN = 20


def counted(count: int, one: str, many: str) -> str:
    """Return a number with its noun: `1 fila`, `0 filas`, `1,250 filas`."""
    return f"{count:,} {one if count == 1 else many}"


def lines(numbers: Sequence[int]) -> str:
    """Return which lines of the file: `línea 7`, `líneas 7, 9`; after the first 20 only how many more."""
    shown = ", ".join(map(str, numbers[:_SHOWN]))
    more = f" y {len(numbers) - _SHOWN} más" if len(numbers) > _SHOWN else ""
    return f"{'línea' if len(numbers) == 1 else 'líneas'} {shown}{more}"
