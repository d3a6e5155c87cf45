"""Pages of the read model keep room for what their rows become (docs/decisions/0073)."""

from itertools import cycle

from django.db import connection

from tests import factories as make
from tests.activities.submitting import item_of, open_plan, send_batch
from tests.committed import Connect
from units.choices import Role


def pages() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_size('activities_figure') / current_setting('block_size')::int")
        return int(cursor.fetchone()[0])


def growth(connect: Connect) -> float:
    """Return how many times as many pages a hundred activities take after twenty lists, as after the first."""
    plan, reporter = open_plan(make.institution()), make.client(Role.REPORTER)
    before, activities = pages(), [make.activity(plan) for _ in range(100)]
    links, sizes = [connect(), connect()], []
    readers = cycle(links)
    for executed in range(1, 21):
        reader = next(readers)
        reader.execute("ROLLBACK")
        reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        reader.execute("SELECT count(*) FROM activities_figure")
        items = [item_of(each, executed=executed, reason="Porque sí") for each in activities]
        assert send_batch(reporter, items).json()["summary"]["rejected"] == 0
        sizes.append(pages() - before)
    for link in links:
        link.execute("ROLLBACK")
    return sizes[-1] / sizes[0]


def test_half_of_what_is_written_again_and_again_stays_on_its_page_though_others_see_what_was(connect: Connect) -> None:
    """It is 10 times as many where pages are full, or where something else that the server does looks at all of it."""
    assert any(growth(connect) < 6 for _ in range(3))
