"""What is too much for a connection is told as such, and does no harm to the next."""

import pytest

from tests.poi_api.server.wire import Wire, head


@pytest.mark.parametrize(
    ("line", "headers", "status"),
    [
        (f"GET /healthz?{'a' * 60_000}", [], 200),
        (f"GET /healthz?{'a' * 70_000}", [], 414),
        ("GET /healthz", [f"X-{number}: a" for number in range(90)], 200),
        ("GET /healthz", [f"X-{number}: a" for number in range(110)], 431),
        ("GET /healthz", [f"X: {'a' * 60_000}"], 200),
        ("GET /healthz", [f"X: {'a' * 200_000}"], 431),
    ],
    ids=["address", "long address", "headers", "many headers", "large header", "too large header"],
)
def test_addresses_and_headers_have_limits(service, line, headers, status):
    with Wire(service.port) as wire:
        wire.send(head(line, *headers))
        assert wire.answer().status == status
    with Wire(service.port) as wire:
        wire.send(head("GET /healthz"))
        assert wire.answer().body == b"ok"


def test_a_head_gets_the_headers_of_a_get_and_no_body(service):
    asked = {}
    for method in ("GET", "HEAD"):
        with Wire(service.port) as wire:
            wire.send(service.head(f"{method} /api/v1/units/", "Connection: close"))
            asked[method] = b""
            while part := wire.link.recv(1 << 16):
                asked[method] += part
    got, _, body = asked["GET"].partition(b"\r\n\r\n")
    headed, _, nothing = asked["HEAD"].partition(b"\r\n\r\n")
    assert (len(body) > 0, nothing) == (True, b"")
    names = [sorted(line.split(b":")[0] for line in answer.split(b"\r\n")[1:]) for answer in (got, headed)]
    assert names[0] == names[1]
    assert b"content-length: %d" % len(body) in headed


def test_a_304_has_its_tag_and_no_body_and_the_connection_goes_on(service):
    etag = service.ask("GET /api/v1/units/").headers["etag"]
    with Wire(service.port) as wire:
        for _ in range(2):
            wire.send(service.head("GET /api/v1/units/", f"If-None-Match: {etag}"))
            answer = wire.answer()
            assert (answer.status, answer.headers["etag"], answer.body) == (304, etag, b"")
