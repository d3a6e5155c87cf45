"""The short way of a write: a machine's small PUT that one statement does, done at the door (docs/decisions/0052).

Whether such a write is let pass, and with which headers it is answered, is decided by its view, by the manner of the
request and by the key; by its body decide the view and the database alone. So once the whole way answered one, the door
does the next to that view in the same manner. What is not good in everything goes the whole way, which explains it.
"""

from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from typing import Any, NamedTuple

from django.db import Error, connection
from django.urls import Resolver404, resolve

from poi_api.http.compression import encode, takes_gzip
from poi_api.http.lean_view import LeanView
from poi_api.http.request_ids import HEADER, usable_id
from units.access.authentication import key_in
from units.access.grants import Access
from units.access.lookup import lately_confirmed
from units.models.point import Point
from units.requests.answer_memory import Wording, manner_of
from units.requests.writes import FAILED, Written, written_answer

_SMALL = 128 * 1024  # bytes; more than any good month has
_MOST = 100  # manners that are known; they are few, but whoever asks may think of others
_OF_EACH = ("ETag", "Change-Cursor", "Content-Encoding", "Content-Length", HEADER)

Environ = dict[str, Any]
Start = Callable[..., Any]
Headers = Sequence[tuple[str, str]]


class Done(NamedTuple):
    """What came of a write: who did it, what is answered, and from which point of the change order."""

    access: Access
    written: Written
    point: Point


class ShortView(LeanView):
    """A view whose PUT one statement can do, in a transaction of its own."""

    @classmethod
    def write_alone(cls, content: bytes, key: str, request_id: str, **path: str) -> Done | None:
        """Do what a body says for the client with that key; None, and nothing is done, where it is refused."""
        raise NotImplementedError


# The headers of good answers by view and manner, as the whole way sent them
_known: dict[tuple[type[ShortView], Wording], Headers] = {}


class ShortWay(NamedTuple):
    """The way of one request: its view, its manner, and what its address names."""

    view: type[ShortView]
    manner: Wording
    path: dict[str, str]

    @property
    def is_known(self) -> bool:
        """Whether the whole way answered one such write."""
        return self[:2] in _known

    def noting(self, start: Start) -> Start:
        """Return what starts the answer of the whole way, and keeps the headers of a good one that others will have."""

        def start_noting(status: str, headers: Headers, *more: Any) -> Any:
            if status.startswith("200 "):
                if len(_known) >= _MOST:
                    _known.clear()
                _known[self[:2]] = [each for each in headers if each[0] not in _OF_EACH]
            return start(status, headers, *more)

        return start_noting

    def write(self, environ: Environ, start: Start) -> Iterable[bytes] | None:
        """Do the write and answer it; None, and nothing is done, where the whole way has to say what is wrong."""
        headers, key = _known.get(self[:2]), key_in(environ)
        if headers is None or key is None or not lately_confirmed(key):
            return None
        content = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        environ["wsgi.input"] = BytesIO(content)
        name = usable_id(environ.get("HTTP_X_REQUEST_ID", ""))
        connection.close_if_unusable_or_obsolete()  # as before every request of the whole way: it is looked at anew
        try:
            done = self.view.write_alone(content, key, name, **self.path)
        except Error as failed:  # said on the whole way, which does not try again
            environ[FAILED] = failed
            return None
        if done is None:
            return None
        answer = written_answer(done.written, done.access, done.point)
        if takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
            encode(answer)
        answer.headers["Content-Length"], answer.headers[HEADER] = str(len(answer.content)), name
        start("200 OK", [*headers, *((each, answer.headers[each]) for each in _OF_EACH if each in answer.headers)])
        return [answer.content]


def of(environ: Environ) -> ShortWay | None:
    """Return the short way of a PUT whose headers decide nothing; None unless it has one."""
    length: str = environ.get("CONTENT_LENGTH", "")
    if (
        environ.get("CONTENT_TYPE") != "application/json"
        or environ["QUERY_STRING"]
        or environ["SCRIPT_NAME"]
        or not length.isdecimal()
        or int(length[:9]) > _SMALL
    ):
        return None
    try:
        found = resolve(environ["PATH_INFO"])
    except Resolver404:
        return None
    view: Any = getattr(found.func, "cls", None)
    if view is None or not issubclass(view, ShortView) or not view.asks_what_all_do():
        return None
    return ShortWay(view, manner_of(environ), found.kwargs)
