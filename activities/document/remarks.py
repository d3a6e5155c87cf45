"""What a person must know of how a table was read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from activities.document.checking import CALENDAR
from activities.document.columns.header import Header
from activities.document.columns.meanings import names_person
from activities.document.columns.words import PROGRAMMED, REPROGRAMMED, REST
from activities.document.layout import COLUMNS, NAMES, OFFICIAL
from activities.document.layouts import Reading
from activities.document.model import REJECTED, Problem, Row, Stated
from activities.document.naming import NOTHING_SAID
from activities.document.pages import Pages
from activities.document.wording import counted, lines
from poi_api.http.folding import fold


def of_reading(reading: Reading) -> Iterator[Problem]:
    """Yield what is to be said of a table's columns."""
    header = reading.header
    if header.left_out:
        blocks = ", ".join(f"«{title}»" for title in header.left_out)
        yield Problem("financial_left_out", f"Solo se lee lo físico: no se leyó {blocks}.", header.line)
    if len(header.targets) > 1 and header.target is not None:
        others = ", ".join(f"«{header.title(column)}»" for column in header.targets[1:])
        detail = f"De las columnas de META se tomó «{header.title(header.target)}» y no {others}."
        yield Problem("target_chosen", detail, header.line, header.title(header.target))
    if REPROGRAMMED in header.blocks and PROGRAMMED in header.blocks:
        yield Problem("reprogrammed", "Se tomó lo reprogramado como lo que se programa.", header.line)
    if REST in header.blocks:
        detail = f"No se leyó «{header.blocks[REST].title}»: no dice qué se programó ni qué se ejecutó."
        yield Problem("block_left_out", detail, header.line)
    if "unit" in header.columns and names_person(title := header.title(header.columns["unit"])):
        detail = f"La unidad se tomó de «{title}»: si nombra a personas, ponga una columna con la unidad."
        yield Problem("unit_in_charge", detail, header.line, title)
    if reading.equations.months != CALENDAR:
        detail = "Los trimestres impresos se cuentan desde el primer mes de la tabla; los del plan, desde enero."
        yield Problem("own_quarters", detail, header.line)
    if not reading.equations.checks_anything:
        detail = "La tabla no tiene META, trimestres ni totales: nada comprueba los meses."
        yield Problem("unchecked", detail, header.line)
    yield from _missing(header)


def _missing(header: Header) -> Iterator[Problem]:
    for name in NAMES:
        if name in header.columns:
            continue
        if name == "activity":
            detail = "Ninguna columna nombra la actividad: se llama como su unidad de medida."
        else:
            detail = f"Ninguna columna dice {COLUMNS[name]}: donde ningún grupo la dice, se puso {NOTHING_SAID[name]}."
        yield Problem("no_column", detail, header.line, COLUMNS[name])


def of_unchecked(reading: Reading, stated: Stated | None) -> Iterator[Problem]:
    """Yield that nothing says what the executed months add up to, where neither a row nor TOTAL does."""
    half, end = OFFICIAL.months, OFFICIAL.month_cells
    held = {slot for slots, _ in reading.equations.held for slot in slots}
    if reading.header.executed and held and held.isdisjoint(range(half, end)) and not (stated and any(stated.executed)):
        detail = "Nada comprueba lo ejecutado: no hay trimestres, totales ni una fila TOTAL que lo sumen."
        yield Problem("executed_unchecked", detail, reading.header.line)


def of_merged_cells(filled_in: Mapping[str, Sequence[int]], header: Header) -> Iterator[Problem]:
    """Yield what blank cells took from the row above: `filled_in` has their lines by meaning."""
    for meaning, numbers in filled_in.items():
        title = header.title(header.columns[meaning])
        detail = f"En {counted(len(numbers), 'fila', 'filas')} está en blanco y vale la de arriba ({lines(numbers)})."
        yield Problem("merged_cells", detail, numbers[0], title)


def of_dashes(numbers: Sequence[int]) -> Iterator[Problem]:
    """Yield what was read in rows with dashes."""
    if numbers:
        yield Problem("dash_for_zero", f"El guion se leyó como 0, porque así suma ({lines(numbers)}).", numbers[0])


def of_groups(pages: Pages, rows: Iterable[Row]) -> Iterator[Problem]:
    """Yield the lines of one text in a table that are no group: no unit of the rows is called so."""
    units = {fold(row.unit) for row in rows if row.status != REJECTED}
    for label, record in pages.groups.items():
        if fold(label) not in units:
            yield Problem("ignored_line", f"No es una fila de datos y no se leyó: «{label}».", record.line)
