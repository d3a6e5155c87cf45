"""What moves between subtrees: `removed` for who loses sight of it, `entered` with a full copy for who gains it."""

import pytest
from django.db import connection, transaction

from activities.choices import Verdict
from activities.models import Activity
from tests import factories as make
from tests.api import get, refused_fields
from tests.following import session
from tests.threads import in_threads, until_blocked
from tests.units.history.feed import feed, named, pages
from units.choices import AccountEventKind, Role
from units.models import Change, Unit
from units.services.account_events import note

pytestmark = pytest.mark.usefixtures("committed")


class Places:
    """Two organs, one of them with a unit that holds a thing of every kind, and a caller of each role on both."""

    def __init__(self):
        self.institution = make.institution()
        self.left, self.right = make.organ(self.institution), make.organ(self.institution)
        self.unit = make.unit(self.left, name="LA QUE SE MUEVE")
        self.below = make.unit(self.unit)
        self.plan = make.plan(self.institution)
        self.activity = make.activity(self.plan, self.below)
        self.alias = make.alias(self.unit, "Otro nombre")
        self.client = make.client(unit=self.below).client
        self.membership = make.person(Role.READER, self.below).memberships.get()
        note(self.membership.user, AccountEventKind.LINK_MADE)
        self.reopening = make.reopening(self.plan, 1, self.unit)
        self.publication = make.publication(self.institution)

    def followed(self, unit, role=Role.READER):
        """Return a function that gives what the feed says from now on to a new caller on `unit`."""
        caller = make.client(role, unit)
        start = get(caller, "/units/")["Change-Cursor"]
        return lambda: [change for page in pages(caller, after=start) for change in page]

    def move(self):
        Unit.objects.filter(pk=self.unit.pk).update(parent=self.right)


def said(changes):
    return {(entity, operation) for entity, _, operation in named(changes)}


class TestUnits:
    READ = ("unit", "unit_alias", "activity", "reopening")
    PLANNED = (*READ, "client", "membership", "account_event")

    @pytest.mark.parametrize(("role", "kinds"), [(Role.READER, READ), (Role.PLANNER, PLANNED)])
    def test_all_that_belongs_to_it_comes_and_goes_with_it(self, role, kinds):
        made = Places()
        left, right = made.followed(made.left, role), made.followed(made.right, role)
        made.move()
        assert said(left()) == {(kind, "removed") for kind in kinds}
        assert said(right()) == {(kind, "entered") for kind in kinds}
        assert [change["object_id"] for change in right() if change["entity"] == "unit"] == [
            made.below.pk,
            made.unit.pk,
        ]

    def test_those_who_saw_it_and_still_do_are_told_of_the_unit_alone(self):
        made = Places()
        for unit in (None, made.institution):
            above = made.followed(unit, Role.PLANNER)
            made.move()
            [change] = above()
            assert (change["object_id"], change["operation"]) == (made.unit.pk, "updated")
            assert change["after"] == {"parent": made.right.pk}
            Unit.objects.filter(pk=made.unit.pk).update(parent=made.left)

    def test_those_beside_it_are_told_nothing(self):
        made = Places()
        beside = made.followed(make.organ(made.institution))
        made.move()
        assert beside() == []

    def test_a_removal_says_nothing_of_what_left(self):
        made = Places()
        left = made.followed(made.left, Role.PLANNER)
        made.move()
        assert {(change["before"], change["after"]) for change in left()} == {(None, None)}

    def test_a_copy_holds_what_can_be_seen_and_no_secret(self):
        made = Places()
        right = made.followed(made.right, Role.PLANNER)
        made.move()
        copies = {change["entity"]: change["after"] for change in right() if change["object_id"] != made.below.pk}
        assert copies["unit"].items() >= {"name": "LA QUE SE MUEVE", "parent": made.right.pk}.items()
        assert copies["unit_alias"]["name"] == "Otro nombre"
        assert copies["reopening"]["reason"] == made.reopening.reason
        assert copies["client"]["name"] == made.client.name
        assert "key_hash" not in copies["client"]
        assert not {"path", "name_key", "change_set_id", "change_set"} & set().union(*copies.values())

    def test_what_happened_in_it_before_is_out_of_sight_for_those_it_left(self):
        """Permission is today's (domain.md, rule 9), also for what happened when it was another."""
        made = Places()
        make.entry(made.activity)
        caller = make.client(unit=made.left)
        made.move()
        found = {(change["entity"], change["operation"]) for change in feed(caller)["results"]}
        assert not {entity for entity, operation in found if operation != "removed"} & {"activity", "progress_entry"}

    def test_a_unit_whose_own_place_is_new_to_its_members_names_the_one_above(self):
        """Who holds a role on the unit and on the organ it moves under sees the parent only from then on."""
        made = Places()
        person = make.person(Role.READER, made.below)
        person.memberships.create(role=Role.READER, unit=made.right)
        caller = session(person)
        start = get(caller, "/units/")["Change-Cursor"]
        made.move()
        copies = [change for change in feed(caller, after=start)["results"] if change["object_id"] == made.below.pk]
        assert [(change["operation"], change["after"]["parent"]) for change in copies] == [("entered", made.unit.pk)]


