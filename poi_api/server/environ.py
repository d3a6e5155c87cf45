"""A request as WSGI has it (PEP 3333), made from what ASGI says of it and its whole body."""

import sys
from collections.abc import Mapping
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes

from poi_api.http.addresses import client_address
from poi_api.server.bodies import Body
from poi_api.server.files import FileBlocks

Scope = Mapping[str, Any]
Environ = dict[str, Any]

AFTER = "poi.after"  # where a request may have what is called once a thread has answered it, however that ended
_ALWAYS = {
    "SCRIPT_NAME": "",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
    "wsgi.file_wrapper": FileBlocks,
}
_WITHOUT_PREFIX = {b"content-type": "CONTENT_TYPE"}
# The body is whole and its length counted, whatever the client said of it
_OF_THE_CONNECTION = {b"content-length", b"transfer-encoding", b"expect"}
_names: dict[bytes, str] = {}
_MOST_NAMES, _LONGEST_NAME = 1000, 40  # bytes of a name


def environ_of(scope: Scope, body: Body | None) -> Environ:
    """Return the environment of a request; its headers' values are Latin-1, repeated ones joined by a comma.

    Headers whose name has an underscore are left out: they would pass for those that a proxy sets.
    """
    path = scope["raw_path"]
    host, port = scope["server"]
    environ = {
        **_ALWAYS,
        "REQUEST_METHOD": scope["method"],
        "PATH_INFO": (unquote_to_bytes(path) if b"%" in path else path).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "REMOTE_ADDR": scope["client"][0],
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body.file if body else BytesIO(),
    }
    if body is not None:
        environ["CONTENT_LENGTH"] = str(body.length)
    for name, value in scope["headers"]:
        key = _names.get(name) or _name(name)
        if not key:
            continue
        text = value.decode("latin-1")
        environ[key] = f"{environ[key]}{'; ' if name == b'cookie' else ','}{text}" if key in environ else text
    return environ


def client_of(scope: Scope) -> str:
    """Return from where a request comes: an address, or the network of an IPv6 address."""
    forwarded = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
    return client_address(scope["client"][0], forwarded.decode("latin-1"))


def _name(name: bytes) -> str:
    """Return what WSGI calls a header, empty for one that it is not told of; remembered are a thousand short ones."""
    if name in _OF_THE_CONNECTION or b"_" in name:
        return ""
    key = _WITHOUT_PREFIX.get(name) or f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}"
    if len(_names) < _MOST_NAMES and len(name) <= _LONGEST_NAME:
        _names[name] = key
    return key
