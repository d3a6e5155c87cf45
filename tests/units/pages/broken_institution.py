"""An institution's log-in that answers what it should not."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Answered = tuple[int, str, bytes]  # a status, a kind of content, and the content


def said(content: Any, status: int = 200) -> Answered:
    """Return an answer in JSON."""
    return status, "application/json", json.dumps(content).encode()


def document(issuer: str, **other: Any) -> dict[str, Any]:
    """Return a discovery document in which all is right but what is told otherwise; what is None is left out."""
    right = {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/jwks",
    }
    return {name: value for name, value in {**right, **other}.items() if value is not None}


@contextmanager
def answering(answers: dict[str, Answered]) -> Iterator[str]:
    """Yield the issuer of a log-in that answers so at each path; `answers` may be filled in when it is known."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, kind, content = answers[self.path]
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            if kind:
                self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815 - as the library calls it

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=[0.01])  # seconds until it sees that it is to end
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
