"""How tests run `import_poi`, and documents for it."""

import json
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from django.core.management import CommandError, call_command

from tests.activities.document.generator import Style, TrueRow, document, true_row
from units.models import ChangeSet, Unit


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
