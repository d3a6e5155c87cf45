"""How fresh an answer is: what moves a caller's mark, and what an ETag is made of."""

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory

from tests import factories as make
from tests.states import state_now
from units.access.grants import Access, Grant
from units.choices import Role
from units.history.cursors import cursor_at
from units.models import ChangeSet, Unit
from units.models.epoch import epoch
from units.models.point import Point
from units.requests import conditional
from units.requests.conditional import Freshness, not_modified, say_freshness

_PATH = "/api/v1/x/?year=2022"
EVERYWHERE = Access("client:x", (Grant(Role.READER, None),), client_id=1)


def at(position: int, last_change: int, mark: str = "0" * 8) -> Freshness:
    return Freshness(Point(position, mark), Point(last_change, mark))


def freshness_of(access: Access) -> Freshness:
    return conditional.freshness_of(access, state_now())


def reader_of(unit: Unit) -> Access:
    return Access("client:y", (Grant(Role.READER, unit.pk),), client_id=2)


@pytest.mark.django_db
class TestEtag:
    def test_it_is_strong_and_the_same_for_the_same_answer(self) -> None:
        etag = at(5, 3).etag(_PATH, EVERYWHERE)
        assert etag == at(9, 3).etag(_PATH, EVERYWHERE)  # what else happened does not matter
        assert etag.startswith('"')

    def test_it_tells_apart_marks_callers_questions_and_formats(self) -> None:
        seen = at(5, 3)
        etags = {
            seen.etag(_PATH, EVERYWHERE),
            at(5, 4).etag(_PATH, EVERYWHERE),
            at(5, 3, "1" * 8).etag(_PATH, EVERYWHERE),  # another change set at that position
            seen.etag(_PATH, Access("client:x", (Grant(Role.READER, 7),), client_id=1)),
            seen.etag("/api/v1/x/?year=2023", EVERYWHERE),
            seen.etag(_PATH, EVERYWHERE, "csv"),
        }
        assert len(etags) == 6

    def test_after_an_upgrade_it_is_another(self, monkeypatch) -> None:
        """The same figures may come in another shape then: a 304 would keep the old one with the caller."""
        etag = at(5, 3).etag(_PATH, EVERYWHERE)
        monkeypatch.setattr(conditional, "release", lambda: "another")
        assert at(5, 3).etag(_PATH, EVERYWHERE) != etag

    def test_of_another_history_it_is_another(self, monkeypatch) -> None:
        """After a restore the same position has other changes before it."""
        etag = at(5, 3).etag(_PATH, EVERYWHERE)
        monkeypatch.setattr(conditional, "epoch", lambda: "0" * 8)
        assert at(5, 3).etag(_PATH, EVERYWHERE) != etag

    def test_the_epoch_is_asked_once_a_connection(self) -> None:
        name = epoch()
        assert len(name) == 8
        assert int(name, 16) >= 0
        with connection.execute_wrapper(self.no_query):
            assert epoch() == name

    def no_query(self, *_: object) -> None:
        raise AssertionError("no query expected")

    @pytest.mark.parametrize(
        ("header", "status"),
        [('"a"', 304), ('W/"a"', 304), ('"b", "a"', 304), ("*", 304), ('"b"', None), ("a", None), ("", None)],
    )
    def test_a_304_is_for_those_who_have_the_answer(self, header: str, status: int | None) -> None:
        request = RequestFactory().get("/", headers={"If-None-Match": header})
        answer = not_modified(request, '"a"')
        assert (answer.status_code if answer else None) == status

    def test_an_answer_is_private_and_depends_on_who_asks_and_how(self) -> None:
        answer = HttpResponse()
        point = Point(5, "0123abcd")
        say_freshness(answer, point, EVERYWHERE, '"a"')
        assert (answer["ETag"], answer["Change-Cursor"]) == ('"a"', cursor_at(point, EVERYWHERE))
        assert answer["Cache-Control"] == "private, no-cache"
        assert {"Accept", "Authorization", "Cookie"} <= set(answer["Vary"].split(", "))


class TestMark:
    @pytest.fixture
    def tree(self, committed: None) -> tuple[Unit, Unit, Unit, Unit]:
        """An institution with two branches, one of them with a unit below."""
        root = make.institution()
        branch, sibling = make.unit(root), make.unit(root)
        return root, branch, make.unit(branch), sibling

    def moved(self, access: Access, before: Freshness) -> bool:
        after = freshness_of(access)
        assert after.point.position == ChangeSet.objects.latest("position").position
        return after.last_change != before.last_change

    def test_only_those_move_who_see_what_changed(self, tree: tuple[Unit, Unit, Unit, Unit]) -> None:
        root, branch, below, sibling = tree
        callers = {unit.pk: reader_of(unit) for unit in tree}
        before = {pk: freshness_of(access) for pk, access in callers.items()}
        Unit.objects.filter(pk=branch.pk).update(name="Otro nombre")
        moved = {pk for pk, access in callers.items() if self.moved(access, before[pk])}
        # A unit is shown as the parent of those below it, and members see where they belong.
        assert {root.pk, branch.pk, below.pk} <= moved
        assert sibling.pk not in moved

    def test_who_sees_everything_moves_with_every_change(self, tree: tuple[Unit, Unit, Unit, Unit]) -> None:
        before = freshness_of(EVERYWHERE)
        make.institution()
        assert self.moved(EVERYWHERE, before)
        assert freshness_of(EVERYWHERE).last_change == freshness_of(EVERYWHERE).point

    def test_a_catalogue_is_everybodys(self, tree: tuple[Unit, Unit, Unit, Unit]) -> None:
        access = reader_of(tree[2])
        before = freshness_of(access)
        make.mef_activity()
        assert self.moved(access, before)

    def test_a_unit_that_leaves_is_noticed_where_it_was(self, tree: tuple[Unit, Unit, Unit, Unit]) -> None:
        _, branch, below, sibling = tree
        access = reader_of(branch)
        before = freshness_of(access)
        Unit.objects.filter(pk=below.pk).update(parent=sibling)
        assert self.moved(access, before)
        before = freshness_of(reader_of(sibling))
        Unit.objects.filter(pk=below.pk).delete()
        assert self.moved(reader_of(sibling), before)

    def test_who_has_no_unit_sees_no_mark_but_everybodys(self, tree: tuple[Unit, Unit, Unit, Unit]) -> None:
        nobody = Access("user:z", ())
        before = freshness_of(nobody)
        make.unit(tree[0])
        assert not self.moved(nobody, before)
