"""Running the calls of a document and comparing their answers with those it shows.

A call is a block `sh` that starts with `curl`; its answer is the block `http` after it. There a member "…" stands
for further members, an item "…" for further items, and headers that are not shown may be there. What differs from run
to run (moments, keys, cursors, ETags) must only look alike; later calls use the values of this run.
"""

import http.client
import json
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

MORE = "…"
_BLOCK = re.compile(r"^```(sh|http)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_VOLATILE = [
    re.compile(pattern)
    for pattern in (
        r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{6})?)?-05:00",  # a moment
        r"poi_[0-9a-f]{8}_[\w-]{43}",  # a key
        r"[\w-]{70}",  # a cursor
        r"[\w-]{32}",  # a change set, or a request's name
        r'"[0-9a-f]{24}"',  # an ETag
    )
]


def file_of(path: Path) -> SimpleUploadedFile:
    """Return a file as a form sends it."""
    return SimpleUploadedFile(path.name, path.read_bytes())


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True)
class Example:
    command: str
    answer: str


@dataclass
class Session:
    """One reading of a document: where the service is, and what this run has in place of what the document shows."""

    variables: dict[str, str]
    files: Path = Path()  # where calls save files and take them from
    edited: Callable[[bytes], bytes] = bytes  # what people do to a file before it is sent
    now: dict[str, str] = field(default_factory=dict)

    def ask(self, command: str) -> Answer:
        """Do what a curl line says: options -i, -X, -H, -F, --json, -o and --data-binary, and an address."""
        for shown in sorted(self.now, key=len, reverse=True):  # one may begin like another
            command = command.replace(shown, self.now[shown])
        return self._sent(shlex.split(Template(command).substitute(self.variables)))

    def _sent(self, words: list[str]) -> Answer:
        method, body, address, saved = "", None, "", ""
        headers: dict[str, str] = {}
        form: dict[str, Any] = {}
        rest = iter(words[1:])
        for word in rest:
            if word == "-X":
                method = next(rest)
            elif word == "-H":
                name, _, value = next(rest).partition(": ")
                headers[name] = value
            elif word == "--json":
                body, method = next(rest).encode(), method or "POST"
                headers |= {"Content-Type": "application/json", "Accept": "application/json"}
            elif word == "-F":
                name, _, value = next(rest).partition("=")
                form[name] = file_of(self.files / value[1:]) if value.startswith("@") else value
            elif word == "-o":
                saved = next(rest)
            elif word == "--data-binary":
                body, method = self.edited((self.files / next(rest).removeprefix("@")).read_bytes()), method or "POST"
            elif word != "-i":
                assert not word.startswith("-"), word
                address = word
        if form:
            body, method, headers["Content-Type"] = encode_multipart(BOUNDARY, form), "POST", MULTIPART_CONTENT
        return _answer(method or "GET", address, body, headers, self.files / saved if saved else None)

    def check(self, example: Example) -> None:
        """Raise AssertionError where the answer is not the one that the document shows."""
        shown, answer = read(example.answer), self.ask(example.command)
        told = f"{example.command}\n{answer}"
        assert answer.status == shown.status, told
        for name, value in shown.headers.items():
            assert self.alike(value, answer.headers.get(name.lower())), f"{name}: {told}"
        assert self.alike(shown.body, answer.body), told

    def alike(self, shown: Any, found: Any) -> bool:
        """Tell whether what was found is what is shown, and remember this run's value of what is volatile."""
        if isinstance(shown, dict):
            names = shown.keys() - {MORE}
            same = found.keys() >= names if MORE in shown else found.keys() == names
            return same and all(self.alike(shown[name], found[name]) for name in names)
        if isinstance(shown, list):
            if shown[-1:] == [MORE]:
                shown, found = shown[:-1], found[: len(shown) - 1]
            return len(shown) == len(found) and all(map(self.alike, shown, found))
        if isinstance(shown, str) and any(kind.fullmatch(shown) and kind.fullmatch(found) for kind in _VOLATILE):
            self.now[shown] = found
            return True
        return bool(shown == found)


def examples(document: str) -> Iterator[Example]:
    """Yield the calls of a document in order, each with its answer."""
    command = ""
    for kind, text in _BLOCK.findall(document):
        if kind == "http":
            assert command, f"Una respuesta sin llamada:\n{text}"
            yield Example(command, text)
            command = ""
        elif text.startswith("curl "):
            assert not command, f"Una llamada sin respuesta:\n{command}"
            command = text.replace("\\\n", " ")
    assert not command, f"Una llamada sin respuesta:\n{command}"


def read(text: str) -> Answer:
    """Read an answer as it is shown: status line, headers, a blank line, JSON."""
    head, _, body = text.partition("\n\n")
    status, *headers = head.splitlines()
    pairs = (line.partition(": ") for line in headers)
    return Answer(int(status.split()[1]), {name: value for name, _, value in pairs}, parsed(body))


def parsed(body: str) -> Any:
    return json.loads(body, parse_float=Decimal) if body.strip() else None


def _answer(method: str, address: str, body: bytes | None, headers: dict[str, str], saved: Path | None) -> Answer:
    where = urlsplit(address)
    connection = http.client.HTTPConnection(where.netloc, timeout=60)
    try:
        connection.request(method, where.path + (f"?{where.query}" if where.query else ""), body, headers)
        found = connection.getresponse()
        content, told = found.read(), {name.lower(): value for name, value in found.getheaders()}
        if saved:
            saved.write_bytes(content)
        return Answer(found.status, told, None if saved else parsed(content.decode()))
    finally:
        connection.close()
