"""Django behind an event loop, as an ASGI application.

The loop awaits the whole body of a request, a thread then runs Django on it, and the loop sends what it answered. So
a thread is never taken by a client, however slowly that sends or reads (docs/decisions/0014).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Any, NoReturn

from corsheaders.middleware import CorsMiddleware
from django.conf import settings
from django.http import HttpResponse
from django.utils.module_loading import import_string

from poi_api.http.request_ids import named
from poi_api.http.requests import Utf8Request
from poi_api.server import counted, memory, refusals
from poi_api.server.answers import Answer, Send, send_whole
from poi_api.server.bodies import Bodies, Body, length_of
from poi_api.server.environ import AFTER, Environ, Scope, client_of, environ_of
from poi_api.server.health import ALIVE, READING, READY
from poi_api.server.presence import Presence, Receive
from poi_api.server.refusals import RefusedRequest
from poi_api.server.stopping import serve_until_told
from poi_api.server.threads import Threads

logger = logging.getLogger(__name__)

_THREADS = 4  # per process; each has a connection to the database
_WRITING = 3  # threads that writes take at most: who waits for a row that is held does not hold up readers
_WAITING = 100  # requests of either kind that wait for a thread, per process
_DISCARDING = 5  # seconds in which the rest of a refused body is read, so that its client comes to read the answer
_DISCARDED = 32 * 1024 * 1024  # bytes that are read of it at most
_ONLY_READ = (*READING, "OPTIONS")

Wsgi = Callable[[Environ, Any], Iterable[bytes]]
AtOnce = Callable[[Environ, Any], Awaitable[Iterable[bytes] | None]]  # None where a thread is to answer


class Application:
    """The ASGI application that answers what a WSGI application does."""

    def __init__(self, wsgi: Wsgi, at_once: AtOnce | None = None) -> None:
        self._wsgi = wsgi
        self._at_once = at_once
        self._bodies = Bodies(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        self._threads = Threads(_THREADS, writing=_WRITING, waiting=_WAITING)
        self._probes = Threads(1, writing=1, waiting=_WAITING)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or see the process through from its start to its stop."""
        if scope["type"] == "lifespan":
            await serve_until_told(receive, send, self._stop)
            return
        presence = Presence(receive)
        try:
            answer = await self._answer(scope, receive, presence)
        except RefusedRequest as refused:
            counted.warn(refused.code, refused.why)
            said = _said(refused.answer, scope)
            headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in said.items()]
            await send_whole(send, said.status_code, headers, said.content)
            if refused.ends and not self._bodies.stopped:
                await _discard(receive)
        else:
            await answer.send(presence, send, head_only=scope["method"] == "HEAD")
        finally:
            presence.forget()

    async def _answer(self, scope: Scope, receive: Receive, presence: Presence) -> Answer:
        length, method = length_of(scope["headers"]), scope["method"]
        probed = method in READING and length == 0
        if probed and scope["path"] == ALIVE:
            return self._run(environ_of(scope, None), None)  # it waits for nothing, however much there is to do
        body = await self._bodies.receive(length, client_of(scope), receive) if length != 0 else None
        threads = self._probes if probed and scope["path"] == READY else self._threads
        writes = method not in _ONLY_READ
        environ = environ_of(scope, body)
        try:
            answer = await self._answered(environ)
            if answer is None:
                await threads.enter(presence, writes=writes)
                taken, body = body, None  # it is for the thread to close
                answer = await threads.run(writes, self._run, environ, taken)
            return answer
        finally:
            if body:
                body.close()
            if after := environ.get(AFTER):
                after()

    async def _answered(self, environ: Environ) -> Answer | None:
        """Return what is answered on the event loop; None where a thread is to."""
        answer = Answer()
        try:
            made = await self._at_once(environ, answer.start) if self._at_once else None
        except Exception:
            _failed(environ)
        if made is None:
            return None
        answer.take(made)
        return answer

    def _run(self, environ: Environ, body: Body | None) -> Answer:
        """Return what Django answers, and give back what the body holds; in a thread."""
        answer = Answer()
        try:
            answer.take(self._wsgi(environ, answer.start))
        except Exception:  # Django answers its own; this is of an answer that fails while it is collected
            _failed(environ)
        finally:
            if body:
                body.close()
                memory.give_back(after=body.length)
        return answer

    def _stop(self) -> None:
        self._bodies.stop()
        self._threads.stop()
        self._probes.stop()


def _failed(environ: Environ) -> NoReturn:
    """Log the error that is being handled, and raise the 500 that says so."""
    logger.exception("%s %s", environ["REQUEST_METHOD"], environ["PATH_INFO"])
    raise RefusedRequest(refusals.FAILED, ends=False)


def _said(refusal: HttpResponse, scope: Scope) -> HttpResponse:
    """Return a refusal with what Django's middleware makes of every answer: a page of it, if a person is to read it.

    Headers say how the request is called, and which other site's page may read what is answered.
    """
    request = Utf8Request(environ_of(scope, None))
    said: HttpResponse = import_string(settings.PROBLEM_PAGES)(lambda _: refusal)(request)
    named(lambda _: said)(request)
    if settings.CORS_ALLOWED_ORIGINS:
        CorsMiddleware(lambda _: said).add_response_headers(request, said)
    return said


async def _discard(receive: Receive) -> None:
    """Read what still comes of a refused body, for a few seconds and no more than some megabytes."""
    left = _DISCARDED
    with suppress(TimeoutError):
        async with asyncio.timeout(_DISCARDING):
            message = await receive()
            while message["type"] == "http.request" and message.get("more_body") and left > 0:
                left -= len(message["body"])
                message = await receive()
