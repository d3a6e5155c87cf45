"""The short way of a write: what a machine sends that one statement does, done at the door (docs/decisions/0052).

Whether such a write is let pass, and with which headers it is answered, is decided by its view, by the manner of the
request and by the key; by its body decide the view and the database alone. So once the whole way answered one, the door
does the next to that view in the same manner. What is not good in everything goes the whole way, which explains it.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from io import BytesIO
from typing import Any, ClassVar, NamedTuple

from django.db import Error, connection
from django.urls import Resolver404, get_resolver

from poi_api.database.rows import row_of
from poi_api.database.turns import SharedActs
from poi_api.http import exact_json
from poi_api.http.compression import GZIP, pack, takes_gzip, weak
from poi_api.http.lean_view import LeanView
from poi_api.http.problems import exception_handler
from poi_api.http.request_ids import HEADER, usable_id
from units.access.authentication import key_in
from units.access.grants import Access
from units.access.lookup import lately_confirmed
from units.history.cursors import cursor_at
from units.models.epoch import epoch_read
from units.models.point import Point
from units.requests.answer_memory import Wording, manner_of
from units.requests.conditional import CURSOR

_SMALL = 128 * 1024  # bytes; more than any good month has, or two thousand of them
_AT_ONCE = 16 * 1024  # bytes of a body that the event loop reads
_MOST = 100  # manners that are known; they are few, but whoever asks may think of others
_TRIED = "poi.tried"  # that the event loop has done or tried it
_OF_EACH = ("ETag", CURSOR, "Content-Encoding", "Content-Length", HEADER)
_OF_GOOD = ("Content-Type", "Cache-Control")  # what an answer to a failure says for itself, or not at all

Environ = dict[str, Any]
Start = Callable[..., Any]
Headers = Sequence[tuple[str, str]]


class Done(NamedTuple):
    """What came of a write: who did it, the data of the answer, its ETag ("" for none), its point of the order."""

    access: Access
    data: Any
    etag: str
    point: Point


class Act(NamedTuple):
    """A write: a statement of `act_by_key`, what is `said` in it, what reads its row, and `about` what it is.

    One that is done together with others is asked as `SharedActs` does, another one's values are said as they are.
    """

    statement: str
    said: Sequence[Any]
    read: Callable[[Sequence[Any]], Done]
    about: Hashable = None


class ShortView(LeanView):
    """A view of which one statement can do what is sent by `short_method`: alone, or `together` with others."""

    short_method: ClassVar[str]
    together: ClassVar[bool] = False

    @classmethod
    def act_alone(cls, said: Any, request_id: str, **path: str) -> Act | None:
        """Return what does what the JSON of a body says, for the client with the key; None where it is not good."""
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
        begun = self._begun(environ)
        if begun is None:
            return None
        connection.close_if_unusable_or_obsolete()  # as before every request of the whole way: it is looked at anew
        try:
            said = begun.act.said
            row = row_of(
                begun.act.statement, [*begun.key, *([[each] for each in said] if self.view.together else said)]
            )
            return begun.answer(environ, row).send(start) if row else None
        except Error as failed:
            return begun.say(failed, start)

    async def write_at_once(self, environ: Environ, start: Start, acts: SharedActs) -> Iterable[bytes] | None:
        """Do the same on the event loop, together with others that wait; None where a thread is to do it."""
        if not self.view.together or int(environ["CONTENT_LENGTH"]) > _AT_ONCE:
            return None
        begun = self._begun(environ) if acts.is_open() else None
        if begun is None:
            return None
        environ[_TRIED] = True
        act = begun.act
        try:
            with acts.connection.errors:
                answer = await acts.made_of(act.statement, begun.key, act.said, act.about, begun.maker(environ, acts))
        except Error as failed:
            return begun.say(failed, start)
        return None if answer is None else answer.send(start)

    def _begun(self, environ: Environ) -> "_Begun | None":
        headers, text = _known.get(self[:2]), key_in(environ)
        key = lately_confirmed(text) if headers is not None and text is not None else None
        if headers is None or key is None:
            return None
        content = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        environ["wsgi.input"] = BytesIO(content)
        name = usable_id(environ.get("HTTP_X_REQUEST_ID", ""))
        try:
            said = exact_json.loads(content)
        except ValueError:
            return None
        act = self.view.act_alone(said, name, **self.path)
        return act and _Begun(act, key, headers, name)


class _Answer(NamedTuple):
    """A good answer, which is sent when what it says is on disk."""

    headers: Headers
    content: bytes

    def send(self, start: Start) -> Iterable[bytes]:
        start("200 OK", self.headers)
        return [self.content]


class _Begun(NamedTuple):
    """A write whose body is read, with prefix and digest of its key, the headers of its answer, its request's id."""

    act: Act
    key: tuple[str, bytes]
    headers: Headers
    name: str

    def answer(self, environ: Environ, row: Sequence[Any]) -> "_Answer":
        """Return the answer to what was done."""
        done = self.act.read(row)
        content, etag, coding = exact_json.dumps(done.data), done.etag, []
        if takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
            etag, packed = etag and weak(etag), pack(content)
            if packed is not None:
                content, coding = packed, [("Content-Encoding", GZIP)]
        of_each = [*([("ETag", etag)] if etag else []), (CURSOR, cursor_at(done.point, done.access)), *coding]
        return _Answer([*self.headers, *of_each, ("Content-Length", str(len(content))), (HEADER, self.name)], content)

    def maker(self, environ: Environ, acts: SharedActs) -> Callable[[Sequence[Any]], "_Answer"]:
        """Return what makes the answer to what the event loop did, in the history that its connection knows."""

        def make(row: Sequence[Any]) -> _Answer:
            token = epoch_read.set(acts.connection.known[0])
            try:
                return self.answer(environ, row)
            finally:
                epoch_read.reset(token)

        return make

    def say(self, failed: Error, start: Start) -> Iterable[bytes]:
        """Answer what the database said that failed. Raises it again if it is a fault of our own.

        It is said here, since whether the write was done may not be known: on the way to a thread it might be refused
        as if it had not begun.
        """
        answer = exception_handler(failed, {})
        if answer is None:
            raise failed
        said = {**answer.headers, "Content-Length": str(len(answer.content)), HEADER: self.name}
        common = [each for each in self.headers if each[0] not in _OF_GOOD]
        start(f"{answer.status_code} {answer.reason_phrase}", [*common, *said.items()])
        return [answer.content]


def of(environ: Environ) -> ShortWay | None:
    """Return the short way of a write whose headers decide nothing; None unless it has one."""
    length: str = environ.get("CONTENT_LENGTH", "")
    if (
        environ.get("CONTENT_TYPE") != "application/json"
        or environ["QUERY_STRING"]
        or environ["SCRIPT_NAME"]
        or _TRIED in environ
        or not length.isdecimal()
        or int(length[:9]) > _SMALL
    ):
        return None
    try:
        found = get_resolver().resolve(environ["PATH_INFO"])
    except Resolver404:
        return None
    view: Any = getattr(found.func, "cls", None)
    if view is None or not issubclass(view, ShortView) or view.short_method != environ["REQUEST_METHOD"]:
        return None
    if not view.asks_what_all_do():
        return None
    return ShortWay(view, manner_of(environ), found.kwargs)
