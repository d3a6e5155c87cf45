"""Django behind an event loop, as an ASGI application.

The loop awaits the whole body of a request, a thread then runs Django on it, and the loop sends what it answered. So
a thread is never taken by a client, however slowly that sends or reads (docs/decisions/0014).
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings

from poi_api.server import refusals
from poi_api.server.answers import Answer, Send, send_whole
from poi_api.server.bodies import Bodies, Body, Framing, Receive
from poi_api.server.environ import Environ, Scope, environ_of
from poi_api.server.health import ALIVE
from poi_api.server.refusals import RefusedRequest
from poi_api.server.stopping import serve_until_told
from poi_api.server.threads import Threads

logger = logging.getLogger(__name__)

_THREADS = 8  # per process; each has a connection to the database
_WAITING = 100  # requests that wait for a thread, per process
_DISCARDING = 5  # seconds in which the rest of a refused body is read, so that its client comes to read the answer

# The question whose answer is known beforehand, so that it needs no thread, however much there is to do
_ALIVE: Scope = {
    "method": "GET",
    "path": ALIVE,
    "raw_path": ALIVE.encode(),
    "query_string": b"",
    "scheme": "http",
    "server": ("localhost", "80"),
    "client": ("localhost", "0"),
    "headers": (),
}

Wsgi = Callable[[Environ, Any], Iterable[bytes]]


class Application:
    """The ASGI application that answers what a WSGI application does."""

    def __init__(self, wsgi: Wsgi) -> None:
        self._wsgi = wsgi
        self._bodies = Bodies(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        self._threads = Threads(_THREADS, _WAITING)
        self._alive = self._run(_ALIVE, None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or see the process through from its start to its stop."""
        if scope["type"] == "lifespan":
            await serve_until_told(receive, send, self._bodies.stop)
            return
        try:
            answer = await self._answer(scope, receive)
        except RefusedRequest as refused:
            await send_whole(send, refused.status, refused.headers, refused.body)
            if refused.ends and not self._bodies.stopped:
                await _discard(receive)
        else:
            await answer.send(receive, send, head_only=scope["method"] == "HEAD")

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        framing = Framing.of(scope["headers"])
        if scope["path"] == ALIVE and scope["method"] in ("GET", "HEAD") and not framing.has_body:
            return self._alive
        body = await self._bodies.receive(framing, receive) if framing.has_body else None
        try:
            return await self._threads.run(self._run, scope, body)
        finally:
            if body:
                body.close()

    def _run(self, scope: Scope, body: Body | None) -> Answer:
        """Return what Django answers; in a thread."""
        answer = Answer()
        try:
            answer.take(self._wsgi(environ_of(scope, body), answer.start))
        except Exception:  # Django answers its own; this is of an answer that fails while it is collected
            logger.exception("%s %s", scope["method"], scope["path"])
            refusals.failed()
        return answer


async def _discard(receive: Receive) -> None:
    """Read what still comes of a refused body, for a few seconds."""
    try:
        async with asyncio.timeout(_DISCARDING):
            message = await receive()
            while message["type"] == "http.request" and message.get("more_body"):
                message = await receive()
    except TimeoutError:
        return
