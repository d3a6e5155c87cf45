"""What the services of this app refuse to do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row of a document cannot be brought in, or what a person must know of it."""

    line: int
    code: str
    detail: str


class RefusedImportError(Exception):
    """A document that cannot be brought in; nothing was written. The message is in Spanish."""

    def __init__(self, message: str, problems: tuple[RowProblem, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems
