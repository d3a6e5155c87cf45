"""What the server answers by itself, before a thread is taken: problems of the request."""

from poi_api.http.problem_items import error_item
from poi_api.http.problems import BODY_TOO_LARGE, RETRY_AFTER, UNREADABLE, problem

# Each with its status, its code and what is said of it
TOO_LARGE = 413, "body_too_large", BODY_TOO_LARGE
TOO_SLOW = 408, "body_too_slow", "El contenido no llegó a tiempo."
# A body that ends before its end, or is framed in a way that nobody can follow
CUT_SHORT = 400, "bad_request", UNREADABLE
# The process has as much to do as it takes on
OVERLOADED = 503, "overloaded", "Hay demasiadas solicitudes; vuelva a intentar en unos segundos."
DISK_FULL = 503, "disk_full", "No queda espacio en disco; avise a quien opera el servicio."
# A request that is not whole, or has no thread, when the process stops: it was not begun
STOPPING = 503, "stopping", "El servicio se está deteniendo y no empezó con esto; vuelva a intentar en unos segundos."
# An error of our own, which has been logged
FAILED = 500, "internal_error", "Algo falló de nuestro lado; ya quedó registrado."


class RefusedRequest(Exception):
    """A request that the server answers with one of these; `ends` if the rest of its body is not worth reading.

    `why` is for the log.
    """

    def __init__(self, refusal: tuple[int, str, str], *, ends: bool = True, why: str = "") -> None:
        status, self.code, detail = refusal
        super().__init__(detail)
        self.ends, self.why = ends, why
        headers = {"Retry-After": str(RETRY_AFTER)} if status == 503 else {}
        headers |= {"Connection": "close"} if ends else {}
        self.answer = problem(status, [error_item(self.code, detail)], headers)
        self.answer.headers["Content-Length"] = str(len(self.answer.content))
