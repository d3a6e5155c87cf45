"""Why a sheet has no table that can be read, said so that a person can mend it."""

from collections.abc import Sequence

from activities.document.columns.words import EXECUTED, PROGRAMMED, block_of, period_of
from activities.document.forms.sheets import Record
from activities.document.layout import MONTHS
from activities.document.model import DocumentError
from poi_api.http.folding import fold

_ENOUGH = 3
_HEADERS_LOOKED_AT = 200
_LONG = ("mes", "month")
_YEAR = f"{MONTHS[0]} … {MONTHS[-1]}"
_NAME_THEM = "o diga qué es cada columna con --column 'TÍTULO=SIGNIFICADO'"


def no_table(records: Sequence[Record], filename: str, *, is_page: bool = False) -> DocumentError:
    """Return what to say of lines among which there is no header; a web page is called that, whatever its name."""
    for record in records[:_HEADERS_LOOKED_AT]:
        if detail := _cause(record):
            return DocumentError(detail, code="no_table", line=record.line)
    what = "la página web (HTML)" if is_page else "el archivo"
    subject = f"{what} «{filename}»" if filename else what
    detail = (
        f"No se encontró en {subject} ninguna tabla del POI: una cabecera con la unidad, la actividad y la unidad de "
        f"medida, y con los meses ({_YEAR}) de lo programado y de lo ejecutado."
    )
    return DocumentError(detail, code="no_table")


def _cause(record: Record) -> str:
    """Return what is missing in a line that looks like a header; empty if it looks like none."""
    filled = record.filled
    text = fold(" ".join(filled))
    if len(filled) <= 1 and "programado" in text and "ejecutado" in text and "medida" in text:
        return (
            "Parece la cabecera, pero sus columnas no están separadas: se perdieron los tabuladores. "
            "Exporte de nuevo la tabla como CSV o como texto separado por tabuladores."
        )
    if any(fold(cell) in _LONG for cell in filled) and len(filled) > _ENOUGH:
        return f"Hay una fila por mes (columna MES): ponga los doce meses de cada actividad en una fila, {_NAME_THEM}."
    blocks = {block_of(cell) for cell in filled} & {PROGRAMMED, EXECUTED}
    quarters = sum(period is not None and period[0] == "quarter" for period in map(period_of, filled))
    if quarters >= _ENOUGH and EXECUTED not in blocks:
        return f"La tabla tiene trimestres, pero faltan los meses ({_YEAR})."
    if len(blocks) > 1 and len(filled) > _ENOUGH:
        return (
            "Parece la cabecera (PROGRAMADO, EJECUTADO), pero debajo falta la de los meses "
            f"({_YEAR}): cópiela del original, {_NAME_THEM}."
        )
    return ""
