"""What a page of the feed costs: one statement, which reads by index."""

import re

import pytest
from django.db import connection

from activities.models import Activity
from tests import factories as make
from tests.committed import Connect, unguarded
from tests.history import world as one_of_everything
from tests.states import state_now
from tests.units.history.feed import feed
from units.access.lookup import confirmed_by_key
from units.history import feed as changes
from units.history.cursors import Place
from units.models.change import NAMED_TOGETHER
from units.models.epoch import epoch

pytestmark = pytest.mark.usefixtures("committed")


class TestCost:
    def test_a_page_is_one_statement_beside_those_of_every_answer(self, django_assert_num_queries):
        caller = make.client(unit=one_of_everything().institution)
        epoch()
        with django_assert_num_queries(3):  # the key, the freshness, the page
            feed(caller, limit=50)

    @pytest.mark.parametrize(("of_all", "statements"), [(True, 1), (False, 2)])
    def test_a_poll_asks_for_no_page_where_nothing_came(self, of_all, statements, django_assert_num_queries):
        """Only the key, and how fresh what its unit sees is: so it costs the same after any history."""
        institution = one_of_everything().institution
        caller = make.client(unit=None if of_all else institution)
        start = feed(caller, limit=1000)["next"]
        with django_assert_num_queries(statements):
            assert feed(caller, after=start) == {"results": [], "next": start, "has_more": False}
        make.activity(make.plan(institution, 2031))
        assert feed(caller, after=start)["results"]

    def test_it_reads_by_index(self, connect_owner: Connect):
        plan = make.plan()
        units = [make.unit(plan.institution) for _ in range(10)]
        activities = [make.activity(plan, units[number % 10]) for number in range(100)]
        callers = [make.client(unit=unit) for unit in (None, plan.institution, activities[0].unit)]
        Activity.objects.exclude(pk=activities[0].pk).update(name="Otro nombre")
        owner = connect_owner()
        owner.execute(unguarded(_AGAIN_AND_AGAIN, "units_changeset", "units_change"))
        owner.execute(_AS_IF_ALONE)
        last = state_now().point
        for caller in callers:
            access = confirmed_by_key(caller.key).access
            for start, of in (
                (1, None),
                (last.position - 5, None),
                (1, ("activity", activities[0].pk)),
                (1, ("plan", plan.pk)),
            ):
                assert not reads_all_changes(access, Place(start), last, of)
                assert not reads_all_changes(access, Place(start, told=last), last, of)

    def test_within_a_large_change_set_it_reads_from_where_the_last_page_ended(self, connect_owner: Connect):
        access = confirmed_by_key(make.client().key).access
        with connection.cursor() as cursor:
            cursor.execute(_MANY)
            cursor.execute("SELECT max(id) FROM units_change")
            (last_row,) = cursor.fetchone()
        connect_owner().execute(_AS_IF_ALONE)
        last = state_now().point
        for before_the_end in (2900, 1500, 50):
            place = Place(last.position, (last_row - before_the_end) * NAMED_TOGETHER, last)
            plan = explained(access, place, last, None, "EXPLAIN (ANALYZE, TIMING OFF)")
            (read,) = re.findall(r"on units_change c(?:_1)? .*\(actual rows=([\d.]+) loops=1\)", plan)
            assert 50 <= float(read) < 150  # of 3,000, for a page of 100


_MANY = """
INSERT INTO activities_measurementunit (code, name) SELECT 'UM' || n, 'MEDIDA ' || n FROM generate_series(1, 3000) n"""
_AS_IF_ALONE = "CLUSTER units_change USING units_change_pkey; ANALYZE"  # earlier tests left neither order nor numbers
# The last change set 100 times, as if all activities but one had been edited in each
_AGAIN_AND_AGAIN = """
INSERT INTO units_changeset
SELECT (jsonb_populate_record(s, jsonb_build_object('id', s.id + n, 'position', s.position + n))).*
  FROM units_changeset s, generate_series(1, 99) n WHERE s.id = (SELECT max(id) FROM units_changeset) ORDER BY n;
INSERT INTO units_change
SELECT (jsonb_populate_record(c, jsonb_build_object('id', c.id + 1000 * n, 'change_set_id', c.change_set_id + n))).*
  FROM units_change c, generate_series(1, 99) n WHERE change_set_id = (SELECT max(id) - 99 FROM units_changeset)
 ORDER BY n, c.id
"""


def reads_all_changes(access, start, until, of):
    """Tell whether a page reads the whole table of changes; that of change sets is small enough to be read so."""
    return re.search(r"Seq Scan on units_change\b", explained(access, start, until, of)) is not None


def explained(access, start, until, of, how="EXPLAIN"):
    """Return how the statement of a page is carried out."""
    statements: list[str] = []

    def explain(execute, sql, params, many, context):
        with connection.connection.cursor() as cursor:
            cursor.execute(f"{how} {sql}", params)
            statements.extend(line for (line,) in cursor.fetchall())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        changes.changes_after(start, access=access, until=until, limit=100, of=of)
    return "\n".join(statements)
