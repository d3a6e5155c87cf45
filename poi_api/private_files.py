"""Small secrets kept in files that only their owner can read (mode 600)."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def read_or_create(path: Path, make: Callable[[], str]) -> str:
    """Return the text of `path`; without it, `make()` is stored there, once for all who try at the same time."""
    if not path.exists():
        temporary = _temporary(path, make())
        try:
            os.link(temporary, path)  # unlike a rename, fails if another process came first
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
    return path.read_text(encoding="utf-8").strip()


def replace(path: Path, text: str) -> None:
    """Put `text` in the place of what `path` held, at once and entirely."""
    _temporary(path, text).replace(path)


def _temporary(path: Path, text: str) -> Path:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # mkstemp makes the file with mode 600
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{text}\n")
    return Path(name)
