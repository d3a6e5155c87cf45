"""The door (settings.DOOR): what a request with a key comes to before Django.

It has no way of its own of knowing, permitting or answering. The statement that every request is authenticated by says
who asks and up to where things changed; if nothing did, and nothing that may ask for more than a role is in between,
what the whole way answered to the same words, for the same rights, is sent once more (docs/decisions/0040). A write
that is one statement is done here too (`short_way.py`). All else goes the whole way, with what was found by the key.
"""

import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from time import monotonic
from typing import Any

import psycopg
from django.db import Error, connection
from rest_framework.exceptions import AuthenticationFailed

from poi_api.database.event_loop import LoopConnection
from poi_api.database.turns import SharedActs
from poi_api.http.request_ids import HEADER, usable_id
from poi_api.server.environ import AFTER
from units.access.authentication import confirmed_in, key_in, note_confirmed
from units.access.lookup import LoopLookup
from units.models.epoch import EPOCH, epoch_read
from units.models.point import Point
from units.requests import short_way
from units.requests.answer_memory import GIVEN, MEMORY, Answer, Asked, Sent, asked_by, wording_of
from units.requests.makers import Makers

Environ = dict[str, Any]
Start = Callable[..., Any]
Wsgi = Callable[[Environ, Start], Iterable[bytes]]

logger = logging.getLogger(__name__)

_PATIENCE = 1.0  # seconds until what is made anew on the event loop is left to a thread
_TURNS = 2  # makers that are waited for: one that has begun before, and one that begins since
# What a request may say: what is known to decide its answer, which is heeded here, and what is known not to
_HEEDED = ("ACCEPT", "ACCEPT_ENCODING", "AUTHORIZATION", "HOST", "IF_NONE_MATCH", "ORIGIN", "X_FORWARDED_PROTO")
_IDLE = (
    *("ACCEPT_LANGUAGE", "CACHE_CONTROL", "CONNECTION", "DNT", "FORWARDED", "PRAGMA", "PRIORITY", "REFERER"),
    *("SEC_CH_UA", "SEC_CH_UA_MOBILE", "SEC_CH_UA_PLATFORM", "SEC_FETCH_DEST", "SEC_FETCH_MODE", "SEC_FETCH_SITE"),
    *("TRACEPARENT", "TRACESTATE", "USER_AGENT", "VIA", "X_FORWARDED_FOR", "X_FORWARDED_HOST", "X_FORWARDED_PORT"),
    *("X_REAL_IP", "X_REQUEST_ID"),
)
_HEADERS = frozenset(f"HTTP_{name}" for name in (*_HEEDED, *_IDLE))
_WRITING = _HEADERS - {"HTTP_IF_NONE_MATCH"} | {"CONTENT_TYPE", "CONTENT_LENGTH"}  # a write is refused with that one
_PLAIN = {"GET": _HEADERS, "PUT": _WRITING, "POST": _WRITING}  # by method


