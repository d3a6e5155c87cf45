"""What the server answers by itself, before a thread is taken: problems of the request."""

from typing import NoReturn

from poi_api.http.files import IS_FULL
from poi_api.http.problem_items import error_item
from poi_api.http.problems import BODY_TOO_LARGE, RETRY_AFTER, UNREADABLE, problem


class RefusedRequest(Exception):
    """A request that the server answers with a problem; `ends` if the rest of its body is not worth reading.

    `why` is for the log.
    """

    def __init__(self, status: int, code: str, detail: str, *, ends: bool = True, why: str = "") -> None:
        super().__init__(detail)
        self.code, self.ends, self.why = code, ends, why
        headers = {"Retry-After": str(RETRY_AFTER)} if status == 503 else {}
        headers |= {"Connection": "close"} if ends else {}
        self.answer = problem(status, [error_item(code, detail)], headers)
        self.answer.headers["Content-Length"] = str(len(self.answer.content))


def too_large() -> NoReturn:
    """Raise the 413 of a body over the limit."""
    raise RefusedRequest(413, "body_too_large", BODY_TOO_LARGE)


def too_slow() -> NoReturn:
    """Raise the 408 of a body that did not come in time."""
    raise RefusedRequest(408, "body_too_slow", "El contenido no llegó a tiempo.")


def unreadable() -> NoReturn:
    """Raise the 400 of a body that ends before its end, or is framed in a way that nobody can follow."""
    raise RefusedRequest(400, "bad_request", UNREADABLE)


def overloaded(*, ends: bool, why: str = "") -> NoReturn:
    """Raise the 503 of a process that has as much to do as it takes on."""
    detail = "Hay demasiadas solicitudes; vuelva a intentar en unos segundos."
    raise RefusedRequest(503, "overloaded", detail, ends=ends, why=why)


def not_kept(error: OSError) -> NoReturn:
    """Raise the 503 of a long body for which there is no room on disk, or no descriptor."""
    if error.errno not in IS_FULL:
        overloaded(ends=True, why=str(error))
    detail = "No queda espacio en disco; avise a quien opera el servicio."
    raise RefusedRequest(503, "disk_full", detail, why=str(error))


def stopping(*, ends: bool) -> NoReturn:
    """Raise the 503 of a request that is not whole, or has no thread, when the process stops: it was not begun."""
    detail = "El servicio se está deteniendo y no empezó con esto; vuelva a intentar en unos segundos."
    raise RefusedRequest(503, "stopping", detail, ends=ends)


def failed() -> NoReturn:
    """Raise the 500 of an error of our own, which has been logged."""
    raise RefusedRequest(500, "internal_error", "Algo falló de nuestro lado; ya quedó registrado.", ends=False)
