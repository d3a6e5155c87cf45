"""A reader who polls by position meets every committed change exactly once, in the order of commits."""

import threading
from collections.abc import Callable

import psycopg
import pytest

from tests import factories
from tests.committed import Connect
from units.models import ChangeSet

WRITERS, ROUNDS, PATIENCE = 4, 25, 60
INSERT = "INSERT INTO activities_measurementunit (code, name) VALUES (%s, %s)"
FEED = """
SELECT s.position, s.committed_at, c.after ->> 'code'
  FROM units_changeset s JOIN units_change c ON c.change_set_id = s.id
 WHERE s.position > %s ORDER BY s.position, c.id
"""


class Polling:
    """A reader that asks again and again for what came after the last position it has seen."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection
        self.met: list[tuple] = []

    def poll(self) -> None:
        after = self.met[-1][0] if self.met else 0
        self.met += self.connection.execute(FEED, [after]).fetchall()

    def until(self, done: threading.Event) -> None:
        while not done.is_set():
            self.poll()
        self.poll()


def run(*jobs: Callable[[], None]) -> None:
    """Run the jobs at once; raises the first error of any."""
    errors: list[BaseException] = []

    def guarded(job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    if errors:
        raise errors[0]


def writer(connection: psycopg.Connection, name: int, start: threading.Barrier, kept: list[str]) -> Callable[[], None]:
    """Write rounds: some of one statement, some slow ones of several, every third rolled back."""

    def work() -> None:
        for number in range(ROUNDS):
            start.wait(PATIENCE)
            codes = [f"{name}-{number}-{part}" for part in range(1 + number % 3)]
            connection.execute("BEGIN")
            for code in codes:
                connection.execute(INSERT, [code, code])
                if number % 2:
                    connection.execute("SELECT count(*) FROM pg_class, generate_series(1, 20)")
            connection.execute("ROLLBACK" if (number + name) % 3 == 0 else "COMMIT")
            if (number + name) % 3:
                kept.extend(codes)

    return work


def test_every_committed_change_is_met_once_and_in_order(connect: Connect) -> None:
    start, done = threading.Barrier(WRITERS), threading.Event()
    readers = [Polling(connect()), Polling(connect())]
    kept: list[list[str]] = [[] for _ in range(WRITERS)]
    writers = [writer(connect(), name, start, kept[name]) for name in range(WRITERS)]

    def write() -> None:
        try:
            run(*writers)
        finally:
            done.set()

    run(write, *[lambda reader=reader: reader.until(done) for reader in readers])
    written = sorted(code for codes in kept for code in codes)
    for reader in readers:
        assert sorted(code for _, _, code in reader.met) == written
        positions = sorted({position for position, _, _ in reader.met})
        assert positions == list(range(1, len(positions) + 1))
        assert [place for place, _, _ in reader.met] == sorted(place for place, _, _ in reader.met)
        times = {place: moment for place, moment, _ in reader.met}
        assert sorted(set(times.values())) == [times[place] for place in positions]


def test_who_began_first_but_commits_last_comes_last(connect: Connect) -> None:
    slow, quick, reader = connect(), connect(), Polling(connect())
    slow.execute("BEGIN")
    slow.execute(INSERT, ["slow", "slow"])
    quick.execute(INSERT, ["quick", "quick"])
    reader.poll()
    slow.execute("COMMIT")
    reader.poll()
    assert [(place, code) for place, _, code in reader.met] == [(1, "quick"), (2, "slow")]


def test_a_place_taken_early_keeps_the_others_waiting(connect: Connect) -> None:
    """SET CONSTRAINTS ALL IMMEDIATE takes the place at once: nobody may get a later one and be seen before."""
    early, other, reader = connect(), connect(), Polling(connect())
    early.execute("BEGIN")
    early.execute(INSERT, ["early", "early"])
    early.execute("SET CONSTRAINTS ALL IMMEDIATE")
    other.execute("SET lock_timeout = '50ms'")
    with pytest.raises(psycopg.errors.LockNotAvailable):
        other.execute(INSERT, ["other", "other"])
    early.execute("ROLLBACK")
    other.execute(INSERT, ["other", "other"])
    reader.poll()
    assert [(place, code) for place, _, code in reader.met] == [(1, "other")]


def test_a_clock_that_went_back_does_not_bring_time_out_of_order(connect_owner: Connect) -> None:
    factories.institution()
    other = connect_owner()
    other.execute("ALTER TABLE units_changeset DISABLE TRIGGER append_only")
    other.execute("UPDATE units_changeset SET committed_at = clock_timestamp() + interval '1 day'")
    other.execute("ALTER TABLE units_changeset ENABLE ALWAYS TRIGGER append_only")
    factories.institution()
    first, second = ChangeSet.objects.order_by("position").values_list("committed_at", flat=True)
    assert first is not None
    assert second is not None
    assert (second - first).total_seconds() == pytest.approx(1e-6)
