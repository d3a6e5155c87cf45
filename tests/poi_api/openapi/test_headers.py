"""What real answers send in their headers is what the document declares for them, and no less."""

import pytest
from django.db import transaction
from django.utils.timezone import localtime

from poi_api.openapi.headers import ANSWER_HEADERS
from poi_api.openapi.views import document
from tests import factories as make
from tests.api import post, send_content
from tests.operations import JSON, OPERATIONS, ids_of
from units.choices import Role
from units.models import ChangeSet

pytestmark = pytest.mark.django_db
READS = [path for method, path in OPERATIONS if method == "GET"]
WRITES = [name for name in OPERATIONS if name[0] != "GET"]
REPORTS = [path for path in READS if path.startswith(("/reports/", "/exports/"))]
VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def answers_of(path, method):
    """Return the answers that the document describes for an operation, by status."""
    described = document()["paths"][f"/api/v1{path.replace('{pk}', '{id}')}"][method.lower()]
    return described["responses"]


def declared(path, method, status):
    """Return the headers of an answer: those that it may have, and those that it always has."""
    components, answer = document()["components"], answers_of(path, method)[str(status)]
    if "$ref" in answer:
        answer = components["responses"][answer["$ref"].rpartition("/")[2]]
    headers = {
        name: components["headers"][header["$ref"].rpartition("/")[2]] if "$ref" in header else header
        for name, header in answer.get("headers", {}).items()
    }
    return set(headers), {name for name, header in headers.items() if header["required"]}


def agree(answer, path, method):
    """Assert that an answer has the headers that are declared for it."""
    may, must = declared(path, method, answer.status_code)
    has = {name for name in ANSWER_HEADERS if name in answer.headers}
    if answer.status_code != 405:
        has.discard("Allow")  # it stands on every answer of a view
    assert must <= has <= may, (method, path, answer.status_code, has ^ must)


def last_change():
    """Return the moment of the last change there is, as answers show it."""
    return localtime(ChangeSet.objects.latest("position").committed_at).isoformat(timespec="microseconds")


@pytest.fixture
def world(everything):
    return everything


@pytest.fixture
def ask(world):
    """Return how the planner of an installation with one of everything asks; no effect stays."""
    planner = make.client(Role.PLANNER)

    def asked(method, path, status, *, caller=planner, as_method=None, headers=None, **query):
        operation = OPERATIONS[method, path]
        content, kind = (b"", JSON) if (as_method or method) == "GET" else operation.content(world)
        with transaction.atomic():
            answer = send_content(
                as_method or method,
                caller,
                path.format(**ids_of(world, operation.names)),
                content,
                kind,
                headers,
                **operation.query,
                **query,
            )
            transaction.set_rollback(True)
        assert answer.status_code == status, (method, path, answer.status_code, answer.content)
        return answer

    return asked


def test_a_good_answer_has_the_headers_declared(ask):
    for (method, path), operation in OPERATIONS.items():
        agree(ask(method, path, operation.success), path, method)


def test_an_unchanged_answer_is_a_304_at_every_address_and_has_the_headers_declared(ask):
    for path in READS:
        etag = ask("GET", path, 200).headers["ETag"]
        agree(ask("GET", path, 304, headers={"If-None-Match": etag}), path, "GET")
        agree(ask("GET", path, 200, headers={"If-Match": '"other"'}), path, "GET")


def test_who_is_not_known_is_told_how_to_be(ask):
    for method, path in (name for name, operation in OPERATIONS.items() if operation.needs != "nothing"):
        answer = ask(method, path, 401, caller=None)
        agree(answer, path, method)
        assert answer["WWW-Authenticate"] == "Api-Key"


def test_a_method_that_is_not_there_is_told_which_are(ask):
    for path in {path for _, path in OPERATIONS}:
        there = [verb for verb in VERBS if (verb, path) in OPERATIONS]
        for missing in set(VERBS) - set(there):
            answer = ask(there[0], path, 405, as_method=missing)
            agree(answer, path, there[0])
            assert set(answer["Allow"].split(", ")) - {"HEAD", "OPTIONS"} == set(there)


def test_a_wrong_question_has_those_of_a_400(ask):
    for method, path in OPERATIONS:
        agree(ask(method, path, 400, nothing="x"), path, method)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Content-Type", "text/plain"),
        ("Content-Encoding", "gzip"),
        ("Content-Type", "application/json; charset=latin1"),
    ],
)
def test_another_content_has_those_of_a_415(ask, world, header, value):
    for method, path in WRITES:
        if OPERATIONS[method, path].content(world)[0]:
            agree(ask(method, path, 415, headers={header: value}), path, method)


def test_who_was_slower_has_those_of_a_412(ask):
    for method, path in WRITES:
        if "{" in path and method in ("PUT", "PATCH", "DELETE"):
            agree(ask(method, path, 412, headers={"If-Match": '"other"'}), path, method)


def test_an_answer_given_again_is_marked(world):
    planner, body = make.client(Role.PLANNER), {"code": "NUEVA", "name": "UNIDAD NUEVA", "kind": "institution"}
    first, again = (post(planner, "/units/", body, {"Idempotency-Key": "uno"}) for _ in range(2))
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    for answer in (first, again):
        agree(answer, "/units/", "POST")


def takes(path, name):
    described = document()["paths"][f"/api/v1{path}"]["get"]["parameters"]
    return any(parameter["name"] == name for parameter in described)


@pytest.mark.parametrize("path", REPORTS)
def test_every_format_of_a_report_says_which_knowledge_and_which_version_it_shows(ask, path):
    offered = answers_of(path, "GET")["200"]["content"]
    for media_type in offered:
        for query in ({}, {"version": "initial"}) if takes(path, "version") else ({},):
            answer = ask("GET", path, 200, headers={"Accept": media_type}, **query)
            agree(answer, path, "GET")
            assert answer["Report-Version"] == query.get("version", "current")
            head = ask("GET", path, 200, **query).json() if "application/json" in offered else None
            assert answer["Report-As-Of"] == (head["as_of"] if head else last_change())
