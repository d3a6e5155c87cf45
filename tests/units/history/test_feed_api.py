"""The feed of changes: all that changed, in commit order and without gaps, to those who may see the object."""

import pytest
from django.db import connection, transaction

from activities.choices import PlanStatus
from activities.models import Activity
from tests import factories as make
from tests.api import get, refused_fields
from tests.history import world as one_of_everything
from tests.in_one_state import for_each
from tests.states import state_now
from tests.units.history.feed import feed, last_position, named, objects, pages
from units.access.lookup import confirmed_by_key
from units.choices import Role
from units.history import cursors, visibility
from units.history import feed as changes
from units.history.change_sets import recorded_transaction
from units.history.cursors import Place, change_set_name, cursor_at
from units.history.registry import entities
from units.models import ApiClient, Change, Unit
from units.models.epoch import epoch
from units.models.point import Point

pytestmark = pytest.mark.usefixtures("committed")


def last_place(caller):
    """Return the cursor of the last change set."""
    return cursor_at(state_now().point, confirmed_by_key(caller.key).access)


class TestOrder:
    def test_it_holds_every_change_in_the_order_of_commits(self):
        caller = make.client(Role.PLANNER)
        one_of_everything()
        expected = Change.objects.order_by("change_set__position", "id")
        shown = [change for page in pages(caller, limit=7) for change in page]
        assert named(shown) == list(expected.values_list("entity", "object_id", "operation"))
        positions = expected.values_list("change_set__position", flat=True)
        assert [change["change_set"] for change in shown] == [change_set_name(place or 0) for place in positions]

    def test_a_page_ends_with_a_change_set(self):
        caller = make.client(Role.PLANNER)
        start = feed(caller)["next"]
        for names in (["A", "B"], ["C", "D", "E"], ["F"]):
            with transaction.atomic():
                for name in names:
                    make.mef_activity(name)
        sizes = [len(page) for page in pages(caller, after=start, limit=4)]
        assert sizes == [2, 4]
        assert [len(page) for page in pages(caller, after=start, limit=3)] == [2, 3, 1]

    def test_a_change_set_larger_than_a_page_goes_on_inside(self):
        caller = make.client(Role.PLANNER)
        start = feed(caller)["next"]
        with transaction.atomic():
            codes = [make.mef_activity().code for _ in range(5)]
        last = make.mef_activity().code
        found = pages(caller, after=start, limit=2)
        assert [[change["after"]["code"] for change in page] for page in found] == [
            codes[:2],
            codes[2:4],
            [codes[4], last],
        ]

    def test_an_empty_page_says_where_to_go_on(self):
        caller = make.client(unit=make.institution())
        make.institution()  # out of sight
        told = feed(caller)["next"]
        make.institution()  # what others do does not even move the place
        assert feed(caller, after=told) == {"results": [], "next": told, "has_more": False}

    def test_a_page_looks_through_so_many_change_sets_and_says_that_there_is_more(self, monkeypatch):
        caller = make.client(unit=make.institution())
        start = feed(caller)["next"]
        for _ in range(5):
            make.institution()  # out of sight
        seen = make.mef_activity()
        monkeypatch.setattr(changes, "_MOST_SETS", 2)
        first = feed(caller, after=start)
        assert (first["results"], first["has_more"]) == ([], True)
        assert [named(page) for page in pages(caller, after=start)][-1] == [("mef_activity", seen.pk, "created")]

    def test_a_page_judges_so_many_changes_and_says_that_there_is_more(self, monkeypatch):
        institution = make.institution()
        caller, other = make.client(unit=institution), make.institution()
        start = feed(caller)["next"]
        for _ in range(3):
            with transaction.atomic():
                for _ in range(3):
                    make.unit(other)
                seen = [make.unit(institution) for _ in range(2)]
            with transaction.atomic():
                for _ in range(5):
                    make.unit(other)
        last = make.unit(institution)
        whole = [change for page in pages(caller, after=start) for change in page]
        assert len(whole) == 7
        assert [whole[-2]["object_id"], whole[-1]["object_id"]] == [seen[-1].pk, last.pk]
        monkeypatch.setattr(visibility, "_ENOUGH", 4)
        for limit in (1, 2, 3, 100):
            assert [change for page in pages(caller, after=start, limit=limit) for change in page] == whole
        sizes = [len(page) for page in pages(caller, after=start, limit=100)]
        assert sizes == [2, 0, 2, 0, 2, 0, 1]

    def test_what_was_pulled_before_is_followed_from_its_change_cursor(self):
        caller = make.client()
        make.mef_activity()
        cursor = get(caller, "/mef-activities/")["Change-Cursor"]
        added = make.mef_activity()
        assert named(feed(caller, after=cursor)["results"]) == [("mef_activity", added.pk, "created")]

    def test_what_commits_after_the_question_waits_for_the_next_one(self):
        caller = make.client(Role.PLANNER)
        seen = state_now().point
        make.mef_activity()
        access = confirmed_by_key(caller.key).access
        page = changes.changes_after(Place(), access=access, until=seen, limit=100)
        assert page.results[-1]["change_set"] == change_set_name(seen.position)
        assert page.next == Place(seen.position + 1, told=seen)


