"""Which rule of the database a write broke, and what is said of it in Spanish."""

from functools import cache
from typing import Any, NamedTuple

from django.apps import apps
from django.db import IntegrityError
from django.db.models import ProtectedError, RestrictedError

# Not null, check, exclusion: 400; the rest collide with what is stored
_WRONG_DATA = {"23502", "23514", "23P01"}
_IN_USE = "No se puede borrar: otros datos dependen de este."


class BrokenRule(NamedTuple):
    """`code` is the rule's name; `is_conflict` tells a 409 from a 400."""

    code: str
    detail: str
    is_conflict: bool


def broken_rule(error: IntegrityError) -> BrokenRule:
    """Return which rule an error of the database names: a model's constraint, or one raised by a trigger."""
    if isinstance(error, ProtectedError | RestrictedError):
        return BrokenRule("in_use", _IN_USE, is_conflict=True)
    diagnostics: Any = getattr(error.__cause__, "diag", None)
    name = getattr(diagnostics, "constraint_name", None)
    is_conflict = getattr(diagnostics, "sqlstate", None) not in _WRONG_DATA
    if name in messages():
        return BrokenRule(name, messages()[name], is_conflict)
    if name and diagnostics.source_function == "exec_stmt_raise":  # a rule of ours in PL/pgSQL, which says why itself
        return BrokenRule(name, diagnostics.message_primary, is_conflict)
    if getattr(diagnostics, "sqlstate", None) == "23503":
        return BrokenRule("in_use", _IN_USE, is_conflict=True)
    return BrokenRule("integrity", "Los datos no respetan una regla de la base de datos.", is_conflict)


@cache
def messages() -> dict[str, str]:
    """Return the message of every named constraint of the models that has one of its own, as all of ours do."""
    return {
        constraint.name: str(constraint.violation_error_message)
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if constraint.violation_error_message != constraint.default_violation_error_message
    }
