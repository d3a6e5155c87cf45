"""Every body of every address, however it is sent to the running service, is read whole or refused (api.md, "Writes").

An unknown member tells what was read: who takes the body for an empty one does not see it.
"""

import gzip
from collections.abc import Iterable, Iterator
from datetime import datetime

import pytest

from activities.models import ProgressEntry
from poi_api.http import exact_json
from tests.attacks.raw import Answer, chunked, unfinished
from tests.attacks.service import WRITES, Attacked, memory
from tests.attacks.values import values
from tests.operations import OPERATIONS
from tests.searching import a_third
from units.models import ApiClient

pytestmark = pytest.mark.usefixtures("nothing_is_written")
ODD = b'{"zzz": 1}'
LIMIT = 10 * 1024 * 1024
MOST_KEPT = 40  # MB; one body of many names takes as much while it is read


def each(service: Attacked, writes: Iterable[tuple[str, str]] = WRITES) -> Iterator[tuple[str, str, bytes]]:
    """Yield writing operations with their address and a good body."""
    for method, path in writes:
        operation = OPERATIONS[method, path]
        yield method, service.address(operation, path), exact_json.dumps(operation.body(service.world))


def answers(
    service: Attacked, *parts: bytes, writes: Iterable[tuple[str, str]] = WRITES, close: bool = False, **headers: object
) -> dict[str, Answer]:
    return {
        f"{method} {address}": service.ask(method, address, *parts, close=close, **headers)
        for method, address, _ in each(service, writes)
    }


def test_in_chunks_it_is_read_as_it_is_in_one_piece(service: Attacked) -> None:
    plain = answers(service, ODD, Content_Length=len(ODD))
    in_chunks = answers(service, chunked(ODD), Transfer_Encoding="chunked")
    assert {name: (answer.status, answer.codes[0]) for name, answer in plain.items()} == dict.fromkeys(
        plain, (400, ("unknown_field", "zzz"))
    )
    assert {name: answer[:1] + answer[2:] for name, answer in in_chunks.items()} == {
        name: answer[:1] + answer[2:] for name, answer in plain.items()
    }


def test_null_is_no_body_that_anything_takes(service: Attacked) -> None:
    refused = answers(service, b"null", Content_Length=4)
    assert {name: (answer.status, answer.codes) for name, answer in refused.items()} == {
        name: (400, [("null", None)]) for name in refused
    }


@pytest.mark.parametrize("way", ["length", "chunks"])
def test_cut_short_it_is_not_believed(service: Attacked, way: str) -> None:
    for method, address, body in each(service):
        if way == "length":
            answer = service.ask(method, address, body, Content_Length=len(body) + 1, close=True)
        else:
            answer = service.ask(method, address, unfinished(body), Transfer_Encoding="chunked", close=True)
        assert answer.status in (0, 400), (method, address, answer)


def test_too_long_it_is_a_413_however_it_comes(service: Attacked) -> None:
    long = b'"' + b"x" * (LIMIT - 1) + b'"'
    said = answers(service, Content_Length=LIMIT + 1)
    assert {answer.status for answer in said.values()} == {413}
    for method, address, _ in list(each(service))[:3]:
        answer = service.ask(method, address, chunked(long, 65536), Transfer_Encoding="chunked")
        assert (answer.status, answer.codes) == (413, [("body_too_large", None)])


@pytest.mark.parametrize(
    ("turn", "coding"), list(enumerate(["gzip", "deflate", "br", "x-gzip", "gzip, identity", "GZIP"]))
)
def test_compressed_it_is_a_415_that_says_what_would_do(service: Attacked, turn: int, coding: str) -> None:
    for method, address, body in each(service, a_third(WRITES, turn)):
        packed = gzip.compress(body)
        answer = service.ask(method, address, packed, Content_Length=len(packed), Content_Encoding=coding)
        assert (answer.status, answer.headers["accept-encoding"]) == (415, "identity")
    for address in ("/cuenta/entrar/", "/nowhere"):
        answer = service.ask("POST", address, packed, Content_Length=len(packed), Content_Encoding=coding)
        assert answer.status == 415


