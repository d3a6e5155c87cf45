"""Planners who change the tree at the same moment wait for each other, and none leaves it broken."""

from django.db import transaction
from django.test import Client

from poi_api.database import locks
from tests import factories as make
from tests.threads import in_threads, until_waiting
from units.choices import Role
from units.models import Unit


def patching(planner, unit, body):
    def request():
        path = f"/api/v1/units/{unit.pk}/"
        return Client().patch(path, body, "application/json", headers=planner.headers)

    return request


def at_once(connect, *requests):
    """Have all requests wait at the tree's lock before the first may go on."""
    holder, watch = connect(), connect()
    holder.execute(f"BEGIN; SELECT pg_advisory_xact_lock({locks.UNIT_TREE})")
    answers = in_threads(*requests)
    until_waiting(watch, len(requests))
    holder.execute("COMMIT")
    return sorted(answer.status_code for answer in answers())


def test_two_moves_that_make_a_cycle_together_do_not_both_happen(connect):
    sat = make.institution("SAT")
    one, two = make.organ(sat, "O1"), make.organ(sat, "O2")
    planner = make.client(Role.PLANNER, sat)
    moves = [patching(planner, one, {"parent": "O2"}), patching(planner, two, {"parent": "O1"})]
    assert at_once(connect, *moves) == [200, 409]


def test_who_moves_a_unit_holds_the_tree_before_the_unit(connect):
    """Not only over HTTP: else each of two could hold what the other has to move along."""
    sat = make.institution("SAT")
    one, two, above = make.unit(sat), make.unit(sat), make.organ(sat)
    with transaction.atomic():
        Unit.objects.filter(pk=one.pk).update(parent=above)
        moved = in_threads(lambda: Unit.objects.filter(pk=two.pk).update(parent=above))
        until_waiting(connect(), 1)
        Unit.objects.filter(pk=two.pk).update(name="LA DOS")
    moved()
    assert Unit.objects.filter(pk=two.pk, parent=above, name="LA DOS").exists()


def test_two_units_do_not_take_one_name(connect):
    sat = make.institution("SAT")
    one, two = make.unit(sat, "U1"), make.unit(sat, "U2")
    planner = make.client(Role.PLANNER, sat)
    renames = [patching(planner, one, {"name": "LEGAL"}), patching(planner, two, {"aliases": ["legal"]})]
    assert at_once(connect, *renames) == [200, 409]


def test_of_two_who_read_the_same_only_one_writes(connect):
    sat = make.institution("SAT")
    unit, planner = make.unit(sat, "U1"), make.client(Role.PLANNER, sat)
    etag = Client().get(f"/api/v1/units/{unit.pk}/", headers=planner.headers)["ETag"]

    def renaming(name):
        def request():
            headers = {**planner.headers, "If-Match": etag}
            path = f"/api/v1/units/{unit.pk}/"
            return Client().patch(path, {"name": name}, "application/json", headers=headers)

        return request

    assert at_once(connect, renaming("UNO"), renaming("DOS")) == [200, 412]
    assert Unit.objects.get(pk=unit.pk).name in ("UNO", "DOS")
