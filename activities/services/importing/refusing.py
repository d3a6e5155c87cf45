"""What is wrong with a document, as the errors of an answer (api.md, "Errors")."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from activities.document import DocumentError, Problem
from activities.exceptions import InterruptedReadingError, NoInstitutionError, RefusedChoiceError, RefusedImportError
from poi_api.http.exceptions import Conflict, Invalid, Unavailable
from poi_api.http.problem_items import ErrorItem, error_item

_OPTION = re.compile(r"--([a-z][a-z-]*)")
_MEMBERS = {"column": "columns"}
_WAIT = 60  # seconds, after which a busy machine may read what it did not


@contextmanager
def refusals_answered() -> Iterator[None]:
    """Raise Invalid, or Conflict where the state forbids it, for a document that the block refuses.

    One that was not read to its end is Unavailable (503).
    """
    try:
        yield
    except InterruptedReadingError as interrupted:
        raise Unavailable(interrupted.code, str(interrupted), wait=_WAIT) from interrupted
    except DocumentError as refusal:
        problem = Problem(refusal.code, str(refusal), refusal.line, refusal.column)
        raise Invalid(refusal.code, _said(str(refusal)), errors=[_item(problem)]) from refusal
    except RefusedChoiceError as refusal:
        errors = [
            error_item(each.code, each.detail, field=f"choices.{each.column}.{each.line}") for each in refusal.problems
        ]
        raise Invalid("unknown_choice", str(refusal), errors=errors) from refusal
    except NoInstitutionError as refusal:
        raise Invalid("required", _said(str(refusal)), field="institution") from refusal
    except RefusedImportError as refusal:
        detail = _said(str(refusal))
        if refusal.conflict:
            raise Conflict(refusal.conflict, detail) from refusal
        errors = [_item(problem) for problem in refusal.problems]
        raise Invalid("refused_document", detail, field="file", errors=errors) from refusal


def _item(problem: Problem) -> ErrorItem:
    item = error_item(problem.code, _said(problem.detail), field="file")
    return {**item, "line": problem.line, "column": problem.column}


def _said(text: str) -> str:
    """Return what the reader says with the members of a form in place of the command's options."""
    return _OPTION.sub(lambda option: f"«{_MEMBERS.get(option[1], option[1].replace('-', '_'))}»", text)
