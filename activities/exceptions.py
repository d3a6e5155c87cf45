"""What the services of this app refuse to do."""

from dataclasses import dataclass
from typing import ClassVar

from poi_api.http.exceptions import RefusedError


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row of a document cannot be brought in, or what a person must know of it."""

    line: int
    code: str
    detail: str
    column: str | None = None


class RefusedImportError(Exception):
    """A document that cannot be brought in; nothing was written. The message is in Spanish."""

    def __init__(self, message: str, problems: tuple[RowProblem, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


class TooManyItems(RefusedError):
    """A list with more items than one request may have: 413."""

    status: ClassVar[int] = 413

    def __init__(self, most: int, count: int) -> None:
        detail = f"Una lista admite hasta {most} elementos y esta tiene {count}: envíela en varias partes."
        super().__init__("too_many_items", detail, field="items")