class TestActivities:
    def test_it_goes_from_one_units_members_to_anothers(self):
        made = Places()
        left, right, above = (made.followed(unit) for unit in (made.left, made.right, made.institution))
        Activity.objects.filter(pk=made.activity.pk).update(unit=made.right)
        assert named(left()) == [("activity", made.activity.pk, "removed")]
        assert named(right()) == [("activity", made.activity.pk, "entered")]
        [change] = above()
        assert (change["before"], change["after"]) == ({"unit": made.below.pk}, {"unit": made.right.pk})

    def test_a_full_copy_has_its_whole_history(self):
        made = Places()
        right = made.followed(made.right)
        first = make.entry(made.activity, 3, 4)
        second = make.entry(made.activity, 3, 5, "Corrección", needs_review=True)
        make.review(second, Verdict.RETURN, "Falta el sustento")
        Activity.objects.filter(pk=made.activity.pk).update(unit=made.right)
        [copy] = [change["after"] for change in right() if change["operation"] == "entered"]
        assert (copy["code"], copy["unit"]) == (made.activity.code, made.right.pk)
        [revision] = copy["target_revisions"]
        assert (revision["version"], revision["programmed"], revision["unit"]) == (1, [2] * 12, None)
        assert [
            (row["id"], row["month"], row["entry_version"], row["executed"]) for row in copy["progress_entries"]
        ] == [
            (first.pk, 3, 1, 4),
            (second.pk, 3, 2, 5),
        ]
        [review] = copy["reviews"]
        assert (review["verdict"], review["comment"], review["entry_version"]) == ("return", "Falta el sustento", 2)

    def test_its_history_is_for_those_who_may_see_it_now(self):
        made = Places()
        make.entry(made.activity)
        Activity.objects.filter(pk=made.activity.pk).update(unit=made.right)
        for unit, sees in ((made.left, False), (made.right, True), (made.institution, True)):
            shown = {change["entity"] for page in pages(make.client(unit=unit)) for change in page}
            assert ("progress_entry" in shown) is sees

    def test_who_is_late_is_told_of_what_was_deleted_in_a_unit_that_left(self):
        made = Places()
        gone = make.unit(made.unit).pk
        follow = made.followed(made.left)
        Unit.objects.get(pk=gone).delete()
        made.move()
        assert ("unit", gone, "deleted") in named(follow())

    def test_who_is_late_does_not_lose_what_passed_through_a_unit_that_left(self):
        made = Places()
        follow = made.followed(made.left)
        Activity.objects.filter(pk=made.activity.pk).update(unit=made.unit)
        entry = make.entry(made.activity)
        Activity.objects.filter(pk=made.activity.pk).update(unit=made.left)
        made.move()
        found = [change for change in named(follow()) if change[1] in (made.activity.pk, entry.pk)]
        assert ("progress_entry", entry.pk, "created") in found
        assert ("activity", made.activity.pk, "removed") not in found

    def test_what_was_only_added_says_what_it_is(self):
        made = Places()
        caller = made.followed(made.institution)
        entry = make.entry(made.activity, 3, 4, "Motivo", "https://example.pe/3", is_late=True)
        assert caller()[0]["after"] == {
            "id": entry.pk, "activity": made.activity.pk, "month": 3, "entry_version": 1, "executed": 4,
            "reason": "Motivo", "evidence_url": "https://example.pe/3", "late": True, "needs_review": False,
            "origin": "api",
        }  # fmt: skip

    def test_large_contents_are_not_in_it(self):
        made = Places()
        whole = [change for page in pages(make.client(Role.PLANNER)) for change in page]
        [content] = [change["after"] for change in whole if change["entity"] == "publication_content"]
        assert set(content) == {"id", "publication", "format", "sha256"}
        assert made.publication.pk == content["publication"]


