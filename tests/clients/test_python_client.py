"""A client that was generated from our document makes every call, and understands every answer."""

import httpx
import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction

from poi_api.wsgi import application
from tests import factories as make
from tests.attacks.service import attacked
from tests.clients.python_client import called, calls, client_of, form_of, generated, unknown_members
from tests.operations import OPERATIONS, one_of_everything
from units.choices import Role

# Members of any name: a report's own parameters, the keys of a row, a report that was frozen, CEPLAN's titles
FREE = {
    "CeplanRowColumns",
    "PublicationParameters",
    "NewPublicationParameters",
    "LineDifferenceLine",
    "PublicationsContentResponse200",
}


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    return generated(tmp_path_factory.mktemp("client"))


@pytest.fixture
def in_one_transaction(db):
    """Requests share the test's connection: none may close it when it ends."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def service(committed, tmp_path):
    """The service as it really runs, with one of everything."""
    with attacked(tmp_path, one_of_everything()) as running:
        yield running


@pytest.fixture
def client(said, service):
    """A client of the service that may everything."""
    with client_of(f"http://127.0.0.1:{service.port}", service.caller.key) as made:
        yield made


def understood(answer):
    return [(name, member) for name, member in unknown_members(answer.parsed) if name not in FREE]


def test_it_is_generated_without_a_warning_and_has_every_operation(said):
    assert "warning" not in said.lower()
    assert {(method, path.replace("{id}", "{pk}")) for method, path in calls()} == set(OPERATIONS)


def test_over_a_network_it_does_what_documents_say(client, service):
    """All of it in one service, for to start it costs more than to ask: whatever is read, then what is written."""
    it_makes_every_get(client, service)
    it_names_a_plan_as_the_document_does(client, service)
    it_reports_a_month_as_the_guide_does(client, service)


def it_makes_every_get(client, service):
    for name, module in calls().items():
        if name[0] == "GET":
            answer = called(client, module, name, service.world)
            assert answer.status_code == 200, name
            assert answer.parsed is not None, name
            assert understood(answer) == [], name


def it_reports_a_month_as_the_guide_does(client, service):
    """docs/submitting.md: what is owed, a batch tried and sent and sent again, then a month alone."""
    call, activity = calls(), service.world.activity
    owed = call["GET", "/progress/due/"].sync(client=client, year=[2022]).results
    assert {row.activity.id for row in owed} == {activity.pk}
    batch, month = call["POST", "/progress/batch/"], call["PUT", "/activities/{id}/progress/{month}/"]
    item = {
        "activity": activity.code,
        "institution": "SAT",
        "year": 2022,
        "month": 1,
        "executed": 5,
        "entry_version": 1,
    }
    body = {"mode": "partial", "items": [item]}
    tried = batch.sync(client=client, body=form_of(batch).from_dict({**body, "dry_run": True}))
    assert (tried.dry_run, tried.summary.updated) == (True, 1), tried.to_dict()
    sent, again = (
        batch.sync_detailed(client=client, body=form_of(batch).from_dict(body), idempotency_key="enero-1")
        for _ in range(2)
    )
    assert [each.status for each in sent.parsed.items] == ["updated"]
    assert again.headers["Idempotency-Replayed"] == "true"
    put = month.sync(client=client, id=activity.pk, month=1, body=form_of(month).from_dict({"executed": 4.5}))
    assert (put.result, put.executed, put.entry_version) == ("updated", 4.5, 3)


@pytest.mark.filterwarnings("ignore")
def test_it_makes_every_write(said, in_one_transaction):
    world = one_of_everything()
    transport = httpx.WSGITransport(app=application)
    client = client_of("http://localhost", make.client(Role.PLANNER).key)
    key = {"Authorization": f"Api-Key {client.token}"}
    client.set_httpx_client(httpx.Client(base_url="http://localhost", transport=transport, headers=key))
    for name, module in calls().items():
        if name[0] != "GET":
            with transaction.atomic():
                answer = called(client, module, name, world)
                transaction.set_rollback(True)
            assert answer.status_code == OPERATIONS[name[0], name[1].replace("{id}", "{pk}")].success, name
            assert understood(answer) == [], name


def it_names_a_plan_as_the_document_does(client, service):
    """By its id, or by institution and year."""
    world = service.world
    create = calls()["POST", "/activities/"]
    for institution in (None, "SAT", world.institution.pk):
        plan = {"institution": institution, "year": 2023} if institution else world.draft.pk
        body = OPERATIONS["POST", "/activities/"].body(world) | {"plan": plan, "name": f"EN {institution}"}
        answer = create.sync_detailed(client=client, body=form_of(create).from_dict(body))
        assert answer.status_code == 201, answer.content
        assert answer.parsed.plan.year == 2023
