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


def test_half_of_what_is_written_again_and_again_stays_on_its_page_though_others_see_what_was(connect: Connect) -> None:
    """A list of a hundred activities takes ten more pages where they are full, and four or five where they have room.

    It is ten too while somebody else looks at the whole, as who takes statistics does: some lists in a row are sought.
    """
    plan, reporter = open_plan(), make.client(Role.REPORTER)
    activities = [make.activity(plan) for _ in range(100)]
    readers, sizes = cycle([connect(), connect()]), [pages()]
    while len(sizes) < 400 and not (len(sizes) > 5 and sizes[-1] - sizes[-5] < 4 * 7):
        reader = next(readers)
        reader.execute("ROLLBACK")
        reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        reader.execute("SELECT count(*) FROM activities_figure")
        items = [item_of(each, executed=len(sizes), reason="Porque sí") for each in activities]
        assert send_batch(reporter, items).json()["summary"]["rejected"] == 0
        sizes.append(pages())
    assert sizes[-1] - sizes[-5] < 4 * 7, sizes
