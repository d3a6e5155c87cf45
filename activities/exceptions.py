"""What the services of this app refuse to do."""

from collections.abc import Sequence

from activities.document import DocumentError, Problem


class RefusedImportError(Exception):
    """A document that cannot be imported, with the problems of its rows; nothing was written. In Spanish.

    `conflict` is the code where not the document is wrong, but the state of its plan forbids it.
    """

    def __init__(self, message: str, problems: Sequence[Problem] = (), *, conflict: str = "") -> None:
        super().__init__(message)
        self.problems = problems
        self.conflict = conflict


class RefusedChoiceError(RefusedImportError):
    """Choices that a document does not offer; the column of a problem is the kind of choice."""


class NoInstitutionError(RefusedImportError):
    """A document that does not say of which institution it is, where there are several."""


class InterruptedReadingError(DocumentError):
    """A document that was not read to its end, through no fault of its own: it may be sent again as it is."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="busy")
