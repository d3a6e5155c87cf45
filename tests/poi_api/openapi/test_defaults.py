"""To send a default is the same as to leave it out (api.md, "OpenAPI")."""

import pytest

from poi_api.openapi.views import document
from tests import factories as make
from tests.api import get
from tests.operations import OPERATIONS, ids_of
from units.choices import Role

pytestmark = pytest.mark.django_db
DEFAULTS = [
    (path.removeprefix("/api/v1"), parameter["name"], parameter["schema"]["default"])
    for path, methods in document()["paths"].items()
    for parameter in methods.get("get", {}).get("parameters", ())
    if "default" in parameter["schema"]
]


def spelled(default):
    """Return a default as it is written in a query string."""
    return str(default).lower() if isinstance(default, bool) else default


def without_links(answer):
    """Return what is said, in which only the addresses of other pages may repeat what was asked."""
    if answer["Content-Type"] != "application/json":
        return answer.content
    return {name: part for name, part in answer.json().items() if name not in ("next", "previous")}


@pytest.fixture
def ask(everything):
    """Return how the planner of an installation with one of everything asks."""
    world, caller = everything, make.client(Role.PLANNER)

    def asked(path, **query):
        operation = OPERATIONS["GET", path.replace("{id}", "{pk}")]
        names = {{"pk": "id"}.get(name, name): value for name, value in ids_of(world, operation.names).items()}
        needed = {name: value for name, value in operation.query.items() if name in ("year", "institution", "unit")}
        answer = get(caller, path.format(**names), **needed, **query)
        assert answer.status_code == 200, (path, query, answer.content)
        return without_links(answer)

    return asked


def test_every_default_is_accepted_and_says_what_nothing_says(ask):
    assert ("/reports/execution/", "depth", 1) in DEFAULTS
    plain = {path: ask(path) for path, _, _ in DEFAULTS}
    for path, name, default in DEFAULTS:
        assert ask(path, **{name: spelled(default)}) == plain[path], (path, name)


def test_all_defaults_of_an_address_are_accepted_together(ask):
    for path in {path for path, _, _ in DEFAULTS}:
        together = {name: spelled(default) for of, name, default in DEFAULTS if of == path}
        assert ask(path, **together) == ask(path), path


@pytest.mark.parametrize("path", ["/reports/matrix/", "/reports/execution/"])
def test_a_table_takes_the_page_that_it_would_have_by_default(ask, path):
    assert ask(path, format="csv", limit=100, offset=0) == ask(path, format="csv")
