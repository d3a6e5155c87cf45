"""Keeping a document: the file as it came, how each of its rows was read, and what it would do."""

import hashlib
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

import orjson
from django.db import transaction

from activities.document import Document, Row
from activities.models import Import, ImportRow
from activities.services.bulk_history import write_history
from activities.services.importing.bringing import Brought, tried
from activities.services.importing.judging import refuse_unfit
from activities.services.importing.reading import for_plan, of_institution, read_apart, with_columns
from activities.services.importing.terms import Terms
from units.choices import UnitKind
from units.models import Unit

_LONGEST_NAME = 255
_AT_ONCE = 500
"""How many of the rows that are kept are read at once."""
_COLUMNS = ("source_id", "line", "status", "cells", "reading")


def store_import(content: bytes, *, filename: str, terms: Terms) -> Import:
    """Read a file, keep it with its diagnosis, and write no figure.

    Raises DocumentError for what is no document, and RefusedImportError for one that cannot be imported.
    """
    terms = with_columns(terms)
    document = read_apart(content, filename=filename, sheet=terms.sheet, columns=terms.columns)
    terms = of_institution(terms, document)
    document, year = for_plan(document, terms)
    refuse_unfit(document)
    return keep_import(tried(document, terms, year), year, terms, content=content, filename=filename, dry_run=True)


@transaction.atomic
def keep_import(
    brought: Brought, year: int, terms: Terms, *, content: bytes, filename: str, dry_run: bool = False
) -> Import:
    """Keep a file that was brought in, or was tried (`dry_run`), so that a person can check it and choose again."""
    document = brought.document
    report = document.head()
    report["summary"] |= brought.ending(dry_run=dry_run)
    source = Import.objects.create(
        institution=Unit.objects.filter(code=terms.institution, kind=UnitKind.INSTITUTION).first(),
        institution_code=terms.institution,
        year=year,
        filename=filename[:_LONGEST_NAME],
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        cut_off=document.cut_off,
        options=terms.as_options(),
        report=plain(report),
    )
    write_history(ImportRow, _COLUMNS, (_kept(source, row) for row in document.accepted))
    return source


def _kept(source: Import, row: Row) -> Sequence[Any]:
    return source.pk, row.line, row.status, list(row.cells), _text(row.as_report()).decode()


def is_read_as_kept(document: Document, source: Import) -> bool:
    """Tell whether a document is read as it was when it was stored, row by row."""
    kept = source.rows.order_by("line").values_list("reading", flat=True).iterator(_AT_ONCE)
    read = (plain(row.as_report()) for row in document.accepted)
    return all(was == now for was, now in zip_longest(kept, read))


def plain(data: dict[str, Any]) -> dict[str, Any]:
    """Return `data` as JSON columns keep it: quantities and dates as text, to the digit."""
    said: dict[str, Any] = orjson.loads(_text(data))
    return said


def _text(data: dict[str, Any]) -> bytes:
    return orjson.dumps(data, default=str)
