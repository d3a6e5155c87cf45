"""Questions made from our own document: no answer is a 5xx, and each is one that the document describes."""

import re
from functools import cache

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from poi_api.docs import document
from poi_api.wsgi import application
from tests import factories as make

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
OPERATIONS = [(path, method) for path, methods in sorted(document()["paths"].items()) for method in methods]
bounded = settings(
    max_examples=8,
    deadline=None,
    database=None,
    derandomize=True,
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


@pytest.fixture
def world(in_one_transaction):
    """A caller who sees one of everything, and the ids of what it sees by the first part of their path."""
    unit = make.unit(make.organ(make.institution("SAT")), "U1")
    activity = make.activity(make.plan(unit.institution), unit)
    make.alias(unit, "otro nombre")
    make.review(make.entry(activity, needs_review=True))
    make.reopening(activity.plan, 1, unit)
    make.settle()
    ids = {
        "units": unit.pk,
        "mef-activities": activity.mef_activity_id,
        "measurement-units": activity.measurement_unit_id,
        "plans": activity.plan_id,
        "versions": activity.plan.versions.get().pk,
        "periods": activity.plan.periods.get(month=1).pk,
        "activities": activity.pk,
    }
    return make.client(unit=unit.institution), ids


def there(path, ids):
    """Return path parameters that name things there are: each variable follows the name of its kind."""
    return {name: 1 if name == "month" else ids[kind] for kind, name in re.findall(r"([a-z-]+)/\{(\w+)\}", path)}


@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=str)
@pytest.mark.filterwarnings("ignore")
def test_every_answer_is_one_that_the_document_describes(world, path, method):
    caller, ids = world
    operation = schema()[path][method]

    @bounded
    @given(st.data())
    def ask(data):
        case = data.draw(operation.as_strategy())
        if data.draw(st.booleans()):
            case.path_parameters = {**case.path_parameters, **there(path, ids)}
        case.call_and_validate(headers=caller.headers, checks=CHECKS)

    ask()


@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=str)
@pytest.mark.filterwarnings("ignore")
def test_a_plain_question_about_what_is_there_is_answered_as_described(world, path, method):
    caller, ids = world
    query = {"year": 2022} if "/reports/" in path else {}
    case = schema()[path][method].Case(path_parameters=there(path, ids), query=query)
    assert case.call_and_validate(headers=caller.headers, checks=CHECKS).status_code == 200
