"""Read the source document (domain.md, "Reading the source document"). Pure: no Django, no database, nothing written.

`read_document` is the one way in; what it returns stands in `document` and `model`. Each step reads only what those
above it made:

    forms/     bytes into sheets of lines of cells, whatever form the file has; `sheets` chooses the one that is read
    columns/   what each column of a table holds, by all its titles together (`layout` has the official ones);
               `pages` sorts the lines: titles, headers, data rows, TOTAL, source; `layouts` asks the rows about columns
    rows       `quantities` reads printed numbers (`separators` their commas), `scale` makes them whole;
               `naming`, `stated` and `rows` read a row, `selection` says which count
    repair     `checking` says what must add up; `runs`, `quarterly`, `windows` and `programme` read its parts, `search`
               a whole row; `repair` judges the readings, `preference` orders them, `edits` tells what was repaired;
               `accumulated` does all of it where months do not add up
    document   `titles` reads year and cut-off, `totals` the TOTAL row, by which `deciding` chooses between readings:
               `contributing` says what rows add, `choosing` which readings fit, `contradicting` which rows it puts in
               doubt; `nesting` finds sums of rows, `remarks` says what is doubtful, `reading` puts all together
"""

from activities.document.document import Document
from activities.document.model import Alternative, DocumentError, Problem, Repair, Row, Stated
from activities.document.reading import read_document

__all__ = ["Alternative", "Document", "DocumentError", "Problem", "Repair", "Row", "Stated", "read_document"]
