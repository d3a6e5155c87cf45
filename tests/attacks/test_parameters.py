"""Every parameter of every address that the document knows takes any text without failing, and says little of it back.

The parameters are read from the document: a new one is attacked without a line here.
"""

from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from poi_api.openapi.views import document
from tests import factories as make
from tests.in_one_state import for_each
from tests.operations import OPERATIONS, ids_of
from tests.searching import a_third
from units.choices import Role

pytestmark = pytest.mark.django_db
_CLIENT = Client(raise_request_exception=False)
LARGEST = 64 * 1024
# Percent-encoded as they are sent
TEXTS = [
    *map(quote, ["%", "%s", "%(x)s", "{}{0}{x.y}", "\0", "\u202e\u200f", "Ω" * 20_000, "9" * 30_000, ",,", "1e9"]),
    "%zz",
    "%FF%ED%A0%80",  # no UTF-8, and half of a surrogate pair
]
COUNTS = (30, 900, 10_000)
PARAMETERS = [
    (path.removeprefix("/api/v1").replace("{id}", "{pk}"), parameter["name"])
    for path, methods in document()["paths"].items()
    for parameter in methods.get("get", {}).get("parameters", [])
    if parameter["in"] == "query"
]
SAID_IN_HEADERS = [
    "%s",
    "{0}",
    "\xff",
    "é",
    "*",
    "a" * 20_000,
    ",;=",
    "W/",
    '"',
    "\x7f",
    "a/b; charset=%s",
    "a=b;" * 999,
]
WRITING_HEADERS = ("If-Match", "Idempotency-Key", "X-Request-Id", "Accept", "Content-Type", "Accept-Language", "Cookie")


@pytest.fixture
def world(everything: SimpleNamespace) -> SimpleNamespace:
    return everything


def address_of(world: SimpleNamespace, method: str, path: str) -> str:
    return "/api/v1" + path.format(**ids_of(world, OPERATIONS[method, path].names))


def ask(method: str, address: str, query: str, headers: dict[str, str], body: bytes = b"") -> Any:
    answer = _CLIENT.generic(method, address, body, "application/json", headers=headers, QUERY_STRING=query)
    assert answer.status_code < 500, (method, address, query[:100], answer.content[:300])
    if answer.status_code >= 400:
        assert len(answer.content) <= LARGEST, (address, query[:100])
    return answer


@pytest.mark.parametrize(("turn", "path", "name"), [(n, *which) for n, which in enumerate(PARAMETERS)], ids=str)
def test_any_text_is_taken_or_refused(world: SimpleNamespace, turn: int, path: str, name: str) -> None:
    headers = make.client(Role.PLANNER).headers
    asked = "&".join(f"{other}={value}" for other, value in OPERATIONS["GET", path].query.items() if other != name)
    address = address_of(world, "GET", path)
    for text in a_third(TEXTS, turn):
        ask("GET", address, f"{asked}&{name}={text}", headers)


@pytest.mark.parametrize(("turn", "path"), list(enumerate(sorted({path for path, _ in PARAMETERS}))), ids=str)
def test_names_that_nobody_knows_and_values_without_number_are_refused(
    world: SimpleNamespace, turn: int, path: str
) -> None:
    headers = make.client(Role.PLANNER).headers
    address = address_of(world, "GET", path)
    for text in a_third(TEXTS, turn):
        assert ask("GET", address, f"x{text}=1", headers).status_code == 400
    for place, name in enumerate(sorted({name for other, name in PARAMETERS if other == path})):
        for count in a_third(COUNTS, turn + place):
            answer = ask("GET", address, "&".join([f"{name}=n"] * count), headers)
            assert answer.status_code == 400


def test_many_codes_that_nobody_knows_are_counted(world: SimpleNamespace) -> None:
    headers = make.client(Role.PLANNER).headers
    query = "year=2022&" + "&".join(f"unit=n{number}" for number in range(900))
    body = ask("GET", "/api/v1/reports/matrix/", query, headers).json()
    assert (len(body["errors"]), body["more_errors"]) == (100, 800)


@pytest.mark.parametrize(
    "address", ["/cuenta/entrar/", "/cuenta/", "/api/schema/", "/api/docs/", "/healthz", "/nowhere/"]
)
def test_other_addresses_take_any_text_too(address: str) -> None:
    for text in TEXTS:
        ask("GET", address, f"next={text}&format={text}", {})
        ask("GET", f"{address}{text[:100]}", "", {})


@pytest.mark.parametrize("header", WRITING_HEADERS)
def test_headers_take_any_text(world: SimpleNamespace, header: str) -> None:
    headers = make.client(Role.PLANNER).headers
    operations = [("GET", "/units/"), ("PATCH", "/units/{pk}/"), ("POST", "/clients/{pk}/rotate/")]
    for turn, (method, path) in enumerate(operations):
        for said in a_third(SAID_IN_HEADERS, turn):
            body = b"" if method == "GET" else b'{"zzz": 1}'
            ask(method, address_of(world, method, path), "", {**headers, header: said}, body)


@for_each("name", ["sessionid", "csrftoken", "messages"])
@for_each("address", ["/api/v1/units/", "/cuenta/", "/cuenta/entrar/"])
def test_cookies_take_any_text(address: str, name: str) -> None:
    for said in ['"\\000aaaaaaaaaaaaaaaa"', "%00", "%s", "\xff" * 40, "a" * 5000, '"\\377"', '""']:
        ask("GET", address, "", {"Cookie": f"{name}={said}"})
