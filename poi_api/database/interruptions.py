"""Why the database did not finish what it was asked, and what is said of it in Spanish (docs/decisions/0016)."""

from typing import Any, NamedTuple

from django.db import Error, InterfaceError, OperationalError

_NOTHING_KEPT = "No se guardó nada."


class Interruption(NamedTuple):
    """`retry_after` says in how many seconds it may go better; what is `expected` is no fault of the database."""

    code: str
    detail: str
    retry_after: int
    expected: bool = True


_TOO_LONG = Interruption(
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
    "unavailable", "La base de datos no responde; vuelva a intentar en unos segundos.", 5, expected=False
)
_NO_SPACE = Interruption(
    "disk_full",
    f"No queda espacio en el disco de la base de datos. {_NOTHING_KEPT} Todavía se puede leer; avise a quien la opera.",
    60,
    expected=False,
)
_BY_SQLSTATE = {
    "57014": _TOO_LONG,  # query_canceled, as by statement_timeout
    "55P03": _LOCKED,  # lock_not_available, as by lock_timeout
    "40001": _COLLIDED,  # serialization_failure
    "40P01": _COLLIDED,  # deadlock_detected
    "53100": _NO_SPACE,  # disk_full
    "25P03": _UNAVAILABLE,  # idle_in_transaction_session_timeout, which has ended the connection
}


def interruption(error: Error) -> Interruption | None:
    """Return what an error of the database says was interrupted; None for one about what was asked."""
    cause: Any = error.__cause__
    said = _BY_SQLSTATE.get(getattr(cause, "sqlstate", None) or "")
    if said is None and isinstance(error, OperationalError | InterfaceError):
        return _UNAVAILABLE
    return said
