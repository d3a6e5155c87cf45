"""Why no table was found in a text, said so that a person can mend the file."""

from activities.document.layout import BLOCKS, MONTHS
from activities.document.model import DocumentError
from poi_api.http.folding import fold

_GROUPS = tuple(fold(block)[:-1] for block in BLOCKS)
_MARKS = ("\t", ";", ",")


def no_table(text: str, filename: str) -> DocumentError:
    """What to say of a text in which no delimiter shows a table."""
    for line, content in enumerate(text.splitlines(), 1):
        folded = fold(content)
        if all(group in folded for group in _GROUPS):
            if max(content.count(mark) for mark in _MARKS) < len(MONTHS):
                detail = (
                    "Parece la cabecera, pero sus columnas no están separadas: se perdieron los tabuladores. "
                    "Exporte de nuevo la tabla como CSV o como texto separado por tabuladores."
                )
            else:
                detail = (
                    "Es la línea de grupos de la cabecera (PROGRAMADO, EJECUTADO), pero debajo falta la de los meses "
                    f"({MONTHS[0]} … {MONTHS[-1]}): cópiela del original."
                )
            return DocumentError(detail, code="no_table", line=line)
    subject = f"el archivo «{filename}»" if filename else "el archivo"
    detail = (
        f"No se encontró en {subject} ninguna tabla con las dos líneas de cabecera del POI, la de grupos "
        "(ÓRGANO/UNIDAD ORGÁNICA, ACTIVIDAD MEF, …, PROGRAMADO, EJECUTADO) y la de meses "
        f"({MONTHS[0]} … {MONTHS[-1]})."
    )
    return DocumentError(detail, code="no_table")
