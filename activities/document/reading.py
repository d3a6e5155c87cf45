"""Read a source document: bytes in, `Document` out. Knows nothing of any institution or database."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from activities.document.checking import Equations
from activities.document.columns.finding import Finder
from activities.document.columns.words import EXECUTED, block_of
from activities.document.contributing import Contribution, contribution_of
from activities.document.deciding import decided
from activities.document.document import Document
from activities.document.forms.sheets import Record, refuse_bytes
from activities.document.layout import COLUMNS
from activities.document.layouts import Reading, reading_of
from activities.document.model import DUPLICATE, REJECTED, DocumentError, Problem, Row
from activities.document.naming import Names, named_rows
from activities.document.nesting import without_sums
from activities.document.pages import Pages, Table
from activities.document.quantities import DASHES
from activities.document.remarks import of_dashes, of_groups, of_merged_cells, of_reading, of_unchecked
from activities.document.rows import read_row, rejected
from activities.document.selection import LeftOut, activities_among
from activities.document.separators import ambiguous_numbers, writes_commas
from activities.document.sheets import pages_of
from activities.document.titles import Year, stated_cut_off, stated_year, years_of_months
from activities.document.totals import stated_total
from activities.document.widths import Widths
from activities.document.wording import lines
from poi_api.http.folding import fold
from poi_api.http.texts import hides_something


def read_document(
    content: bytes, *, filename: str = "", sheet: str = "", columns: Mapping[str, str] | None = None
) -> Document:
    """Return the document in a file, in whatever form it is (domain.md, "Reading the source document").

    `filename` is used in messages only; `sheet` names the one that is meant of several. `columns` says what titles
    mean that no rule finds, by `columns.meanings.MEANINGS`, `programmed_01` … `executed_12`. Rows that cannot be read
    are `rejected` and come with the others. Raises DocumentError, with a Spanish message, and the line and column where
    there are any, if no table can be read.
    """
    refuse_bytes(len(content))
    pages = pages_of(content, filename, sheet, Finder(columns))
    return replace(_Reader(pages).document(), digest=hashlib.sha256(content).hexdigest())


@dataclass(slots=True)
class _Reader:
    """Reads the tables of a sheet, and collects what is to be said of them."""

    pages: Pages
    remarks: list[Problem] = field(default_factory=list)
    years: dict[str, int] = field(default_factory=dict)
    institutions: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    dashes: list[int] = field(default_factory=list)
    filled_in: dict[str, list[int]] = field(default_factory=dict)
    left_out: LeftOut = field(default_factory=LeftOut)

    def document(self) -> Document:
        pages = self.pages
        tables = self._physical()
        readings = [(table, reading_of(table, comma=comma)) for comma in [writes_commas(tables)] for table in tables]
        read = [(record, reading, row) for table, reading in readings for record, row in self._rows(table, reading)]
        early = self._early(readings[0][1])
        rows = _distinct([*early, *(row for _, _, row in read)])
        first = readings[0][1]
        self._refuse_executed_alone(first)
        stated, total_remarks = stated_total(pages.totals, first.header, comma=first.comma)
        year, year_remarks = stated_year(pages.titles, self._year())
        cut_off, line, cut_off_remarks = stated_cut_off(pages.sources)
        rows, sum_remarks = without_sums(rows, stated)
        rows, column_remarks = decided(rows, stated, *self._beside(rows, read))
        remarks = [*total_remarks, *column_remarks, *sum_remarks, *year_remarks, *cut_off_remarks]
        remarks += _hidden_characters((*pages.titles, *pages.groups.values(), *rows))
        remarks += dict.fromkeys(problem for _, reading in readings for problem in of_reading(reading))
        remarks += of_unchecked(first, stated)
        remarks += [*of_merged_cells(self.filled_in, first.header), *of_dashes(self.dashes)]
        remarks += [*self.left_out.as_problems(), *self.remarks, *ambiguous_numbers(read), *of_groups(pages, rows)]
        institution, code = self._institution()
        return Document(
            year=year.year if year else None,
            cut_off=cut_off,
            cut_off_line=line,
            rows=rows,
            stated=stated,
            remarks=(*remarks, *pages.ignored),
            year_source=f"línea {year.line}, {year.source}" if year else "",
            institution=institution,
            institution_code=code,
            inactive=self.left_out.inactive,
        )

    def _beside(
        self, rows: Iterable[Row], read: Sequence[tuple[Record, Reading, Row]]
    ) -> tuple[dict[int, Equations], list[Contribution | None]]:
        """Return the equations of each row by its line, and what rows may add to TOTAL that are not taken."""
        places = {record.line: (record, reading) for record, reading, _ in read}
        absent = [
            contribution_of(row, *places[row.line]) if row.line in places else None
            for row in rows
            if row.status == REJECTED
        ]
        absent += [None] * bool(self.left_out.inactive)
        return {line: reading.of_row(record).equations for line, (record, reading) in places.items()}, absent

    def _physical(self) -> list[Table]:
        """Return the tables that are about what is done. Raises DocumentError if all are about money."""
        physical = [table for table in self.pages.tables if not table.is_money]
        for table in self.pages.tables:
            if table.is_money:
                detail = "Solo se lee lo físico: no se leyó la tabla financiera."
                self.remarks.append(Problem("financial_left_out", detail, table.header.line))
        if not physical:
            message = "La tabla es financiera y aquí se lee lo físico: lo programado y ejecutado en unidades de medida."
            raise DocumentError(message, code="financial", line=self.pages.tables[0].header.line)
        if scaled := [table for table in physical if table.is_scaled]:
            message = "La tabla dice que sus cifras están en miles, o algo así: escríbalas completas y quite el aviso."
            raise DocumentError(message, code="scaled", line=scaled[0].header.line)
        return physical

    def _rows(self, table: Table, reading: Reading) -> Iterator[tuple[Record, Row]]:
        widths, start = Widths.of(table), reading.header.tail
        for record, names in activities_among(named_rows(table, reading.header), self.left_out):
            self._note(names, record.line)
            row = read_row(record, names, reading)
            if start is not None:
                row = widths.held(row, record, start)
            elif self.pages.counted and (problem := widths.miscounted(record)):
                row = rejected(row, problem)
            if row.status != REJECTED and DASHES & set(record.cells):
                self.dashes.append(row.line)
            yield record, row

    def _early(self, reading: Reading) -> Iterator[Row]:
        """Yield the rows before the first header, which are rejected."""
        table = Table(reading.header, rows=[(record, "") for record in self.pages.early])
        for record, names in named_rows(table, reading.header):
            problem = Problem(
                "no_header", "Le falta antes la cabecera: ponga sobre la tabla sus dos líneas.", record.line
            )
            yield rejected(read_row(record, names, reading), problem)

    def _note(self, names: Names, line: int) -> None:
        """Note what a row says of the year and the institution, and what it left blank."""
        if year := names.details.get("year", ""):
            self.years.setdefault(year, line)
        name, code = (names.details.get(meaning, "") for meaning in ("institution", "institution_code"))
        if name or code:
            self.institutions.setdefault(fold(code or name), (name or code, code, line))
        for meaning in names.filled_in:
            self.filled_in.setdefault(meaning, []).append(line)

    def _year(self) -> list[Year]:
        """Return the years that rows and titles of months say. Raises DocumentError if either say two."""
        years = {text: line for text, line in self.years.items() if text.isdecimal() and len(text) == 4}
        months = {year: table.header for table in self.pages.tables for year in years_of_months(table.header)}
        if len(years) > 1:
            (first, one), (second, other) = list(years.items())[:2]
            message = f"Hay filas de {first} (línea {one}) y de {second}: deje solo las de un año."
            raise DocumentError(message, code="two_years", line=other)
        if len(months) > 1:
            message = f"Hay meses de {' y de '.join(map(str, sorted(months)))}: deje solo los de un año."
            raise DocumentError(message, code="two_years", line=next(iter(months.values())).last_line)
        return [
            *(Year(int(text), line, "columna del año") for text, line in years.items()),
            *(Year(year, header.last_line, "títulos de los meses") for year, header in months.items()),
        ]

    def _refuse_executed_alone(self, reading: Reading) -> None:
        """Raise DocumentError where nothing calls the months programmed and a title speaks of what was executed."""
        header = reading.header
        texts = [header.title(column) for column in header.targets[:1]]
        texts += [" ".join(title.filled) for title in self.pages.titles]
        if header.assumed and any(block_of(text) == EXECUTED for text in texts):
            message = (
                "Un título dice que la tabla es de lo ejecutado, y nada dice qué son los meses: ponga sobre ellos "
                "PROGRAMADO o EJECUTADO. Lo programado hace falta."
            )
            raise DocumentError(message, code="unclear_header", line=header.last_line)

    def _institution(self) -> tuple[str, str]:
        """Return name and code of the institution that all rows say. Raises DocumentError if they say two."""
        if len(self.institutions) > 1:
            (first, _, one), (second, _, other) = list(self.institutions.values())[:2]
            message = f"Hay filas de «{first}» (línea {one}) y de «{second}»: deje solo las de una institución."
            raise DocumentError(message, code="two_institutions", line=other)
        return next(((name, code) for name, code, _ in self.institutions.values()), ("", ""))


def _distinct(rows: Iterable[Row]) -> list[Row]:
    """Return the rows; those with the unit and code, or all names, of another are rejected, but the first of copies.

    Where the figures differ nothing says which row holds, or whether they are parts of one activity.
    """
    distinct = list(rows)
    same: dict[tuple[str, ...], list[int]] = {}
    for place, row in enumerate(distinct):
        names = fold(row.unit), fold(row.mef_activity), fold(row.activity)
        code = row.details.get("activity_code", "")
        if all(names):
            same.setdefault((names[0], code) if code else names, []).append(place)
    for first, *later in same.values():
        row = distinct[first]
        other = next((distinct[place] for place in later if distinct[place].cells != row.cells), None)
        for place in later:
            distinct[place] = rejected(distinct[place], _repeats(distinct[place], row))
        if other:
            distinct[first] = rejected(row, _repeats(row, other))
    return distinct


def _repeats(row: Row, other: Row) -> Problem:
    if row.cells == other.cells:
        detail = f"Es una copia de la línea {other.line}: quítela."
    elif code := row.details.get("activity_code"):
        detail = f"Repite el código «{code}» de la línea {other.line} con otros datos: deje solo la que vale."
    else:
        detail = (
            f"Repite la unidad, la actividad MEF y la actividad POI de la línea {other.line} con otros datos: "
            "deje solo la que vale."
        )
    return Problem(DUPLICATE, detail, row.line, COLUMNS["activity"])


def _hidden_characters(read: Iterable[Record | Row]) -> list[Problem]:
    """Return one warning of all lines that hold what cannot be seen: names, codes and reasons are read without it."""
    hiding = sorted(each.line for each in read if any(map(hides_something, each.cells)))
    if not hiding:
        return []
    detail = f"Hay textos con caracteres que no se ven ({lines(hiding)}): se leyeron sin ellos. Compruebe lo que dicen."
    return [Problem("hidden_characters", detail, hiding[0])]
