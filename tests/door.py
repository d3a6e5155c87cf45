"""How tests ask at the door of the service, where answers that are kept are sent again (docs/decisions/0040)."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from poi_api.http.requests import Utf8Request
from poi_api.wsgi import application


class DoorClient(Client):
    """Django's client, before the whole of what is served."""

    def __init__(self, served: Any = application) -> None:
        super().__init__()
        self.handler: Any = partial(_answer_of, served)


def whole_ways_from_now_on(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that gets the method of each request that goes the whole way."""
    taken: list[str] = []
    whole_way = application._whole_way

    def noting(environ: Any, start: Any) -> Any:
        taken.append(environ["REQUEST_METHOD"])
        return whole_way(environ, start)

    monkeypatch.setattr(application, "_whole_way", noting)
    return taken


def _answer_of(served: Any, environ: dict[str, Any]) -> Any:
    if not environ["HTTP_COOKIE"]:  # what Django's client always sends
        del environ["HTTP_COOKIE"]
    begun: list[Any] = []
    with _connection_kept() if connection.in_atomic_block else nullcontext():
        made = served(environ, lambda status, headers: begun.extend((status, headers)))
        body, (status, headers) = b"".join(made), begun
        getattr(made, "close", int)()
    assert len(dict(headers)) == len(headers), "a header is sent twice"
    answer: Any = HttpResponse(body, status=int(status[:3]))
    del answer["Content-Type"]
    for name, value in headers:
        answer[name] = value
    answer.wsgi_request = Utf8Request(environ)
    return answer


@contextmanager
def _connection_kept() -> Iterator[None]:
    """Let no request close the connection of a transaction."""
    signals = request_started, request_finished
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


def statements(act: Any) -> list[str]:
    """Return the first words of the statements that it takes."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return [query["sql"].split()[0] for query in captured]
