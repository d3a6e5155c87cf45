"""Read a source document: bytes in, `Document` out. Knows nothing of any institution or database."""

from collections.abc import Iterable, Iterator, Sequence

from activities.document.document import Document
from activities.document.headers import no_table
from activities.document.layout import COLUMNS, NAMES
from activities.document.model import DUPLICATE, DocumentError, Problem, Row
from activities.document.pages import Pages, sort_records
from activities.document.records import DELIMITERS, decode, split
from activities.document.rows import read_row, rejected
from activities.document.separators import ambiguous_numbers
from activities.document.titles import stated_cut_off, stated_year
from activities.document.totals import stated_total
from activities.document.wording import lines
from poi_api.http.folding import fold

_SPREADSHEETS = ";"


def read_document(content: bytes, *, filename: str = "") -> Document:
    """Return the document in a TSV or CSV file in UTF-8 (domain.md, "Reading the source document").

    `filename` is used in messages only. Rows that cannot be read are `rejected` and come with the others.
    Raises DocumentError, with a Spanish message and the line where there is one, if no table can be found.
    """
    pages, delimiter = _pages(decode(content), filename)
    rows = _distinct(_rows(pages))
    stated, total_remarks = stated_total(pages.totals)
    year, year_remarks = stated_year(pages.titles)
    cut_off, line, cut_off_remarks = stated_cut_off(pages.sources)
    remarks = [*total_remarks, *year_remarks, *cut_off_remarks, *_hidden_characters(rows)]
    if delimiter == _SPREADSHEETS:
        remarks += ambiguous_numbers(pages.tables, rows[len(pages.early) :])
    return Document(year, cut_off, line, rows, stated, (*remarks, *pages.ignored))


def _pages(text: str, filename: str) -> tuple[Pages, str]:
    """Return the sorted lines under the delimiter that shows a table, and that delimiter."""
    failure: DocumentError | None = None
    for delimiter in DELIMITERS:
        try:
            pages = sort_records(split(text, delimiter))
        except DocumentError as error:
            failure = failure or error
            continue
        if pages.tables:
            return pages, delimiter
    raise failure or no_table(text, filename)


def _rows(pages: Pages) -> Iterator[Row]:
    for record in pages.early:
        problem = Problem("no_header", "Le falta antes la cabecera: ponga sobre la tabla sus dos líneas.", record.line)
        yield rejected(read_row(record, pages.tables[0].header), problem)
    for table in pages.tables:
        for record in table.rows:
            yield read_row(record, table.header)


def _distinct(rows: Iterable[Row]) -> list[Row]:
    """Return the rows; a later one with the unit, MEF activity and name of an earlier one is rejected."""
    first: dict[tuple[str, str, str], Row] = {}
    distinct = []
    for row in rows:
        key = fold(row.unit), fold(row.mef_activity), fold(row.activity)
        other = first.setdefault(key, row)
        distinct.append(rejected(row, _repeats(row, other)) if other is not row and all(key) else row)
    return distinct


def _repeats(row: Row, other: Row) -> Problem:
    if row.cells == other.cells:
        detail = f"Es una copia de la línea {other.line}: quítela."
    else:
        detail = (
            f"Repite la unidad, la actividad MEF y la actividad POI de la línea {other.line} con otros datos: "
            "deje solo la que vale."
        )
    return Problem(DUPLICATE, detail, row.line, COLUMNS["activity"])


def _hidden_characters(rows: Sequence[Row]) -> list[Problem]:
    """Return one warning of all rows with a name that holds what cannot be seen: it is another name."""
    hiding = [row.line for row in rows if not all(getattr(row, name).isprintable() for name in NAMES)]
    if not hiding:
        return []
    detail = (
        f"Hay nombres con caracteres que no se ven ({lines(hiding)}): no serán iguales a los que no los tienen. "
        "Si no van, quítelos escribiendo de nuevo el nombre."
    )
    return [Problem("hidden_characters", detail, hiding[0])]
