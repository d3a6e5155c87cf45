"""Read the source document (domain.md, "Reading the source document"). Pure: no Django, no database, nothing written.

`read_document` is the one way in; what it returns stands in `document` and `model`. Each step reads only what those
above it made:

    records    `records` makes lines of cells from bytes
    pages      `headers` finds where the columns of a table stand (`layout` has the official ones);
               `pages` sorts the lines: titles, headers, data rows, TOTAL, source
    rows       `quantities` reads printed numbers, `scale` makes them whole for repair;
               `rows` reads the names and figures of a row, `mismatch` says why one has no reading
    repair     `runs` reads the months of one quarter, `quarterly` the quarterly cells, `search` a whole row;
               `repair` judges the readings, `preference` orders them, `edits` tells what was repaired
    document   `titles` reads year and cut-off, `totals` the TOTAL row, `separators` doubts commas and points;
               `reading` puts the document together
"""

from activities.document.document import Document
from activities.document.model import Alternative, DocumentError, Problem, Repair, Row, Stated
from activities.document.reading import read_document

__all__ = ["Alternative", "Document", "DocumentError", "Problem", "Repair", "Row", "Stated", "read_document"]
