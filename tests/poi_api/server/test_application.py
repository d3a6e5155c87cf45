"""The loop before the threads: its limits on both sides, and how answers leave."""

import asyncio
import threading
import time

import pytest

from poi_api.server import application
from poi_api.server.application import Application
from tests.poi_api.server.asgi import CHUNKED, GONE, Client, answering, asked, code, lengths, part, scope


@pytest.fixture
def small(settings) -> Application:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    return Application(answering(lengths))


def test_in_chunks_the_limit_is_that_of_a_length(small):
    assert (
        asked(small, scope("POST", b"/", CHUNKED), part(b"12345", more=True), part(b"67890", more=False)).body == b"10"
    )
    assert code(asked(small, scope("POST", b"/", CHUNKED), part(b"12345678901", more=True), GONE)) == (
        413,
        "body_too_large",
    )
    assert asked(small, scope("POST", b"/", (b"content-length", b"10")), part(b"1234567890", more=True)).body == b"10"
    assert code(asked(small, scope("POST", b"/", (b"content-length", b"11")), GONE)) == (413, "body_too_large")


class TestWhoIsRefused:
    """A refusal that never came to Django has the headers that its answers have."""

    ORIGIN = (b"origin", b"https://tablero.pe")

    def refused(self, small, *headers, path=b"/api/v1/units/"):
        client = asked(small, scope("POST", path, (b"content-length", b"11"), *headers), GONE)
        assert client.status == 413
        return client.headers

    def test_is_told_how_the_request_is_called(self, small):
        assert self.refused(small, (b"x-request-id", b"mine"))[b"x-request-id"] == b"mine"
        assert len(self.refused(small)[b"x-request-id"]) == 32

    @pytest.mark.parametrize("path", [b"/api/v1/units/", b"/api/%FF/"])
    def test_reads_it_in_a_page_of_a_site_on_the_list(self, small, settings, path):
        settings.CORS_ALLOWED_ORIGINS = ["https://tablero.pe"]
        headers = self.refused(small, self.ORIGIN, path=path)
        assert headers[b"access-control-allow-origin"] == b"https://tablero.pe"
        assert b"Retry-After" in headers[b"access-control-expose-headers"]
        assert headers[b"vary"] == b"origin"

    @pytest.mark.parametrize("path", [b"/importaciones/nueva/", b"//otro.pe/"])
    def test_is_told_so_by_a_page_that_leads_back(self, small, path):
        page = (b"accept", b"text/html,application/xhtml+xml,*/*;q=0.8")
        client = asked(small, scope("POST", path, (b"content-length", b"11"), page, query=b"year=2022"), GONE)
        assert (client.status, client.headers[b"content-type"]) == (413, b"text/html; charset=utf-8")
        assert b"default-src 'none'" in client.headers[b"content-security-policy"]
        assert {b"x-request-id", b"connection"} <= client.headers.keys()
        assert int(client.headers[b"content-length"]) == len(client.body)
        said = client.body.decode()
        assert "hasta 10 MB" in said
        assert f'href="{path.decode().replace("//", "/%2F")}?year=2022"' in said
        assert self.refused(small, page)[b"content-type"] == b"application/problem+json"

    @pytest.mark.parametrize("listed", [[], ["https://otro.pe"]])
    def test_does_not_in_a_page_of_another(self, small, settings, listed):
        settings.CORS_ALLOWED_ORIGINS = listed
        assert b"access-control-allow-origin" not in self.refused(small, self.ORIGIN)


def test_more_work_than_threads_and_their_queue_take_is_refused_at_once(monkeypatch):
    monkeypatch.setattr(application, "_THREADS", 1)
    monkeypatch.setattr(application, "_WAITING", 1)
    go = threading.Event()

    def held(environ):
        if environ["PATH_INFO"] == "/held":
            go.wait(10)
        return [b"done"]

    served = Application(answering(held))

    async def several():
        clients = [Client() for _ in range(4)]
        waiting = [asyncio.ensure_future(served(scope("GET", b"/held"), c.receive, c.send)) for c in clients[:2]]
        await asyncio.sleep(0.05)
        start = time.monotonic()
        await served(scope("GET", b"/"), clients[2].receive, clients[2].send)
        await served(scope("GET", b"/healthz"), clients[3].receive, clients[3].send)
        took = time.monotonic() - start
        go.set()
        await asyncio.gather(*waiting)
        return clients, took

    (first, second, refused, alive), took = asyncio.run(several())
    assert (first.body, second.body) == (b"done", b"done")
    assert code(refused) == (503, "overloaded")
    assert refused.headers[b"retry-after"] == b"5"
    assert b"connection" not in refused.headers  # it may ask again by the same one
    assert alive.status == 200
    assert took < 1


def test_a_stream_that_fails_half_way_is_a_500_and_not_half_an_answer(caplog):
    def stream(environ):
        yield b"half of a year"
        if environ["PATH_INFO"] == "/broken":
            raise RuntimeError("the rest")

    served = Application(answering(stream))
    assert code(asked(served, scope("GET", b"/broken"))) == (500, "internal_error")
    assert "the rest" in caplog.text
    assert asked(served, scope("GET", b"/whole")).body == b"half of a year"


def test_each_cookie_has_its_header():
    client = asked(Application(answering([b""], ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))), scope())
    assert client.got[0]["headers"] == [(b"Set-Cookie", b"a=1"), (b"Set-Cookie", b"b=2")]
