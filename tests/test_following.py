"""Who pulls once and then follows the feed has what a new pull would give, whatever it may see (api.md, "Changes")."""

from collections.abc import Callable
from functools import partial
from random import Random

import pytest
from django.db import IntegrityError, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.choices import Verdict
from activities.models import Activity, Plan
from tests import factories as make
from tests.committed import empty_tables
from tests.following import Copy, session
from tests.searching import examples
from tests.threads import in_threads
from units.choices import Role
from units.models import Membership, Unit


class World:
    """A plan and a tree of units, in which everything moves; each step is one transaction."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.plan: Plan = make.plan(make.institution())
        root = self.plan.institution
        organs = [make.organ(root) for _ in range(2)]
        self.moving = [make.unit(above) for above in organs for _ in range(2)]
        self.places = [*organs, *self.moving]
        for unit in self.places:
            make.activity(self.plan, unit)
        homes = [None, root, *self.places]
        self.copies = [Copy(make.client(role, home)) for home in homes for role in (Role.READER, Role.PLANNER)]
        person = make.person(Role.READER, organs[0])
        Membership.objects.create(user=person, role=Role.READER, unit=self.moving[2])
        nested = make.person(Role.READER, organs[1])
        Membership.objects.create(user=nested, role=Role.READER, unit=self.moving[3])
        self.copies += [Copy(session(person)), Copy(session(nested))]

    def one(self) -> Activity:
        return self.random.choice(list(Activity.objects.order_by("pk")))

    def place(self) -> Unit:
        return self.random.choice(self.places)

    def add_activity(self) -> None:
        make.activity(self.plan, self.place(), [self.random.randint(0, 5) for _ in range(12)])

    def move_activity(self) -> None:
        Activity.objects.filter(pk=self.one().pk).update(unit=self.place())

    def rename_activity(self) -> None:
        Activity.objects.filter(pk=self.one().pk).update(name=f"Otro nombre {self.random.random()}")

    def move_unit(self) -> None:
        moved = self.random.choice(self.moving)
        Unit.objects.filter(pk=moved.pk).update(parent=self.random.choice([self.plan.institution, *self.places]))

    def rename_unit(self) -> None:
        Unit.objects.filter(pk=self.place().pk).update(name=f"Otro nombre {self.random.random()}")

    def come_and_go(self) -> None:
        found = Unit.objects.filter(name__startswith="De paso").first()
        if found is not None and self.random.random() < 0.5:
            found.delete()
        else:
            make.unit(self.place(), name=f"De paso {self.random.random()}")

    def report(self) -> None:
        quantity = self.random.choice([None, 0, 1, 7])
        make.entry(
            self.one(), self.random.randint(1, 3), quantity, "Corrección", needs_review=self.random.random() < 0.4
        )

    def judge(self) -> None:
        """Judge what waits, the newest of its month, as the API has it: nothing newer comes between."""
        activity = Activity.objects.select_for_update().get(pk=self.one().pk)
        newest = activity.entries.order_by("month", "-entry_version").distinct("month")
        waiting = [entry for entry in newest if entry.needs_review and not entry.reviews.exists()]
        if waiting:
            make.review(self.random.choice(waiting), self.random.choice(list(Verdict)), "Revisado")

    def modify(self) -> None:
        number = self.plan.versions.count() + 1
        make.version(self.plan, number)
        cancelled = self.random.random() < 0.3
        programmed = [0 if cancelled else self.random.randint(0, 9) for _ in range(12)]
        make.target(self.one(), programmed, number, is_cancelled=cancelled)

    def step(self) -> None:
        """Take a step that the rules allow."""
        often: list[Callable[[], None]] = [self.move_unit, self.move_activity, self.report, self.report]
        others = [self.add_activity, self.rename_activity, self.rename_unit, self.come_and_go, self.judge, self.modify]
        try:
            with transaction.atomic():
                self.random.choice(often + others)()
        except IntegrityError:
            pass  # a cycle in the tree, or the second of two who do the same: it did not happen

    def agree(self) -> None:
        """Bring every copy up to date, and compare it with a new pull."""
        for copy in self.copies:
            copy.follow(limit=self.random.choice([1, 2, 7, 1000]))
            again = Copy(copy.caller)
            again.pull()
            assert copy.seen() == again.seen()


@settings(max_examples=examples(5, least=2), deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_a_copy_that_follows_equals_a_new_pull(committed: None, seed: int) -> None:
    empty_tables()
    world = World(Random(seed))
    for copy in world.copies:
        copy.pull()
    for _ in range(12):
        for _ in range(world.random.randint(1, 5)):
            world.step()
        for copy in world.copies:  # some are late, some stop in the middle
            if world.random.random() < 0.5:
                copy.follow(limit=3, pages=world.random.randint(1, 3))
    world.agree()
    assert {copy.pulls for copy in world.copies} == {1}


def test_a_copy_made_from_the_feed_alone_equals_a_pull(committed: None) -> None:
    world = World(Random(3))
    for _ in range(60):
        world.step()
    for copy in world.copies:
        copy.pull()
        alone = Copy(copy.caller)
        alone.cursor = ""
        alone.follow()
        assert alone.seen() == copy.seen()


def test_many_writers_at_once_leave_no_gap(committed: None) -> None:
    world = World(Random(5))
    for copy in world.copies:
        copy.pull()
    writers = [World.__new__(World) for _ in range(4)]
    for number, writer in enumerate(writers):
        writer.__dict__ |= world.__dict__ | {"random": Random(number)}

    def write(writer: World) -> None:
        for _ in range(examples(25)):
            writer.step()

    finish = in_threads(*[partial(write, writer) for writer in writers])
    for copy in world.copies:
        copy.follow(limit=5, pages=4)
    finish()
    world.agree()
    connections.close_all()


@pytest.mark.usefixtures("committed")
class TestStartAgain:
    def test_other_rights_are_another_feed(self) -> None:
        unit = make.unit()
        copy = Copy(make.client(unit=unit))
        copy.pull()
        copy.caller = make.client(unit=unit.parent)
        copy.follow()
        assert copy.pulls == 2
