"""The application without a server: what it is told, and what it says."""

import asyncio
import json
from collections.abc import Callable, Iterable
from typing import Any

from poi_api.server.application import Application

Messages = list[dict[str, Any]]
CHUNKED = (b"transfer-encoding", b"chunked")
NEVER = object()  # in place of a message: nothing comes


def scope(method: str = "GET", path: bytes = b"/", *headers: tuple[bytes, bytes], query: bytes = b"") -> dict[str, Any]:
    return {
        "type": "http",
        "method": method,
        "path": path.decode("latin-1"),
        "raw_path": path,
        "query_string": query,
        "scheme": "http",
        "server": ("10.0.0.1", "8000"),
        "client": ("10.0.0.9", "50000"),
        "headers": [(b"host", b"poi.pe"), *headers],
    }


def part(body: bytes, *, more: bool) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


GONE = {"type": "http.disconnect"}


class Client:
    """Sends the messages given, the rest never; keeps what it gets, and takes it `slowly` if told so."""

    def __init__(self, *messages: Any, takes: Callable[[], Any] | None = None) -> None:
        self._messages = list(messages)
        self._takes = takes
        self.got: Messages = []

    async def receive(self) -> Any:
        if not self._messages or self._messages[0] is NEVER:
            await asyncio.sleep(3600)
        return self._messages.pop(0)

    async def send(self, message: Any) -> None:
        self.got.append(message)
        if self._takes:
            await self._takes()

    @property
    def status(self) -> int:
        status: int = self.got[0]["status"]
        return status

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.got[0]["headers"])

    @property
    def body(self) -> bytes:
        return b"".join(message["body"] for message in self.got[1:])


def asked(application: Application, asked_for: dict[str, Any], *messages: Any) -> Client:
    """Ask the application once, and return the client with what it got."""
    client = Client(*messages)
    asyncio.run(application(asked_for, client.receive, client.send))
    return client


def answering(made: Iterable[bytes] | Callable[[dict[str, Any]], Any], *headers: tuple[str, str]) -> Any:
    """Return a WSGI application that answers 200 with what is given, or what that returns for the environment."""

    def wsgi(environ: dict[str, Any], start_response: Any) -> Any:
        answer = made(environ) if callable(made) else made
        start_response("200 OK", list(headers))
        return answer

    return wsgi


def lengths(environ: dict[str, Any]) -> list[bytes]:
    """Answer with how many bytes the body has."""
    return [b"%d" % len(environ["wsgi.input"].read())]


def code(client: Client) -> tuple[int, str]:
    """Return the status and the code of the problem that a client got, which has to be whole."""
    said = json.loads(client.body)
    assert client.headers[b"content-type"] == b"application/problem+json"
    assert client.headers[b"content-length"] == b"%d" % len(client.body)
    return client.status, said["errors"][0]["code"]
