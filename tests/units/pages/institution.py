"""An institution's own log-in, by OpenID Connect, in a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import requests
from django.test import Client

from tests.poi_api.processes import ended, free_port
from tests.units.pages.coming_in import PASSWORD

ENTER, ACCESS, UNLINK = "/cuenta/institucion/", "/cuenta/acceso/", "/cuenta/acceso/quitar/"
BACK = "/cuenta/institucion/volver/"


@contextmanager
def institution() -> Iterator[str]:
    """Yield the issuer of a log-in to which whoever comes says who it is."""
    issuer = f"http://127.0.0.1:{(port := free_port())}"
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    with ended(process):
        assert process.stderr
        for line in process.stderr:
            if "running" in line:
                break
        yield issuer


class Way(NamedTuple):
    """Where a page of ours sends a browser."""

    address: str

    def as_subject(self, subject: str) -> str:
        """Log in there; return the path, with its query, to which one is sent back."""
        return self._sent_back({"sub": subject})

    def cancelled(self) -> str:
        """Refuse there; this provider says so without the state, which the protocol wants back too."""
        return f"{self._sent_back({'action': 'deny'})}&state={parse_qs(urlsplit(self.address).query)['state'][0]}"

    def _sent_back(self, form: dict[str, str]) -> str:
        answer = requests.post(self.address, form, allow_redirects=False, timeout=20)
        assert answer.status_code == 302, answer.text
        back = urlsplit(answer.headers["Location"])
        return f"{back.path}?{back.query}"


def way(answer: Any) -> Way:
    """Return where the page of an answer leads by itself."""
    assert answer.status_code == 200, answer.content.decode()
    return Way(answer.context["address"])


def enter(browser: Client, subject: str, **form: str) -> Any:
    """Come in by the institution; return what is answered to who comes back."""
    return browser.get(way(browser.post(ENTER, form)).as_subject(subject))


def link(browser: Client, subject: str, password: str = PASSWORD) -> Any:
    """Link, as who is logged in; return what is answered to who comes back."""
    return browser.get(way(browser.post(ACCESS, {"password": password})).as_subject(subject))