class TestStartAgain:
    @pytest.mark.parametrize("other", [Role.REPORTER, Role.PLANNER])
    def test_another_role_is_another_feed(self, other):
        unit = make.unit()
        cursor = get(make.client(unit=unit), "/units/")["Change-Cursor"]
        assert get(make.client(unit=unit), "/changes/", after=cursor).status_code == 200
        answer = get(make.client(other, unit), "/changes/", after=cursor)
        assert refused_fields(answer, 410) == ["after"]
        assert "permisos" in answer.json()["errors"][0]["detail"]

    def test_so_is_another_unit_and_the_installation(self):
        unit = make.unit()
        cursor = get(make.client(unit=unit), "/units/")["Change-Cursor"]
        for other in (unit.parent, None):
            assert get(make.client(unit=other), "/changes/", after=cursor).status_code == 410

    def test_a_unit_that_moves_under_other_reopenings_starts_again(self):
        made = Places()
        caller = make.client(unit=made.below)
        start = get(caller, "/units/")["Change-Cursor"]
        Unit.objects.filter(pk=made.below.pk).update(parent=made.right)  # out of the reopened unit
        answer = get(caller, "/changes/", after=start)
        assert refused_fields(answer, 410) == ["after"]
        assert "reaperturas" in answer.json()["errors"][0]["detail"]
        since = get(caller, "/units/")["Change-Cursor"]
        assert get(caller, "/changes/", after=since).status_code == 200

    def test_who_reads_from_the_beginning_comes_to_the_end(self):
        made = Places()
        caller = make.client(unit=made.below)
        Unit.objects.filter(pk=made.below.pk).update(parent=made.right)
        assert pages(caller, limit=1)[-1] == pages(caller)[-1][-1:]

    def test_one_that_moves_elsewhere_goes_on(self):
        made = Places()
        caller = make.client(unit=made.right)
        cursor = get(caller, "/units/")["Change-Cursor"]
        Unit.objects.filter(pk=made.right.pk).update(parent=make.organ(made.institution))
        assert get(caller, "/changes/", after=cursor).status_code == 200


def test_what_is_put_into_a_unit_while_it_moves_moves_along(connect):
    """An update of a unit waits for them; else they could commit first and yet be unseen by what records the move."""
    made = Places()
    right = made.followed(made.right)
    watch = connect()
    with transaction.atomic():
        added = make.alias(made.below, "Puesto mientras se muda")
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as at the commit that is about to come
        finish = in_threads(made.move)
        until_blocked(watch, 1)
    finish()
    assert ("unit_alias", added.pk, "entered") in named(right())


def test_an_activity_leaves_the_place_that_its_unit_has_then(connect):
    """Its old unit does not move between the two: who gained the unit would never hear that the activity is gone."""
    made = Places()
    watch = connect()
    with transaction.atomic():
        Activity.objects.filter(pk=made.activity.pk).update(unit=made.left)
        finish = in_threads(made.move)
        until_blocked(watch, 1)
    finish()
    assert Change.objects.filter(entity="activity", operation="moved").count() == 0


def test_a_reopening_comes_with_its_withdrawal():
    made = Places()
    right = made.followed(made.right)
    withdrawal = make.withdrawal(made.reopening, "Ya no hace falta")
    made.move()
    [copy] = [
        change["after"] for change in right() if named([change])[0] == ("reopening", made.reopening.pk, "entered")
    ]
    assert (copy["withdrawal"]["id"], copy["withdrawal"]["reason"]) == (withdrawal.pk, "Ya no hace falta")
