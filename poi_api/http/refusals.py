"""Refusing a write with everything that is wrong with it at once."""

from collections.abc import Mapping, Sequence

from poi_api.http.exceptions import Conflict, Invalid, RefusedError, several
from poi_api.http.problem_items import ErrorItem


def refuse_all(kind: type[RefusedError], errors: Sequence[ErrorItem], more: int = 0) -> None:
    """Raise `kind` with all `errors`, if there are any; `more` counts those that are not among them."""
    if errors:
        count = len(errors) + more
        detail = errors[0]["detail"] if count == 1 else several(count)
        raise kind(errors[0]["code"], detail, errors=errors, more=more)


def require_empty(what: str, contents: Mapping[str, int], *, instead: str) -> None:
    """Raise Conflict `in_use` unless `what` is empty; `contents` counts by Spanish plural what belongs to it."""
    present = [f"{name}: {count}" for name, count in contents.items() if count]
    if present:
        raise Conflict("in_use", f"No se puede borrar {what}; tiene {', '.join(present)}. {instead}")


def require_reason(reason: str) -> None:
    """Raise Invalid `reason_required` for a blank reason."""
    if not reason.strip():
        raise Invalid("reason_required", "Hace falta un motivo: diga por qué.", field="reason")
