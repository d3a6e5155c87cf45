"""Why the database did not finish what it was asked, and what is said of it in Spanish (docs/decisions/0016)."""

from typing import Any, NamedTuple

from django.db import Error, InterfaceError, OperationalError, connection

_NOTHING_KEPT = "No se guardó nada."


class Interruption(NamedTuple):
    """`retry_after` says in how many seconds it may go better; what is `expected` is no fault of the database."""

    code: str
    detail: str
    retry_after: int
    expected: bool = True


TOOK_TOO_LONG = Interruption(
    "took_too_long",
    f"Tomaba demasiado tiempo y se detuvo. {_NOTHING_KEPT} Pida menos de una vez, o vuelva a intentar más tarde.",
    30,
)
_LOCKED = Interruption(
    "locked", f"Otra operación tiene ocupado lo mismo y no termina. {_NOTHING_KEPT} Vuelva a enviar la solicitud.", 5
)
_COLLIDED = Interruption(
    "collided", f"Chocó con otra operación que cambiaba lo mismo. {_NOTHING_KEPT} Vuelva a enviar la solicitud.", 1
)
_UNAVAILABLE = Interruption(
    "unavailable",
    "La base de datos no responde o cortó la conexión. Si enviaba un cambio, no se sabe si se guardó: vuelva a "
    "enviarlo con la misma Idempotency-Key, o mire antes cómo quedó.",
    5,
    expected=False,
)
_OVERLOADED = Interruption(
    "overloaded",
    f"La base de datos no tiene recursos para esto ahora. {_NOTHING_KEPT} Vuelva a intentar en unos segundos.",
    5,
    expected=False,
)
_NO_SPACE = Interruption(
    "disk_full",
    f"No queda espacio en el disco de la base de datos. {_NOTHING_KEPT} Todavía se puede leer; avise a quien la opera.",
    60,
    expected=False,
)
_BY_SQLSTATE = {
    "57014": TOOK_TOO_LONG,  # query_canceled, as by statement_timeout
    "55P03": _LOCKED,  # lock_not_available, as by lock_timeout
    "40001": _COLLIDED,  # serialization_failure
    "40P01": _COLLIDED,  # deadlock_detected
    "53100": _NO_SPACE,  # disk_full
    "25006": _UNAVAILABLE,  # read_only_sql_transaction: a standby, or a database that was made read-only
    "25P03": _UNAVAILABLE,  # idle_in_transaction_session_timeout, which has ended the connection
}
_BY_CLASS = {
    "08": _UNAVAILABLE,  # connection exceptions
    "53": _OVERLOADED,  # insufficient resources: memory, connections
    "57": _UNAVAILABLE,  # operator intervention: it stops, or starts
    "58": _UNAVAILABLE,  # errors of the system below it
}


def interruption(error: Error) -> Interruption | None:
    """Return what an error of the database says was interrupted; None for one about what was asked, or of our own."""
    cause: Any = error.__cause__
    state: str = getattr(cause, "sqlstate", None) or ""
    if state:
        return _BY_SQLSTATE.get(state) or _BY_CLASS.get(state[:2])
    is_lost = isinstance(error, OperationalError) or (isinstance(error, InterfaceError) and not _is_connected())
    return _UNAVAILABLE if is_lost else None


def primary_message(error: Error) -> str:
    """Return in one line what the database said went wrong, without the statement or where it was."""
    said = getattr(getattr(error.__cause__, "diag", None), "message_primary", None) or str(error).partition("\n")[0]
    return " ".join(said.split())


def _is_connected() -> bool:
    link = connection.connection
    return link is not None and not link.closed
