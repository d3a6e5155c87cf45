"""The official layout of the source document: how many months and quarters, and what their columns are called."""

from dataclasses import dataclass

MONTHS = ("ENE", "FEB", "MAR", "ABR", "MAY", "JUN", "JUL", "AGO", "SET", "OCT", "NOV", "DIC")
QUARTERS = ("I TRIMESTRE", "II TRIMESTRE", "III TRIMESTRE", "IV TRIMESTRE")
BLOCKS = ("PROGRAMADO", "EJECUTADO")
QUARTER_BLOCKS = ("PROG", "EJEC")
COLUMNS = {
    "unit": "ÓRGANO/UNIDAD ORGÁNICA",
    "mef_activity": "ACTIVIDAD MEF",
    "activity": "ACTIVIDAD POI",
    "measurement_unit": "UNIDAD DE MEDIDA",
    "annual_target": "META",
}
NAMES = ("unit", "mef_activity", "activity", "measurement_unit")


@dataclass(frozen=True, slots=True)
class Layout:
    """The tail of a row, after META: programmed months, executed months, then PROG and EJEC of each quarter in turn."""

    quarters: int = 4
    width: int = 3
    """How many months a quarter has."""

    @property
    def months(self) -> int:
        """Return how many months one block has."""
        return self.quarters * self.width

    @property
    def month_cells(self) -> int:
        """Return how many cells both blocks of months have."""
        return 2 * self.months

    @property
    def quarter_cells(self) -> int:
        """Return how many cells the quarterly block has."""
        return 2 * self.quarters

    @property
    def cells(self) -> int:
        """Return how many cells a whole tail has."""
        return self.month_cells + self.quarter_cells

    def run_of(self, quarter_slot: int) -> int:
        """Return which run of months, the months of one quarter in one block, adds to a quarterly cell.

        Cells are counted from 0 in the quarterly block; runs are numbered programmed first, then executed.
        """
        quarter, executed = divmod(quarter_slot, 2)
        return quarter + executed * self.quarters


OFFICIAL = Layout()


def slot_title(slot: int) -> str:
    """Return the title of a 0-based cell of the official tail: `EJECUTADO OCT`, `IV TRIMESTRE EJEC`."""
    if slot < OFFICIAL.month_cells:
        block, month = divmod(slot, OFFICIAL.months)
        return f"{BLOCKS[block]} {MONTHS[month]}"
    quarter, block = divmod(slot - OFFICIAL.month_cells, 2)
    if quarter < OFFICIAL.quarters:
        return f"{QUARTERS[quarter]} {QUARTER_BLOCKS[block]}"
    return f"columna {slot + 1} después de META"
