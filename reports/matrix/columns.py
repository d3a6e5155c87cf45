"""The columns of the matrix as a table, in the order of the source document."""

from collections.abc import Iterable, Iterator
from typing import Any

_MONTHS = range(1, 13)
_QUARTERS = range(1, 5)

MATRIX_COLUMNS = (
    "institution_code",
    "institution_name",
    "year",
    "activity_code",
    "activity_name",
    "unit_code",
    "unit_name",
    "mef_activity_code",
    "mef_activity_name",
    "measurement_unit_code",
    "measurement_unit_name",
    "annual_target",
    *(f"programmed_{month:02}" for month in _MONTHS),
    *(f"executed_{month:02}" for month in _MONTHS),
    *(f"quarter_{quarter}_{measure}" for quarter in _QUARTERS for measure in ("programmed", "executed", "progress")),
    "executed_total",
    "progress",
    "band",
    "over",
)


def flat_rows(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[Any]]:
    """Yield each row of `matrix_rows` as one cell per column of MATRIX_COLUMNS."""
    for (
        *labels,
        programmed,
        executed,
        q_programmed,
        q_executed,
        q_progress,
        total,
        progress,
        band,
        over,
    ) in rows:
        quarters = [cell for quarter in zip(q_programmed, q_executed, q_progress, strict=True) for cell in quarter]
        yield [*labels, *programmed, *executed, *quarters, total, progress, band, over]
