"""Nothing that a caller is answered tells of what is done out of its sight: neither ETag nor place moves."""

import pytest

from tests import factories as make
from tests.activities.submitting import put
from tests.api import get, post
from tests.operations import OPERATIONS, ids_of, one_of_everything
from units.access import lookup
from units.choices import Role

READS = [(path, operation) for (method, path), operation in OPERATIONS.items() if method == "GET"]
TOLD = ("ETag", "Change-Cursor", "Report-As-Of")


@pytest.fixture
def world(committed, monkeypatch):
    monkeypatch.setattr(lookup, "_MINUTE", 10**12)  # a key's use is not noted anew while a test runs
    world = one_of_everything()
    return world, make.client(Role.PLANNER, world.unit), make.client(Role.PLANNER, world.elsewhere)


def told(answer):
    return answer.status_code, {name: answer.headers.get(name) for name in TOLD}, b"".join(answer)


def do_something(caller, unit):
    body = {"code": "OTRA-U1", "name": "OTRA UNIDAD", "kind": "organ", "parent": unit.pk}
    assert post(caller, "/units/", body).status_code == 201


def answers(world, caller):
    """Return what every address answers."""
    found = {}
    for path, operation in READS:
        ids = {{"pk": "id"}.get(name, name): value for name, value in ids_of(world, operation.names).items()}
        found[path] = told(get(caller, path.replace("{pk}", "{id}").format(**ids), **operation.query))
    return found


DONE = {
    "in another institution": lambda world, other: do_something(other, world.elsewhere),
    "in the installation": lambda world, other: make.client(Role.READER),
}


@pytest.mark.parametrize("done", DONE)
def test_no_address_tells_of_it(world, done):
    made, caller, other = world
    before = answers(made, caller)
    assert {"/me/", "/changes/", "/reports/matrix/"} <= before.keys()
    DONE[done](made, other)
    after = answers(made, caller)
    assert {path for path in before if before[path] != after[path]} == set()


def sent(caller, activity, **more):
    month = {"activity": activity.pk, "year": 2022, "month": 1, "executed": 3}
    return post(caller, "/progress/batch/", {"mode": "partial", "items": [month], **more})


WAYS = {
    "dry run": lambda caller, activity: sent(caller, activity, dry_run=True),
    "batch": sent,
    "month in one statement": lambda caller, activity: put(caller, activity, executed=3),
    "month step by step": lambda caller, activity: put(caller, activity, headers={"If-Match": "*"}, executed=3),
}


@pytest.mark.parametrize("way", WAYS)
def test_nor_does_a_write_that_writes_nothing(world, way):
    made, caller, other = world

    def again():
        return told(WAYS[way](caller, made.activity))

    sent(caller, made.activity)
    before = again()
    assert before[0] == 200
    do_something(other, made.elsewhere)
    assert again() == before
