"""The sheet of a file that is a document, and its lines sorted."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from activities.document.columns.finding import Finder
from activities.document.columns.missing import no_table
from activities.document.forms.html import read_html
from activities.document.forms.kinds import kind_of
from activities.document.forms.sheets import Record, Sheet, letters
from activities.document.forms.text import DELIMITERS, decode, split
from activities.document.forms.workbook import read_workbook
from activities.document.model import DocumentError, Problem
from activities.document.pages import Pages, sort_records
from activities.document.wording import counted, lines
from poi_api.http.folding import fold

_SHOWN = 10


def pages_of(content: bytes, filename: str, sheet: str, finder: Finder) -> Pages:
    """Return the sorted lines of the sheet that has a table. Raises DocumentError if none has, or several have."""
    kind = kind_of(content)
    if kind == "text":
        return _pages_of_text(decode(content), filename, finder)
    sheets: Iterable[Sheet] = read_html(content) if kind == "html" else read_workbook(content)
    is_page = kind == "html"
    pages = _chosen(sheets, sheet, finder, partial(no_table, filename=filename, is_page=is_page))
    pages.counted = is_page
    return pages


def _pages_of_text(text: str, filename: str, finder: Finder) -> Pages:
    """Return the sorted lines under the delimiter that shows a table; the most frequent one says what is wrong."""
    failure: DocumentError | None = None
    for delimiter in sorted(DELIMITERS, key=lambda sign: -text.count(sign)):
        try:
            found = split(text, delimiter)
            pages = sort_records(found.records, finder)
        except DocumentError as error:
            failure = failure or error
            continue
        if pages.tables:
            pages.counted = True
            return pages
        failure = failure or no_table(found.records, filename)
    raise failure or no_table([], filename)


def _chosen(
    sheets: Iterable[Sheet], wanted: str, finder: Finder, no_table_in: Callable[[Sequence[Record]], DocumentError]
) -> Pages:
    """Return the lines of the sheet that has a table: the one `wanted`, or the only one that is not hidden."""
    names: list[str] = []
    found: dict[str, Pages] = {}
    failures: dict[str, DocumentError] = {}
    without: DocumentError | None = None
    for sheet in sheets:
        names.append(sheet.name)
        if fold(sheet.name) != fold(wanted) if wanted else sheet.hidden:
            continue
        try:
            pages = sort_records(sheet.records, finder)
        except DocumentError as error:
            failures[sheet.name] = error
            continue
        if pages.tables:
            pages.ignored += _concealed(sheet, pages)
            found[sheet.name] = pages
        elif sheet.records and without is None:
            without = no_table_in(sheet.records)
    if wanted and fold(wanted) not in map(fold, names):
        raise DocumentError(f"No hay una hoja «{wanted}»; hay {_listed(names)}.", code="no_sheet")
    if len(found) > 1:
        message = f"Hay tablas en {len(found)} hojas ({_listed(found)}): diga cuál es con --sheet."
        raise DocumentError(message, code="several_sheets")
    if not found:
        raise next(iter(failures.values()), None) or without or no_table_in([])
    (pages,) = found.values()
    pages.ignored += [
        Problem("ignored_sheet", f"No se leyó la hoja «{name}»: {failure}") for name, failure in failures.items()
    ]
    return pages


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"«{name}»" for name in names)


def _concealed(sheet: Sheet, pages: Pages) -> Iterator[Problem]:
    """Yield which rows of data and which titled columns are not shown: they are read all the same."""
    records = [record for table in pages.tables for record in table.records]
    if rows := [record.line for record in records if record.line in sheet.hidden_lines]:
        count = counted(len(rows), "fila que la hoja oculta", "filas que la hoja oculta")
        detail = f"Se leyó también {count} ({lines(rows)}): si no van, quite el filtro y bórrelas."
        yield Problem("hidden_rows", detail, rows[0])
    header = pages.tables[0].header
    if columns := [column for column in sorted(sheet.hidden_columns) if header.title(column)]:
        named = ", ".join(f"«{header.title(column)}» ({letters(column)})" for column in columns[:_SHOWN])
        more = f" y {len(columns) - _SHOWN} más" if len(columns) > _SHOWN else ""
        detail = f"Se leyó también lo que está en columnas ocultas: {named}{more}. Si no van, bórrelas."
        yield Problem("hidden_columns", detail, header.line, letters(columns[0]))
