"""Refusing a write with everything that is wrong with it at once."""

from collections.abc import Mapping, Sequence

from poi_api.http.exceptions import Conflict, Invalid, RefusedError
from poi_api.http.problem_items import ErrorItem, error_item


def refuse_all(kind: type[RefusedError], errors: Sequence[ErrorItem]) -> None:
    """Raise `kind` with all `errors`; nothing happens without any."""
    if errors:
        several = f"Hay {len(errors)} errores; vea «errors»."
        raise kind(errors[0]["code"], errors[0]["detail"] if len(errors) == 1 else several, errors=errors)


def refuse_use(what: str, uses: Mapping[str, int], *, instead: str) -> None:
    """Raise Conflict `in_use` if anything uses `what`; `uses` counts them by their Spanish plural names."""
    found = [f"{name}: {count}" for name, count in uses.items() if count]
    if found:
        raise Conflict("in_use", f"No se puede borrar {what}; tiene {', '.join(found)}. {instead}")


def duplicates(*, field: str, places: Sequence[int], detail: str) -> list[ErrorItem]:
    """Return a `duplicate_item` for every one of several items of a list that name one thing."""
    return [error_item("duplicate_item", detail, field=field, index=place) for place in places]


def require_reason(reason: str) -> None:
    """Raise Invalid `reason_required` for a blank reason."""
    if not reason.strip():
        raise Invalid("reason_required", "Hace falta un motivo: diga por qué.", field="reason")