def test_identity_is_no_coding(service: Attacked) -> None:
    same = answers(service, ODD, Content_Length=len(ODD), Content_Encoding="identity")
    assert {answer.status for answer in same.values()} == {400}


@pytest.mark.parametrize(("turn", "charset"), list(enumerate(["utf-16", "latin-1", "hex", "undefined", "?"])))
def test_in_another_charset_it_is_a_415(service: Attacked, turn: int, charset: str) -> None:
    kind, asked = f"application/json; charset={charset}", a_third(WRITES, turn)
    refused = answers(service, ODD, writes=asked, Content_Length=len(ODD), Content_Type=kind)
    assert {answer.status for answer in refused.values()} == {415}
    assert service.ask("GET", "/api/v1/units/?search=%C3%91", Content_Type=kind).status == 200


@pytest.mark.parametrize(
    ("turn", "kind"),
    list(enumerate(["", "text/plain", "*/*", "application/*", "application/json5", "a/b; c*=bogus''x"])),
)
def test_as_something_else_it_is_a_415(service: Attacked, turn: int, kind: str) -> None:
    refused = answers(service, ODD, writes=a_third(WRITES, turn), Content_Length=len(ODD), Content_Type=kind)
    assert {answer.status for answer in refused.values()} == {415}


def test_where_nothing_takes_a_body_it_is_refused(service: Attacked) -> None:
    reads = [service.address(operation, path) for (method, path), operation in OPERATIONS.items() if method == "GET"]
    for address in [*reads, "/api/schema/", "/api/docs/", "/cuenta/entrar/"]:
        for method in ("GET", "OPTIONS"):
            answer = service.ask(method, address, ODD, Content_Length=len(ODD))
            assert (answer.status, answer.codes) == (400, [("unexpected_body", None)]), address
        answer = service.ask("GET", address, chunked(ODD), Transfer_Encoding="chunked")
        assert (answer.status, answer.codes) == (400, [("unexpected_body", None)]), address


@pytest.mark.writes
def test_what_a_key_is_to_expire_on_is_heeded_in_chunks(service: Attacked) -> None:
    client = service.world.client
    body = b'{"expires_at": "2199-12-31T23:59:59-05:00"}'
    answer = service.ask("POST", f"/api/v1/clients/{client.pk}/rotate/", chunked(body), Transfer_Encoding="chunked")
    assert (answer.status, answer.problem["expires_at"]) == (200, "2199-12-31T23:59:59-05:00")
    assert ApiClient.objects.get(pk=client.pk).expires_at == datetime.fromisoformat("2199-12-31T23:59:59-05:00")


@pytest.mark.writes
def test_a_month_is_reported_in_chunks(service: Attacked) -> None:
    activity = service.world.activity
    answer = service.ask(
        "PUT",
        f"/api/v1/activities/{activity.pk}/progress/1/",
        chunked(b'{"executed": 2.5}', 3),
        Transfer_Encoding="chunked",
    )
    assert (answer.status, answer.problem["result"]) == (200, "updated")
    assert ProgressEntry.objects.get(activity=activity, month=1, entry_version=2).executed == 2.5


def test_what_large_bodies_take_is_given_back(service: Attacked) -> None:
    """Each is refused by one of four threads of one of two processes; what one of them keeps comes several times."""
    answers(service, ODD, Content_Length=len(ODD))
    before = memory(service)
    large = values(8_000_000)
    for kind in ("names", "accents"):
        body = f'{{"zzz": {large[kind]}}}'.encode()
        for _ in range(16):
            assert service.ask("POST", "/api/v1/units/", body, Content_Length=len(body)).status == 400
    assert max(now - then for then, now in zip(before, memory(service), strict=True)) < MOST_KEPT
