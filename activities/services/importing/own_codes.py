"""Codes that a document has of its own: kept where they are free (domain.md, rule 14)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Self

from activities.document import Problem, Row
from activities.document.wording import lines
from activities.exceptions import RefusedImportError
from activities.services.plans.codes import free_codes
from poi_api.http.folding import fold

LONGEST = 32
"""How many characters a code may have."""


@dataclass(frozen=True, slots=True)
class Recoded:
    """Something that the document names by a code under which it is not kept: what it is called, both codes."""

    kind: str
    name: str
    printed: str
    code: str


@dataclass(slots=True)
class Noted:
    """What a person should know of what a document names: what is kept under another code, and all else."""

    recoded: list[Recoded] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Named:
    """What a row names: a code (empty: the document has none), a name, and the line that says so."""

    code: str
    name: str
    line: int

    @classmethod
    def of(cls, row: Row, kind: str) -> Self:
        """Return what a row calls its `unit`, `unit_above`, `mef_activity`, `activity` or `measurement_unit`."""
        return cls(row.details.get(f"{kind}_code", ""), getattr(row, kind), row.line)

    @property
    def key(self) -> tuple[str, str]:
        """What tells two such things apart in a document."""
        return fold(self.code), fold(self.name)


def firsts(things: Iterable[Named]) -> dict[tuple[str, str], Named]:
    """Return each thing once, in document order, by what tells it apart, as it is named first."""
    found: dict[tuple[str, str], Named] = {}
    for thing in things:
        found.setdefault(thing.key, thing)
    return found


class FreeCodes:
    """Gives codes that are not taken: the one wanted, else the same with the year after it; or the next number."""

    def __init__(self, prefix: str, taken: Collection[str], year: int) -> None:
        self._numbers = free_codes(prefix, 2, taken)
        self._taken = {fold(code) for code in taken}
        self._year = year

    def take(self, wanted: str) -> str:
        """Return the code to be used for `wanted` (empty: a number after the prefix), which is taken from then on."""
        others = (f"{wanted}-{self._year}-{number}" for number in count(2))
        codes = chain([wanted, f"{wanted}-{self._year}"], others) if wanted else self._numbers
        code = next(code for code in codes if fold(code) not in self._taken)
        self._taken.add(fold(code))
        return code


def refuse_codes(things: Iterable[Named], what: str) -> None:
    """Raise RefusedImportError for a code that cannot be kept, and for one that two names have.

    `what` the things are is said in Spanish, such as «la unidad».
    """
    names: dict[str, Named] = {}
    problems = []
    for thing in things:
        if not thing.code:
            continue
        if len(thing.code) > LONGEST or "," in thing.code or not thing.code.isprintable():
            detail = f"«{thing.code[:LONGEST]}» no puede ser el código de {what}: corríjalo."
            problems.append(Problem("unreadable_code", detail, thing.line))
        first = names.setdefault(fold(thing.code), thing)
        if first.key != thing.key:
            detail = (
                f"El código «{thing.code}» de {what} «{thing.name}» es en la línea {first.line} el de "
                f"«{first.name}»: corrija uno de los dos."
            )
            problems.append(Problem("code_of_two", detail, thing.line))
    if problems:
        told = lines(sorted({problem.line for problem in problems if problem.line is not None}))
        raise RefusedImportError(f"Hay códigos que el documento no usa bien ({told}).", problems)
