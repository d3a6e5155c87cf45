"""The faults: what is wrong, in which file, by which replacement of text, and the tests that should find it."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LISTS = sorted((Path(__file__).parent / "lists").glob("*.toml"))


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault in the file `path`: `new` stands where `old` was, which is there once; both paths are from the root."""

    what: str
    path: str
    old: str
    new: str
    tests: Sequence[str]

    @property
    def is_in_database(self) -> bool:
        """Tell whether the fault gets into the database, by what a migration runs."""
        return self.path.endswith(".sql") or Path(self.path).stem in ("recorder", "recorder_sql", "recorders")

    def put_in(self, text: str) -> str:
        """Return the file's text with the fault. Raises ValueError unless the place is there, once."""
        if text.count(self.old) != 1:
            raise ValueError(f"{self.path}: «{self.what}» stands at {text.count(self.old)} places.")
        return text.replace(self.old, self.new)


def faults(words: Sequence[str] = ()) -> list[Fault]:
    """Return the faults, of those lists and files alone whose path has one of the words, if any is given."""
    return [
        Fault(what, entry["path"], old, new, [f"tests/{test}" for test in entry["tests"]])
        for file in LISTS
        for entry in tomllib.loads(file.read_text(encoding="utf-8"))["file"]
        for what, old, new in entry["faults"]
        if not words or any(word in text for word in words for text in (file.name, entry["path"], what))
    ]
