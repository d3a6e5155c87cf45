"""Questions made from our own document, by everybody: no answer is a 5xx, and each is as the document describes.

    CONTRACT_EXAMPLES=500 python -m pytest tests/poi_api/openapi/test_contract.py

asks for longer, and other questions each time.
"""

import os
from functools import cache

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from poi_api.openapi.views import document
from poi_api.wsgi import application
from tests import factories as make
from tests.operations import OPERATIONS, ids_of
from tests.searching import a_third, examples
from units.choices import Role

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
OPERATIONS_DESCRIBED = [(path, method) for path, methods in sorted(document()["paths"].items()) for method in methods]
LEAF = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
ANYTHING = st.recursive(LEAF, lambda part: st.lists(part) | st.dictionaries(st.text(), part), max_leaves=4)
EXAMPLES = os.environ.get("CONTRACT_EXAMPLES")
bounded = settings(
    max_examples=int(EXAMPLES or examples(12, least=4)),
    deadline=None,
    database=None,
    derandomize=EXAMPLES is None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@cache
def schema():
    return schemathesis.openapi.from_wsgi("/api/schema/", application)


@pytest.fixture
def in_one_transaction(db):
    """Requests share the test's connection: none may close it when it ends (as with Django's own client)."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def callers(everything_made):
    """Return the headers of all kinds of callers: first of one who may everything."""
    made = everything_made
    keys = [make.client(Role.PLANNER), *(make.client(role, made.unit) for role in Role)]
    keys += [make.client(Role.PLANNER, made.institution), make.client(Role.PLANNER, made.elsewhere)]
    people = [make.person(Role.PLANNER), make.person(Role.REPORTER, made.unit), made.newcomer]
    return [*(key.headers for key in keys), *map(session_of, people), {}, {"Authorization": "Api-Key poi_1_x"}]


@pytest.fixture
def world(callers, everything, in_one_transaction):
    return callers, everything


def session_of(person):
    """Return the headers of a logged-in person's browser."""
    browser = Client()
    browser.force_login(person)
    token = "a" * 32
    session = browser.cookies["sessionid"].value
    return {"Cookie": f"sessionid={session}; csrftoken={token}", "X-CSRFToken": token}


def known(path, method):
    """Return what a valid request of the operation is made of."""
    return OPERATIONS[method.upper(), path.removeprefix("/api/v1").replace("{id}", "{pk}")]


def there(operation, made):
    """Return path parameters that name things there are."""
    return {{"pk": "id"}.get(name, name): value for name, value in ids_of(made, operation.names).items()}


def sent(operation, made):
    """Return the body of a valid request, if it has one; files come in a form."""
    if operation.workbook:
        return {"body": {"file": operation.workbook(made)}, "media_type": "multipart/form-data"}
    if operation.form:
        form = operation.form(made)
        return {"body": {**form, "file": form["file"].read()}, "media_type": "multipart/form-data"}
    body = operation.body(made)
    return {"body": body, "media_type": "application/json"} if body else {}


# Schemathesis asks for gzip, and does not decompress what it gets without a network between
_UNCOMPRESSED = {"Accept-Encoding": "identity"}


def undone(case, headers):
    """Return the answer to a case, which must be as described; its effect is undone."""
    with transaction.atomic():
        answer = case.call_and_validate(headers=headers | _UNCOMPRESSED, checks=CHECKS)
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize(("path", "method"), OPERATIONS_DESCRIBED, ids=str)
@pytest.mark.filterwarnings("ignore")
def test_every_answer_is_one_that_the_document_describes(world, path, method):
    """Requests made from the document, and good ones with one member of their body replaced by anything."""
    callers, made = world
    operation, valid = schema()[path][method], known(path, method)
    body = valid.body(made)

    @bounded
    @given(st.data())
    def ask(data):
        case = data.draw(operation.as_strategy())
        if data.draw(st.booleans()):
            case.path_parameters = {**case.path_parameters, **there(valid, made)}
        if body and data.draw(st.booleans()):
            case.body = {**body, data.draw(st.sampled_from(sorted(body))): data.draw(ANYTHING)}
        undone(case, data.draw(st.sampled_from(callers)))

    ask()


@pytest.mark.parametrize(("turn", "path", "method"), [(n, *of) for n, of in enumerate(OPERATIONS_DESCRIBED)], ids=str)
@pytest.mark.filterwarnings("ignore")
def test_a_plain_request_about_what_is_there_is_answered_as_described(world, turn, path, method):
    callers, made = world
    valid = known(path, method)
    case = schema()[path][method].Case(path_parameters=there(valid, made), query=valid.query, **sent(valid, made))
    answer = undone(case, callers[0])
    assert answer.status_code == valid.success, answer.text
    for caller in a_third(callers[1:], turn):
        undone(case, caller)