class TestOneChange:
    def test_it_says_who_which_request_why_and_what(self):
        caller = make.client(Role.PLANNER)
        activity = make.activity(name="SUPERVISION")
        start = feed(caller)["next"]
        with recorded_transaction(
            actor="client:x", client_id=caller.client.pk, request_id="R-1", cause="Error de tipeo"
        ):
            Activity.objects.filter(pk=activity.pk).update(name="SUPERVISIÓN")
        (change,) = feed(caller, after=start)["results"]
        position = last_position()
        assert change.pop("at").endswith("-05:00")
        assert change == {
            "change_set": change_set_name(position),
            "actor": "client:x",
            "client": caller.client.pk,
            "request_id": "R-1",
            "cause": "Error de tipeo",
            "entity": "activity",
            "object_id": activity.pk,
            "activity": activity.pk,
            "operation": "updated",
            "before": {"name": "SUPERVISION"},
            "after": {"name": "SUPERVISIÓN"},
        }

    def test_numbers_come_to_the_digit(self):
        caller = make.client()
        plan = make.plan(status=PlanStatus.DRAFT, tolerance_percent=12)
        start = feed(caller)["next"]
        type(plan).objects.filter(pk=plan.pk).update(tolerance_percent="12345.67")
        assert b'"after":{"tolerance_percent":12345.67}' in get(caller, "/changes/", after=start).content

    def test_no_secret_is_in_it(self):
        caller = make.client(Role.PLANNER)
        content = b"".join(get(caller, "/changes/", object=f"client:{pk}").content for pk in clients())
        assert b"prefix" in content
        assert b"key_hash" not in content
        assert caller.key.encode() not in content


def clients():
    return ApiClient.objects.values_list("pk", flat=True)


