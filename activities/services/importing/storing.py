"""Keeping a document: the file as it came, how each of its rows was read, and what it would do."""

import hashlib
import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from activities.document import Document
from activities.models import Import, ImportRow
from activities.services.bulk_history import save_in_bulk
from activities.services.importing.bringing import Brought, tried
from activities.services.importing.judging import refuse_unfit
from activities.services.importing.reading import for_plan, of_institution, read_apart, with_columns
from activities.services.importing.terms import Terms
from units.choices import UnitKind
from units.models import Unit

_LONGEST_NAME = 255


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
    save_in_bulk(
        [
            ImportRow(
                source=source, line=row.line, status=row.status, cells=list(row.cells), reading=plain(row.as_report())
            )
            for row in document.accepted
        ]
    )
    return source


def as_read(document: Document) -> list[dict[str, Any]]:
    """Return the rows as they are kept, to be compared with those of an earlier reading."""
    return [plain(row.as_report()) for row in document.accepted]


def plain(data: dict[str, Any]) -> dict[str, Any]:
    """Return `data` as JSON columns keep it: quantities and dates as text, to the digit."""
    said: dict[str, Any] = json.loads(json.dumps(data, cls=DjangoJSONEncoder))
    return said
