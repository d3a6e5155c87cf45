"""Who sees which changes: those who may see the object, and nothing in them names what they may not."""

import pytest

from activities.models import Activity
from tests import factories as make
from tests.api import get
from tests.history import world as one_of_everything
from tests.states import state_now
from tests.units.history.feed import feed, objects, pages
from units.access.lookup import confirmed_person
from units.choices import Role
from units.history import feed as changes
from units.history.cursors import Place
from units.models import Membership

pytestmark = pytest.mark.usefixtures("committed")

_ENTITY_OF = {
    **dict.fromkeys(("institution", "other", "unit", "sibling", "below", "foreign"), "unit"),
    "alias": "unit_alias",
    "client": "client",
    "membership": "membership",
    "account_event": "account_event",
    "plan": "plan",
    "foreign_plan": "plan",
    "measure": "measurement_unit",
    "activity": "activity",
    "entry": "progress_entry",
    "review": "review",
    "reopening": "reopening",
    "withdrawal": "reopening_withdrawal",
    "imported": "import",
    "publication": "publication",
    "content": "publication_content",
}


def test_a_part_is_seen_with_its_activity_and_not_by_its_own_id():
    plan = make.plan(make.institution())
    units = [make.unit(plan.institution, f"U{number}") for number in (1, 2)]
    mine, theirs = (make.activity(plan, unit, code=f"A-{unit.code}") for unit in units)
    entries = [make.entry(activity, month).pk for month in (1, 2, 3) for activity in (mine, theirs)]
    found = objects(make.client(Role.READER, units[0]))
    assert [pk for pk in entries if f"progress_entry:{pk}" in found] == entries[::2]


class TestVisibility:
    """Each list: what a caller there sees of one thing of every kind, `tests/history.world`."""

    @pytest.fixture
    def made(self):
        made = one_of_everything()
        made.membership = made.person.memberships.get()
        made.measure = made.activity.measurement_unit
        return made

    def shown(self, made, caller):
        """Return the names in `made` of the objects that the caller's feed names."""
        found = objects(caller)
        return {name for name, entity in _ENTITY_OF.items() if f"{entity}:{getattr(made, name).pk}" in found}

    def test_a_reader_of_the_installation_sees_all_but_who_holds_what(self, made):
        assert self.shown(made, make.client()) == set(_ENTITY_OF) - {
            "client",
            "membership",
            "account_event",
            "imported",
        }

    def test_a_planner_of_the_installation_sees_everything(self, made):
        assert self.shown(made, make.client(Role.PLANNER)) == set(_ENTITY_OF)

    def test_a_member_of_the_unit_sees_its_contents_and_the_headers_of_its_institution(self, made):
        expected = {
            "unit",
            "below",
            "alias",
            "activity",
            "entry",
            "review",
            "reopening",
            "withdrawal",
            "plan",
            "measure",
        }
        expected |= {"publication", "content"}
        assert self.shown(made, make.client(unit=made.unit)) == expected
        assert self.shown(made, make.client(Role.PLANNER, made.unit)) == expected | {"membership", "account_event"}

    def test_a_member_of_a_unit_beside_it_sees_the_headers_alone(self, made):
        assert self.shown(made, make.client(Role.PLANNER, made.sibling)) == {"sibling", "plan", "measure"}

    def test_a_member_of_a_unit_below_sees_a_reopening_that_holds_for_it(self, made):
        expected = {"below", "reopening", "withdrawal", "plan", "measure"}
        assert self.shown(made, make.client(unit=made.below)) == expected

    def test_a_member_of_another_institution_sees_its_own(self, made):
        assert self.shown(made, make.client(Role.PLANNER, made.other)) == {
            "other",
            "foreign",
            "foreign_plan",
            "measure",
        }

    def test_versions_and_periods_are_headers_too(self, made):
        caller = make.client(unit=made.sibling)
        kinds = {change["entity"] for page in pages(caller) for change in page}
        assert {"plan", "plan_version", "period"} <= kinds
        assert "target_revision" not in kinds

    def test_imports_are_for_the_planners_of_the_institution(self, made):
        for role, sees in ((Role.REVIEWER, False), (Role.PLANNER, True)):
            assert ("imported" in self.shown(made, make.client(role, made.institution))) == sees

    def test_a_role_on_the_installation_is_seen_by_its_planners_alone(self, made):
        planner, other = make.client(Role.PLANNER), make.client(Role.PLANNER, made.institution)
        assert f"client:{planner.client.pk}" in objects(planner)
        assert f"client:{planner.client.pk}" not in objects(other)

    def test_a_reader_of_the_installation_who_plans_a_unit_sees_who_holds_what_there(self, made):
        person = make.person(Role.PLANNER, made.unit)
        Membership.objects.create(user=person, role=Role.READER, unit=None)
        page = changes.changes_after(
            Place(), access=confirmed_person(person).access, until=state_now().point, limit=1000
        )
        memberships = {change["object_id"] for change in page.results if change["entity"] == "membership"}
        assert memberships == set(Membership.objects.filter(unit=made.unit).values_list("pk", flat=True))

    def test_without_a_role_there_is_no_feed(self, made, client):
        client.force_login(make.person())
        assert client.get("/api/v1/changes/").status_code == 403
        assert get(None, "/changes/").status_code == 401


class TestDeletedUnits:
    def test_those_who_saw_a_unit_see_that_it_was_deleted(self):
        institution = make.institution()
        organ, beside = make.organ(institution), make.organ(institution)
        gone = make.unit(organ)
        number = gone.pk
        gone.delete()
        for unit, sees in ((institution, True), (organ, True), (beside, False)):
            assert (f"unit:{number}" in objects(make.client(unit=unit))) == sees

    def test_where_the_one_above_went_too_the_next_one_above_counts(self):
        root = make.organ(make.institution())
        organ = make.organ(root)
        gone = make.unit(organ)
        number = gone.pk
        gone.delete()
        organ.delete()
        assert f"unit:{number}" in objects(make.client(unit=root))

    def test_an_answer_about_them_is_no_longer_fresh(self):
        organ = make.organ(make.institution())
        gone, caller = make.unit(organ), make.client(unit=organ)
        etag = get(caller, "/changes/")["ETag"]
        gone.delete()
        assert get(caller, "/changes/", {"If-None-Match": etag}).status_code == 200


class TestImages:
    def test_a_unit_above_that_the_caller_does_not_see_is_not_named(self):
        organ = make.organ(make.institution())
        unit = make.unit(organ)
        (mine,) = feed(make.client(unit=unit), object=f"unit:{unit.pk}")["results"]
        (everything,) = feed(make.client(), object=f"unit:{unit.pk}")["results"]
        assert mine["after"] == {**everything["after"], "parent": None}
        assert everything["after"]["parent"] == organ.pk
        assert "path" not in everything["after"]

    def test_a_unit_that_an_activity_came_from_is_named_only_if_it_is_seen(self):
        plan = make.plan()
        before, after = make.unit(plan.institution), make.unit(plan.institution)
        activity = make.activity(plan, before)
        Activity.objects.filter(pk=activity.pk).update(unit=after)
        images = [
            feed(make.client(unit=unit), object=f"activity:{activity.pk}")["results"][-1]["before"]
            for unit in (after, plan.institution)
        ]
        assert images == [{"unit": None}, {"unit": before.pk}]