class TestObject:
    def test_one_object_of_any_kind(self):
        caller = make.client(Role.PLANNER)
        made = one_of_everything()
        for entity, pk in (("plan", made.plan.pk), ("unit", made.unit.pk), ("client", made.client.pk)):
            assert objects(caller, object=f"{entity}:{pk}") == {f"{entity}:{pk}"}

    def test_an_activity_comes_with_its_revisions_entries_and_reviews(self):
        caller = make.client()
        made = one_of_everything()
        make.entry(make.activity(made.plan, made.unit))
        expected = {
            f"activity:{made.activity.pk}",
            f"target_revision:{made.activity.revisions.get().pk}",
            f"progress_entry:{made.entry.pk}",
            f"review:{made.review.pk}",
        }
        assert objects(caller, object=f"activity:{made.activity.pk}") == expected

    def test_an_object_out_of_sight_and_one_that_does_not_exist_are_answered_alike(self):
        caller = make.client(unit=make.unit())
        foreign = make.activity()
        for number in (foreign.pk, 999_999):
            assert feed(caller, object=f"activity:{number}")["results"] == []

    def test_every_recorded_entity_can_be_asked_for_and_no_other(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT tgfoid::regproc::text FROM pg_trigger WHERE tgname ~ '^record_'")
            recorded = {name.removeprefix("record_") for (name,) in cursor.fetchall()}
        assert set(entities()) == recorded
        assert len(entities()) == len(recorded)

    @for_each("text", ["activity", "activity:", "activity:x", "activity:0", "figure:1", "activity:1:2", "Unit:1"])
    def test_what_names_no_object_is_refused(self, text):
        answer = get(make.client(), "/changes/", object=text)
        assert refused_fields(answer) == ["object"]
        assert answer.json()["errors"][0]["code"] == "invalid_object"


class TestCursor:
    @for_each(
        "text",
        [
            "x",
            "A" * 69,
            "A" * 71,
            "A" * 69 + "=",
            "A" * 69 + "+",
            " " + "A" * 69,
            "٣" * 70,
        ],
    )
    def test_what_is_no_cursor_is_refused(self, text):
        assert refused_fields(get(make.client(), "/changes/", after=text)) == ["after"]

    def test_one_of_another_service_or_that_was_altered_is_gone(self, settings):
        caller = make.client()
        mine = last_place(caller)
        settings.SECRET_KEY = "otra"
        elsewhere = last_place(caller)
        settings.SECRET_KEY = "la de antes"
        again = last_place(caller)
        assert len({mine, elsewhere, again}) == 3
        for text in (elsewhere, mine, again[:-2] + ("AA" if again[-2:] != "AA" else "BA")):
            answer = get(caller, "/changes/", after=text)
            assert refused_fields(answer, 410) == ["after"]
            assert answer.json()["errors"][0]["code"] == "cursor_expired"
        assert get(caller, "/changes/", after=again).status_code == 200

    @pytest.mark.parametrize(
        ("point", "change", "told"),
        [
            (Point(1, "{mark}"), 0, 999999999),
            (Point(999999999, "{mark}"), 0, 999999999),
            (Point(999999999, "{mark}"), 1, 999999999),
            (Point(1, "00000000"), 0, 1),
            (Point(1, "00000000"), 1, 1),
            (Point(1, "{mark}"), 0, 2),
            (Point(2, "{mark}"), 0, 1),
        ],
    )
    def test_one_of_another_history_is_gone(self, point, change, told):
        caller, mark = make.client(), state_now().point.mark
        make.mef_activity()
        access = confirmed_by_key(caller.key).access
        cursor = cursors._sealed(access, Point(point.position, point.mark.format(mark=mark)), change, told)
        answer = get(caller, "/changes/", after=cursor)
        assert refused_fields(answer, 410) == ["after"]
        assert answer.json()["errors"][0]["code"] == "cursor_expired"

    @pytest.mark.parametrize("position", [0, 1])
    def test_one_of_another_epoch_is_gone(self, monkeypatch, position):
        caller = make.client()
        mark, mine = state_now().point.mark if position else "00000000", epoch()
        with monkeypatch.context() as patched:
            patched.setattr(cursors, "epoch", lambda: f"{(int(mine, 16) + 1) % 16**8:08x}")
            cursor = cursor_at(Point(position, mark), confirmed_by_key(caller.key).access)
        assert refused_fields(get(caller, "/changes/", after=cursor), 410) == ["after"]

    def test_it_says_nothing_of_how_much_there_was(self):
        caller = make.client()
        first, access = last_place(caller), confirmed_by_key(caller.key).access
        make.mef_activity()
        second = last_place(caller)
        assert first != second
        assert sum(one == other for one, other in zip(first, second, strict=True)) < 20
        for text in (first, second):
            assert access.rights not in text
            assert epoch() not in text

    @for_each(("name", "value"), [("limit", "0"), ("limit", "1001"), ("limit", "x"), ("offset", "1"), ("page", "2")])
    def test_what_it_does_not_know_is_refused_by_name(self, name, value):
        assert refused_fields(get(make.client(), "/changes/", **{name: value})) == [name]


class TestFreshness:
    def test_the_same_question_is_a_304_until_something_in_sight_changes(self):
        unit = make.unit()
        caller = make.client(unit=unit)
        first = get(caller, "/changes/")
        make.institution()
        again = get(caller, "/changes/", {"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again["Change-Cursor"] == first["Change-Cursor"]
        Unit.objects.filter(pk=unit.pk).update(name="Otro nombre")
        assert get(caller, "/changes/", {"If-None-Match": first["ETag"]}).status_code == 200
