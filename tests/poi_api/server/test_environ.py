"""What Django is told of a request is what the client said, with a body that is whole."""

import pytest

from poi_api.server.application import Application
from tests.poi_api.server.asgi import answering, asked, part, scope


def told(*request, body=b"", **more):
    """Return the environment of a request, and the body read from it."""
    seen = []

    def note(environ):
        seen.append({**environ, "read": environ["wsgi.input"].read()})
        return [b""]

    asked(Application(answering(note)), scope(*request, **more), part(body, more=False))
    return seen[-1]


def test_path_and_query_are_as_wsgi_has_them():
    environ = told("GET", b"/caf%C3%A9%FF/a%2Fb", query=b"q=%C3%A9&\xc3\xa9")
    assert environ["PATH_INFO"].encode("latin-1") == b"/caf\xc3\xa9\xff/a/b"
    assert environ["QUERY_STRING"] == "q=%C3%A9&\xc3\xa9"
    assert (environ["REQUEST_METHOD"], environ["SCRIPT_NAME"]) == ("GET", "")


def test_who_asks_and_who_was_asked():
    environ = told("GET", b"/")
    assert (environ["REMOTE_ADDR"], environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("10.0.0.9", "10.0.0.1", "8000")
    assert (environ["wsgi.url_scheme"], environ["HTTP_HOST"]) == ("http", "poi.pe")


def test_headers_are_latin_1_and_repeated_ones_are_joined():
    environ = told(
        "GET",
        b"/",
        (b"x-a", b"1"),
        (b"x-a", b"\xe9"),
        (b"cookie", b"a=1"),
        (b"cookie", b"b=2"),
        (b"content-type", b"t"),
    )
    assert (environ["HTTP_X_A"], environ["HTTP_COOKIE"], environ["CONTENT_TYPE"]) == ("1,é", "a=1; b=2", "t")


def test_a_header_with_an_underscore_does_not_pass_for_a_proxy_s():
    environ = told("GET", b"/", (b"x_forwarded_proto", b"https"), (b"x-forwarded-for", b"1.2.3.4"))
    assert "HTTP_X_FORWARDED_PROTO" not in environ
    assert environ["HTTP_X_FORWARDED_FOR"] == "1.2.3.4"


@pytest.mark.parametrize("framing", [(b"content-length", b"3"), (b"transfer-encoding", b"chunked")])
def test_a_body_has_its_length_however_it_was_framed(framing):
    environ = told("POST", b"/", framing, body=b"abc")
    assert (environ["CONTENT_LENGTH"], environ["read"]) == ("3", b"abc")
    assert "HTTP_TRANSFER_ENCODING" not in environ
    assert "HTTP_CONTENT_LENGTH" not in environ


def test_without_a_body_there_is_no_length():
    environ = told("GET", b"/")
    assert environ["read"] == b""
    assert "CONTENT_LENGTH" not in environ


def test_only_so_many_names_of_headers_are_remembered(monkeypatch):
    monkeypatch.setattr("poi_api.server.environ._MOST_NAMES", 3)
    names: dict[bytes, str] = {}
    monkeypatch.setattr("poi_api.server.environ._names", names)
    environ = told("GET", b"/", *((b"x-%d" % number, b"") for number in range(10)))
    assert len([name for name in environ if name.startswith("HTTP_X_")]) == 10
    assert len(names) == 3


def test_a_long_name_of_a_header_is_told_and_not_remembered(monkeypatch):
    names: dict[bytes, str] = {}
    monkeypatch.setattr("poi_api.server.environ._names", names)
    environ = told("GET", b"/", (b"x" * 40, b"1"), (b"x" * 41, b"2"))
    assert (environ["HTTP_" + "X" * 40], environ["HTTP_" + "X" * 41]) == ("1", "2")
    assert b"x" * 40 in names
    assert b"x" * 41 not in names
