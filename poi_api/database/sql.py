"""The SQL of an app: its live definitions, and what of them is frozen beside its migrations.

A migration runs the text that was frozen when it was made and never a live file, so that it stays what it was.
"""

import re
from pathlib import Path

from django.apps import apps

_WHY = re.compile(r"^--.*\n+", re.MULTILINE)  # outside of functions, whose own text the database keeps


def live(app: str, names: tuple[str, ...]) -> str:
    """Return the statements of an app's SQL files `names`, in that order."""
    folder = Path(apps.get_app_config(app).path, "sql")
    return "\n".join(statements((folder / f"{name}.sql").read_text(encoding="utf-8")) for name in names)


def statements(text: str) -> str:
    """Return the text of an SQL file without the lines that say why, which stand in the file alone."""
    return _WHY.sub("", text)


def frozen(migration: str) -> str:
    """Return the SQL that is frozen for a migration, whose `__file__` is given."""
    return frozen_path(Path(migration)).read_text(encoding="utf-8")


def frozen_path(migration: Path) -> Path:
    """Return where the SQL of a migration's file is frozen: `sql/` beside it, under the same name."""
    return migration.parent / "sql" / f"{migration.stem}.sql"
