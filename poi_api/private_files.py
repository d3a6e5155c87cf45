"""Small secrets kept in files that only their owner can read (mode 600)."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def read_or_create(path: Path, make: Callable[[], str]) -> str:
    """Return the text of `path`; without it, `make()` is stored there, once for all who try at the same time.

    Raises ImproperlyConfigured for a file that says nothing: a disk that was full, or a copy that was cut short.
    """
    if not path.exists():
        temporary = _temporary(path, make())
        try:
            os.link(temporary, path)  # unlike a rename, fails if another process came first
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
    if text := path.read_text(encoding="utf-8").strip():
        return text
    raise ImproperlyConfigured(
        f"El archivo {path} está vacío. Recupérelo de una copia; si no la hay, bórrelo y se creará otro."
    )


def replace(path: Path, text: str) -> None:
    """Put `text` in the place of what `path` held, at once and entirely."""
    _temporary(path, text).replace(path)


def _temporary(path: Path, text: str) -> Path:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # mkstemp makes the file with mode 600
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{text}\n")
        file.flush()
        os.fsync(file.fileno())  # else a file that is there may be empty after the power failed
    return Path(name)
