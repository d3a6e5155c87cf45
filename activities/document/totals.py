"""Why the rows do not add to the TOTAL row, which domain.md wants reported and not hidden."""

from collections.abc import Sequence
from decimal import Decimal

from activities.document.model import DUPLICATE, REJECTED, Problem, Row, Stated
from activities.document.quantities import printed


def total_differs(stated: Stated, rows: Sequence[Row], left_out: frozenset[int]) -> Problem | None:
    """What the rows that are taken add to, what TOTAL says, and where the difference lies; None if there is none.

    ``left_out`` are the lines of rows that have figures and are not taken.
    """
    absent = [row for row in rows if row.status == REJECTED or row.line in left_out]
    taken = _targets(rows) - _targets(absent)
    missing = stated.annual_target - taken
    if not missing:
        return None
    said = f"Las METAS de las filas leídas suman {printed(taken)} y la fila TOTAL dice {printed(stated.annual_target)}"
    detail = f"{said}: {_gap(missing)}. {_because(missing, absent, left_out)}"
    return Problem("total_differs", detail, stated.line, "META")


def _because(missing: Decimal, absent: Sequence[Row], left_out: frozenset[int]) -> str:
    """The cause of a difference, as far as the rows that were not taken show it."""
    if not _explains(absent, missing):
        # A row that repeats another is counted in TOTAL only if that explains everything
        absent = [row for row in absent if not _repeats(row)]
    if not absent:
        return _unexplained(missing)
    named, unread = _named(absent, left_out), sum(row.printed_target is None for row in absent)
    if _explains(absent, missing):
        return f"Es lo que suman {named}."
    if unread:
        return f"La diferencia puede estar en {named}: no se lee la META de {unread}."
    rest = missing - _targets(absent)
    return f"Con {named} todavía {_gap(rest)}. {_unexplained(rest)}"


def _explains(absent: Sequence[Row], missing: Decimal) -> bool:
    """Whether the rows that were not taken make the whole difference."""
    return all(row.printed_target is not None for row in absent) and _targets(absent) == missing


def _gap(missing: Decimal) -> str:
    return f"faltan {printed(missing)}" if missing > 0 else f"sobran {printed(-missing)}"


def _unexplained(missing: Decimal) -> str:
    if missing > 0:
        return "El documento puede ser un extracto."
    return "Revise si hay filas de más o si una META o el TOTAL están mal."


def _named(rows: Sequence[Row], left_out: frozenset[int]) -> str:
    """The rows by why they were not taken: ``la fila rechazada y las 2 inferidas que quedaron fuera``."""
    inferred = sum(row.line in left_out for row in rows)
    rejected = len(rows) - inferred
    parts = [_the(rejected, "rechazada", "")] if rejected else []
    if inferred:
        parts.append(_the(inferred, "inferida", " que quedó fuera" if inferred == 1 else " que quedaron fuera"))
    return " y ".join(parts)


def _the(count: int, kind: str, ending: str) -> str:
    return f"la fila {kind}{ending}" if count == 1 else f"las {count} filas {kind}s{ending}"


def _targets(rows: Sequence[Row]) -> Decimal:
    return sum((row.printed_target or Decimal(0) for row in rows), Decimal(0))


def _repeats(row: Row) -> bool:
    return any(problem.code == DUPLICATE for problem in row.problems)
