"""How a document is to be read and brought in: what is asked with it, whoever asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

_KEPT = ("institution_name", "sheet", "columns", "layout", "resolution", "draft", "strict", "overwrite")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a document is brought in by. `year` None: the one that it states.

    `sheet` is the one that is meant of several, `columns` what titles mean that no rule finds, and `layout` the name
    under which the institution keeps these. `draft` makes a draft of a new plan, `strict` leaves inferred rows out, and
    `overwrite` replaces what people reported.
    """

    institution: str
    institution_name: str = ""
    year: int | None = None
    sheet: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    layout: str = ""
    resolution: str = ""
    draft: bool = False
    strict: bool = False
    overwrite: bool = False

    def as_options(self) -> dict[str, Any]:
        """Return what is kept of them with a stored import; institution and year have columns of their own."""
        return {name: getattr(self, name) for name in _KEPT}

    @classmethod
    def of(cls, *, institution: str, year: int, options: Mapping[str, Any]) -> Self:
        """Return those of a stored import."""
        return cls(institution=institution, year=year, **{name: options[name] for name in _KEPT if name in options})
