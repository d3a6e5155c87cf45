"""How tests import: documents for `import_poi`, and single rows for the ledger."""

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from django.core.management import CommandError, call_command
from django.db import transaction

from activities.document import Alternative, Document, Row
from activities.services.importing.applying import record_application
from activities.services.importing.bringing import bring_in
from activities.services.importing.choices import Choices
from activities.services.importing.ledger import Outcome
from activities.services.importing.storing import keep_import
from activities.services.importing.terms import Terms
from tests.activities.document.generator import Style, TrueRow, document, true_row
from units.models import ChangeSet, Unit

ONES = (Decimal(1),) * 12
NOTHING = (None,) * 12
OTHER = Alternative(ONES, (Decimal("1.5"),) * 12, 2)


class Ran(NamedTuple):
    """What the command said: standard output, standard error, why it failed (empty: it did not), its report."""

    out: str
    err: str
    failure: str
    report: dict[str, Any]

    @property
    def changes(self) -> dict[str, Any]:
        return dict(self.report["summary"]["changes"])


def run(file: Path | str, *options: str, institution: str = "SAT") -> Ran:
    """Run the command, the report being asked for."""
    out, err = StringIO(), StringIO()
    target = Path(file).with_suffix(".json")
    target.unlink(missing_ok=True)
    known = ["--institution", institution] if institution else []
    failure = ""
    try:
        call_command("import_poi", str(file), *known, "--report", str(target), *options, stdout=out, stderr=err)
    except CommandError as error:
        failure = str(error)
    text = target.read_text() if target.exists() else ""
    return Ran(out.getvalue(), err.getvalue(), failure, json.loads(text or "{}"))


def rows(count: int = 3, seed: int = 1) -> list[TrueRow]:
    random = Random(seed)
    return [true_row(random, number) for number in range(1, count + 1)]


def written(folder: Path, made: list[TrueRow] | None = None, name: str = "poi.tsv", year: int = 2024) -> Path:
    """Write a document of these rows and return where."""
    path = folder / name
    path.write_bytes(document(Random(0), made or rows(), Style(), year))
    return path


def edited(path: Path, old: str, new: str) -> Path:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    return path


def nothing_is_written() -> bool:
    return not ChangeSet.objects.exists() and not Unit.objects.exists()


def row(line: int = 3, programmed: tuple[Any, ...] = ONES, executed: tuple[Any, ...] = ONES, **names: str) -> Row:
    """Make a row; months that are not given are blank."""
    said: dict[str, Any] = {
        "unit": "OFICINA",
        "mef_activity": "GESTIÓN",
        "activity": f"N.º {line}",
        "measurement_unit": "INFORMES",
    }
    return Row(
        line=line,
        programmed=tuple(Decimal(quantity) for quantity in (*programmed, *[0] * 12)[:12]),
        executed=tuple(None if q is None else Decimal(q) for q in (*executed, *[None] * 12)[:12]),
        status="exact",
        cells=("a", "b"),
        **{**said, "measurement_unit": "INFORMES", **names},
    )


def bring(*rows: Row, left_out: Sequence[Row] = (), cut_off: date | None = None, **options: Any) -> Outcome:
    """Bring these rows in, and keep them if they change something, as the command does."""
    file = {"filename": options.pop("filename", "poi.tsv"), "content": options.pop("content", b"x")}
    choices, year = options.pop("choices", Choices()), options.pop("year", 2022)
    terms = Terms(**{"institution": "SAT", "institution_name": "SAT LIMA", **options})
    lines = frozenset(row.line for row in left_out)
    document = Document(year, cut_off, None, [*rows, *left_out], None, left_out=lines)
    with transaction.atomic():
        brought = bring_in(document, terms, year, choices)
        if brought.outcome.changes_something:
            record_application(keep_import(brought, year, terms, **file), brought, choices)
    return brought.outcome
