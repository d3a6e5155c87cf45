"""A body is read whole, however it is framed, or refused: over real connections."""

import json
import time

import pytest

from tests.poi_api.server.conftest import Served
from tests.poi_api.server.wire import Wire, chunks

LIMIT = 10 * 1024 * 1024
UNITS = "/api/v1/units/"


def problem(body: bytes) -> tuple[int, str]:
    said = json.loads(body)
    return said["status"], said["errors"][0]["code"]


def units(service: Served, code: str) -> list[dict]:
    rows: list[dict] = json.loads(service.ask(f"GET {UNITS}?search={code}").body)["results"]
    return [row for row in rows if row["code"] == code]


def unit(code: str) -> bytes:
    return json.dumps({"code": code, "name": f"UNIDAD {code}", "kind": "institution"}).encode()


def test_a_patch_in_chunks_changes_what_it_says(service):
    made = service.ask(f"POST {UNITS}", unit("EN-TROZOS"), chunked=True)
    assert made.status == 201
    address, etag = f"{UNITS}{json.loads(made.body)['id']}/", made.headers["etag"]
    changed = service.ask(f"PATCH {address}", b'{"name": "OTRO NOMBRE"}', f"If-Match: {etag}", chunked=True)
    assert (changed.status, json.loads(changed.body)["name"]) == (200, "OTRO NOMBRE")
    assert json.loads(service.ask(f"GET {address}").body)["name"] == "OTRO NOMBRE"


def test_a_body_in_many_small_chunks_with_pauses_is_one_body(service):
    body = unit("POCO-A-POCO")
    with Wire(service.port) as wire:
        wire.send(service.head(f"POST {UNITS}", "Transfer-Encoding: chunked"))
        for place in range(0, len(body), 7):
            wire.send(chunks(body[place : place + 7], last=False))
            time.sleep(0.01)
        wire.send(b"0\r\n\r\n")
        assert wire.answer().status == 201


@pytest.mark.parametrize("chunked", [False, True], ids=["by length", "in chunks"])
def test_a_body_that_is_cut_short_writes_nothing(service, chunked):
    code = f"CORTADA-{chunked}"
    body = unit(code)
    framing = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(body) + 1}"
    with Wire(service.port) as wire:
        wire.send(service.head(f"POST {UNITS}", framing), chunks(body, last=False) if chunked else body)
        time.sleep(0.2)
        wire.link.shutdown(1)
        assert problem(wire.answer().body) == (400, "bad_request")
    assert units(service, code) == []


def test_a_chunk_whose_length_is_none_writes_nothing(service):
    with Wire(service.port) as wire:
        wire.send(
            service.head(f"POST {UNITS}", "Transfer-Encoding: chunked"), chunks(unit("MAL"), last=False), b"zz\r\n"
        )
        assert problem(wire.answer().body) == (400, "bad_request")
    assert units(service, "MAL") == []


def test_a_coding_that_nobody_undoes_is_refused(service):
    with Wire(service.port) as wire:
        wire.send(service.head(f"POST {UNITS}", "Transfer-Encoding: gzip, chunked"), chunks(unit("GZIP")))
        assert problem(wire.answer().body) == (400, "bad_request")
    assert units(service, "GZIP") == []


def test_a_body_announced_too_long_is_refused_before_any_of_it_is_sent(service):
    with Wire(service.port) as wire:
        wire.send(service.head(f"POST {UNITS}", f"Content-Length: {LIMIT + 1}"))
        answer = wire.answer()
        assert problem(answer.body) == (413, "body_too_large")
        assert answer.headers["content-type"] == "application/problem+json"


def test_who_sends_a_body_that_is_too_long_in_one_go_comes_to_read_why_it_is_refused(service):
    answer = service.ask(f"POST {UNITS}", b" " * (2 * LIMIT))
    assert problem(answer.body) == (413, "body_too_large")


def test_a_body_in_chunks_is_refused_when_it_gets_too_long(service):
    with Wire(service.port) as wire:
        wire.send(service.head(f"POST {UNITS}", "Transfer-Encoding: chunked"))
        for _ in range(10):
            wire.send(chunks(b" " * (1 << 20), last=False))
        wire.send(chunks(b" ", last=False))  # a byte over the limit, and no end
        assert problem(wire.answer().body) == (413, "body_too_large")


@pytest.mark.parametrize("chunked", [False, True], ids=["by length", "in chunks"])
def test_a_body_of_just_the_limit_is_read(service, chunked):
    body = unit(f"GRANDE-{chunked}")
    answer = service.ask(f"POST {UNITS}", body + b" " * (LIMIT - len(body)), chunked=chunked)
    assert answer.status == 201, answer.body


def test_two_lengths_are_refused(service):
    with Wire(service.port) as wire:
        wire.send(service.head(f"POST {UNITS}", "Content-Length: 2", "Content-Length: 3"), b"{}}")
        assert wire.answer().status == 400


def test_after_a_body_the_connection_serves_the_next_request(service):
    with Wire(service.port) as wire:
        for code in ("UNA", "OTRA"):
            body = unit(code)
            wire.send(service.head(f"POST {UNITS}", f"Content-Length: {len(body)}"), body)
            assert wire.answer().status == 201


def test_a_client_that_asks_first_whether_to_send_is_told_to(service):
    body = unit("ESPERA")
    with Wire(service.port) as wire:
        wire.send(service.head(f"POST {UNITS}", f"Content-Length: {len(body)}", "Expect: 100-continue"))
        assert wire.answer().status == 100
        wire.send(body)
        assert wire.answer().status == 201
