"""The columns of the template: what is shown of a month, what a program needs of it, and the cells to fill in."""

from dataclasses import dataclass
from enum import Enum


class Use(Enum):
    """Who a column is for: people to read, people to fill in, programs alone."""

    SHOWN = "shown"
    FILLED = "filled"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what it holds, its title, its width in characters."""

    name: str
    title: str
    width: int
    use: Use = Use.SHOWN


# The hidden ones stand between others: who selects a line takes them along
COLUMNS = (
    Column("year", "AÑO", 7),
    Column("month_name", "MES", 7),
    Column("code", "CÓDIGO", 12),
    Column("activity", "activity_id", 12, Use.HIDDEN),
    Column("month", "month", 12, Use.HIDDEN),
    Column("entry_version", "entry_version", 12, Use.HIDDEN),
    Column("activity_name", "ACTIVIDAD", 42),
    Column("unit", "UNIDAD", 24),
    Column("measurement_unit", "UNIDAD DE MEDIDA", 16),
    Column("programmed", "PROGRAMADO", 14),
    Column("official", "REGISTRADO", 14),
    Column("pending", "EN REVISIÓN", 14),
    Column("executed", "EJECUTADO", 14, Use.FILLED),
    Column("reason", "MOTIVO", 30, Use.FILLED),
    Column("evidence_url", "MEDIO DE VERIFICACIÓN", 30, Use.FILLED),
)
TITLES = {column.name: column.title for column in COLUMNS}
