"""What the services of every app refuse to do; `poi_api.http.problems` makes problems of it (RFC 9457).

raise Conflict("plan_closed", "El plan ya se cerró.")
raise Invalid("unknown_unit", "No existe la unidad.", field="move[3].unit")
raise Conflict("targets_missing", "Faltan metas.", errors=[error_item("target_missing", "…"), …])
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from poi_api.http.problem_items import ErrorItem, error_item


def several(count: int) -> str:
    """Return how a problem sums up that many errors."""
    return f"Hay {count} errores; vea «errors»."


class RefusedError(Exception):
    """A write that is refused, with one error or the several of `errors`; `detail` (Spanish) sums them up.

    `members` are further members of the problem's body; `more` counts errors that are not among `errors`.
    """

    status: ClassVar[int]

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        field: str | None = None,
        index: int | None = None,
        errors: Sequence[ErrorItem] = (),
        members: Mapping[str, Any] | None = None,
        more: int = 0,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = list(errors) or [error_item(code, detail, field=field, index=index)]
        self.more = more
        self.members = dict(members or {})
        self.headers: dict[str, str] = {}


class Invalid(RefusedError):
    """The data is wrong, whatever the state: 400."""

    status = 400


class Forbidden(RefusedError):
    """The caller sees it, but its role there does not reach: 403."""

    status = 403

    def __init__(
        self, code: str = "permission_denied", detail: str = "Su rol no permite esta operación.", **more: Any
    ) -> None:
        super().__init__(code, detail, **more)


class Conflict(RefusedError):
    """The state forbids it: 409."""

    status = 409


class Unavailable(RefusedError):
    """Not now, through nobody's fault: 503, and after how many seconds (`wait`) to try again."""

    status = 503

    def __init__(self, code: str, detail: str, *, wait: int) -> None:
        super().__init__(code, detail)
        self.headers["Retry-After"] = str(wait)


class TooLarge(RefusedError):
    """More than this service takes or gives in one piece, whenever it is asked: 413."""

    status = 413


class Stale(RefusedError):
    """Somebody changed it first: 412, with the state as it is now in `current` and its ETag if it has one."""

    status = 412

    def __init__(
        self,
        current: Any,
        *,
        etag: str = "",
        code: str = "stale",
        detail: str = "Alguien lo cambió antes; en «current» está como quedó. Revíselo y vuelva a enviar su cambio.",
        field: str | None = None,
    ) -> None:
        super().__init__(code, detail, field=field, members={"current": current})
        if etag:
            self.headers["ETag"] = etag


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