class Door:
    """A WSGI application that stands before another one, which goes the whole way."""

    def __init__(self, whole_way: Wsgi) -> None:
        self._whole_way = whole_way
        self._keys = LoopLookup()
        self._makers = Makers()
        self._acts = SharedActs(LoopConnection(EPOCH))
        self._renewals = LoopConnection(EPOCH)

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        if not _is_plain(environ):
            return self._whole_way(environ, start)
        if environ["REQUEST_METHOD"] != "GET":
            return self._write(environ, start)
        came, wording = monotonic(), wording_of(environ)
        if MEMORY.has_any(wording) and not connection.in_atomic_block:
            with suppress(AuthenticationFailed, Error):  # said on the whole way, which connects anew if need be
                confirmed = confirmed_in(environ)
                found = confirmed and _found(environ, asked_by(wording, *confirmed), confirmed.state.point, came)
                if found and (sent := _sent_again(environ, start, *found)) is not None:
                    return sent
        return self._whole_way(environ, _noting(environ, start))

    async def at_once(self, environ: Environ, start: Start) -> Iterable[bytes] | None:
        """Answer a request on the event loop by what is kept, or by one statement; None where a thread is to do it.

        While a thread makes what is asked, it is waited for: what was begun after a request had come is its answer too.
        """
        if not _is_plain(environ):
            return None
        if environ["REQUEST_METHOD"] != "GET":
            way = short_way.of(environ)
            return None if way is None else await way.write_at_once(environ, start, self._acts)
        came, key, wording = monotonic(), key_in(environ), wording_of(environ)
        if key is None or not MEMORY.has_any(wording):
            return None
        confirmed = await self._keys.confirmed(key)
        if confirmed is None:
            return None
        asked, point, turns, is_new = asked_by(wording, *confirmed), confirmed.state.point, _TURNS, False
        while (found := _found(environ, asked, point, came)) is None:
            if turns and await self._makers.wait(asked):
                turns -= 1
            elif is_new or not (is_new := await self._renew(asked, point, came)):
                note_confirmed(environ, confirmed)
                environ[AFTER] = self._makers.begin(asked)
                return None
        return _sent_again(environ, start, *found)

    async def _renew(self, asked: Asked, point: Point, came: float) -> bool:
        """Make an answer that does not stand anew, if that is one statement; tell whether it was done."""
        kept: Answer | None = MEMORY.get(asked)
        begun = None if kept is None or kept.stands(point, came) else kept.begun()
        if not begun or not self._renewals.is_free() or self._renewals.known != (asked.epoch,):
            return False
        end, token = self._makers.begin(asked), epoch_read.set(asked.epoch)
        try:
            made = begun.made(*await self._renewals.values_of(begun.statement, begun.values, _PATIENCE))
        except psycopg.Error as error:  # a thread says what is wrong
            logger.warning("La base no respondió lo que se preguntó otra vez, que hará un hilo: %s", error)
            return False
        finally:
            epoch_read.reset(token)
            end()
        if made:
            MEMORY.keep(asked, made)
        return made is not None

    def _write(self, environ: Environ, start: Start) -> Iterable[bytes]:
        way = None if connection.in_atomic_block else short_way.of(environ)
        if way is None:
            return self._whole_way(environ, start)
        if not way.is_known:
            return self._whole_way(environ, way.noting(start))
        return way.write(environ, start) or self._whole_way(environ, start)


def _is_plain(environ: Environ) -> bool:
    """Tell whether a machine asks by what is known here alone: no body for a GET, no cookie, no condition more."""
    plain = _PLAIN.get(environ["REQUEST_METHOD"])
    return (
        plain is not None
        and "HTTP_AUTHORIZATION" in environ
        and all(name in plain or not name.startswith(("HTTP_", "CONTENT_")) for name in environ)
    )


def _found(environ: Environ, asked: Asked, point: Point, came: float) -> tuple[Answer, Sent] | None:
    """Return the answer that is right for who came then and was known at `point`, and how it was sent; None without."""
    answer: Answer | None = MEMORY.get(asked)
    if answer is None or not answer.stands(point, came):
        return None
    sent = answer.sent_to(environ.get("HTTP_IF_NONE_MATCH"))
    return sent and (answer, sent)


def _sent_again(environ: Environ, start: Start, answer: Answer, sent: Sent) -> Iterable[bytes] | None:
    """Send what this caller was or would be given now; None, and nothing is sent, where its view may ask for more."""
    if not sent.view.asks_what_all_do():
        return None
    start(sent.status, [*sent.headers, (HEADER, usable_id(environ.get("HTTP_X_REQUEST_ID", "")))])
    return [answer.body] if isinstance(answer.body, bytes) and sent.has_body else []


def _noting(environ: Environ, start: Start) -> Start:
    """Return what starts an answer, and keeps with the one that the memory gave how it was sent."""

    def start_noting(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        if given := environ.get(GIVEN):
            answer, view = given
            shown = [(name, value) for name, value in headers if name != HEADER]
            answer.note(environ.get("HTTP_IF_NONE_MATCH"), Sent(status, shown, view))
        return start(status, headers, *more)

    return start_noting
