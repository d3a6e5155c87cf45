"""Planners manage which person holds which role on their units."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests import factories as make
from tests.api import delete, get, patch, post, refused, refused_fields, results
from tests.in_one_state import for_each
from units.choices import Role
from units.models import Membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def maria(unit):
    """A person whom the planners of U1 see, by a role below it."""
    person = User.objects.create_user("mquispe", first_name="María", last_name="Quispe")
    Membership.objects.create(user=person, role=Role.READER, unit=make.unit(unit, "U1-X"))
    return person


def new(**more):
    return {"user": "mquispe", "role": "reporter", "unit": "U1", **more}


def browser_of(person):
    browser = Client()
    browser.force_login(person)
    return browser


class TestCreate:
    def test_a_person_gets_a_role_on_a_unit(self, unit, unit_planner, maria):
        answer = post(unit_planner, "/memberships/", new())
        assert answer.status_code == 201
        made = answer.json()
        assert made == {
            "id": made["id"],
            "user": {"id": maria.pk, "code": "mquispe", "name": "María Quispe"},
            "role": "reporter",
            "unit": {"id": unit.pk, "code": "U1", "name": "PLANIFICACIÓN"},
        }
        assert get(unit_planner, answer["Location"].removeprefix("/api/v1")).json() == made
        assert browser_of(maria).get("/api/v1/units/").json()["count"] == 2

    def test_a_person_without_a_name_is_shown_by_its_user_name(self, unit):
        person = make.person()
        shown = post(make.client(Role.PLANNER), "/memberships/", new(user=person.pk)).json()["user"]
        assert shown["name"] == shown["code"] == person.username

    @for_each(
        ("change", "field", "code"),
        [
            ({"user": "nadie"}, "user", "does_not_exist"),
            ({"user": 2**62}, "user", "does_not_exist"),
            ({"user": None}, "user", "null"),
            ({"user": ["mquispe"]}, "user", "invalid"),
            ({"role": "owner"}, "role", "invalid_choice"),
            ({"role": ""}, "role", "invalid_choice"),
            ({"unit": "NADA"}, "unit", "does_not_exist"),
            ({"unit": "SAT"}, "unit", "does_not_exist"),
            ({"is_superuser": True}, "is_superuser", "unknown_field"),
        ],
    )
    def test_wrong_data_is_refused_by_field(self, unit_planner, maria, change, field, code):
        assert refused(post(unit_planner, "/memberships/", new(**change)), 400) == [(code, field)]

    def test_the_unit_must_be_said(self, unit_planner, maria):
        body = {"user": "mquispe", "role": "reader"}
        assert refused(post(unit_planner, "/memberships/", body), 400) == [("required", "unit")]

    def test_who_may_not_log_in_gets_no_role(self, unit_planner, maria):
        User.objects.filter(pk=maria.pk).update(is_active=False)
        assert refused(post(unit_planner, "/memberships/", new()), 400) == [("does_not_exist", "user")]

    def test_a_person_has_one_role_per_unit(self, unit_planner, maria):
        post(unit_planner, "/memberships/", new())
        answer = post(unit_planner, "/memberships/", new(role="reader"))
        assert refused(answer, 409) == [("membership_once_per_unit", None)]
        assert "Informante" in answer.json()["detail"]


class TestNaming:
    """Who does not see an account cannot find out whether there is one (domain.md, "Roles")."""

    @for_each("body", [{}, {"role": "planner"}, {"unit": None}, {"unit": "SAT"}, {"unit": "NADA"}])
    def test_one_out_of_sight_is_answered_as_one_that_is_not_there(self, sat, unit, unit_planner, body):
        elsewhere, beside = make.person(Role.READER), make.person(Role.READER, make.unit(sat))
        above, nobody, root = make.person(Role.READER, sat), make.person(), User.objects.create_superuser("raiz")
        inactive = User.objects.create_user("exmiembro", is_active=False)
        Membership.objects.create(user=inactive, role=Role.READER, unit=unit)
        missing = post(unit_planner, "/memberships/", new(user="nadie", **body))
        assert ("does_not_exist", "user") in refused(missing, 400)
        for person in (elsewhere, beside, above, nobody, root, inactive):
            for name in (person.username, person.pk):
                answer = post(unit_planner, "/memberships/", new(user=name, **body))
                assert (answer.status_code, answer.content) == (400, missing.content)

    def test_a_planner_above_sees_those_below(self, sat, maria):
        assert post(make.client(Role.PLANNER, sat), "/memberships/", new()).status_code == 201

    def test_the_installation_s_planners_give_the_first_role(self, unit):
        newcomer = make.person()
        answer = post(make.client(Role.PLANNER), "/memberships/", new(user=newcomer.username))
        assert answer.status_code == 201

    def test_reading_everywhere_is_not_planning_everywhere(self, unit):
        person, newcomer = make.person(Role.READER), make.person()
        Membership.objects.create(user=person, role=Role.PLANNER, unit=unit)
        answer = browser_of(person).post("/api/v1/memberships/", new(user=newcomer.username), "application/json")
        assert refused(answer, 400) == [("does_not_exist", "user")]


class TestGranting:
    """Never more than is held: neither role nor unit."""

    @pytest.mark.parametrize("role", Role.values)
    def test_a_planner_grants_any_role_on_its_unit_and_below(self, unit, unit_planner, maria, role):
        make.unit(unit, "U11")
        assert post(unit_planner, "/memberships/", new(role=role)).status_code == 201
        assert post(unit_planner, "/memberships/", new(role=role, unit="U11")).status_code == 201

    @pytest.mark.parametrize("role", Role.values)
    def test_nobody_grants_on_the_installation_but_its_planners(self, unit_planner, maria, role):
        body = new(role=role, unit=None)
        assert refused(post(unit_planner, "/memberships/", body), 403) == [("grants_too_much", "unit")]
        assert post(make.client(Role.PLANNER), "/memberships/", body).status_code == 201

    @pytest.mark.parametrize("role", [Role.READER, Role.REPORTER, Role.REVIEWER])
    def test_who_is_no_planner_grants_nothing_not_even_what_it_holds(self, unit, maria, role):
        assert refused(post(make.client(role, unit), "/memberships/", new(role="reader")), 403)

    def test_a_planner_of_a_part_grants_nothing_on_what_it_only_reads(self, sat, unit, maria):
        person = make.person(Role.REVIEWER, sat)
        Membership.objects.create(user=person, role=Role.PLANNER, unit=unit)
        answer = browser_of(person).post("/api/v1/memberships/", new(unit="SAT"), "application/json")
        assert refused(answer, 403) == [("grants_too_much", "unit")]


class TestList:
    def test_a_planner_sees_those_of_its_units_and_no_other(self, sat, unit, unit_planner):
        own, below = make.person(Role.READER, unit), make.person(Role.READER, make.unit(unit))
        make.person(Role.READER, sat), make.person(Role.READER), make.person(Role.READER, make.unit(sat))
        shown = {row["user"]["code"] for row in results(unit_planner, "/memberships/")}
        assert shown == {own.username, below.username}
        assert get(make.client(Role.PLANNER), "/memberships/").json()["count"] == 5

    def test_it_is_narrowed_and_sorted(self, unit, unit_planner):
        below = make.unit(unit, "U11", "AULA")
        one, two = make.person(Role.READER, unit), make.person(Role.REVIEWER, below)

        def users(**query):
            return [row["user"]["code"] for row in results(unit_planner, "/memberships/", **query)]

        assert users() == sorted([one.username, two.username])
        assert users(ordering="unit") == [two.username, one.username]
        assert users(unit="U1") == [one.username]
        assert users(within="U1", role="reviewer") == [two.username]
        assert refused_fields(get(unit_planner, "/memberships/", user="x")) == ["user"]

    @pytest.mark.parametrize("role", [Role.READER, Role.REPORTER, Role.REVIEWER])
    def test_a_lower_role_sees_none(self, unit, role):
        person = make.person(Role.READER, unit)
        caller = make.client(role, unit)
        path = f"/memberships/{person.memberships.get().pk}/"
        assert refused(get(caller, "/memberships/"), 403)
        assert refused(get(caller, path), 403)
        assert refused(delete(caller, path), 403)

    def test_one_outside_is_not_there(self, sat, unit_planner):
        for hidden in (make.person(Role.READER, sat), make.person(Role.READER)):
            path = f"/memberships/{hidden.memberships.get().pk}/"
            assert get(unit_planner, path).status_code == 404
            assert delete(unit_planner, path).status_code == 404

    def test_a_list_costs_the_same_queries_whatever_its_length(self, unit, unit_planner, django_assert_num_queries):
        get(unit_planner, "/memberships/")
        make.person(Role.READER, unit)
        with django_assert_num_queries(4):
            get(unit_planner, "/memberships/")
        for _ in range(5):
            make.person(Role.READER, unit)
        with django_assert_num_queries(4):
            assert get(unit_planner, "/memberships/").json()["count"] == 6


class TestDelete:
    def test_the_role_is_gone_at_once(self, unit, unit_planner):
        person = make.person(Role.READER, unit)
        browser = browser_of(person)
        assert browser.get("/api/v1/units/").status_code == 200
        assert delete(unit_planner, f"/memberships/{person.memberships.get().pk}/").status_code == 204
        assert browser.get("/api/v1/units/").status_code == 403

    def test_it_takes_the_etag_that_was_read(self, unit, unit_planner):
        path = f"/memberships/{make.person(Role.READER, unit).memberships.get().pk}/"
        assert delete(unit_planner, path, headers={"If-Match": '"old"'}).status_code == 412
        assert delete(unit_planner, path, headers={"If-Match": get(unit_planner, path)["ETag"]}).status_code == 204

    def test_a_role_is_not_edited_but_taken_and_given(self, unit, unit_planner):
        path = f"/memberships/{make.person(Role.READER, unit).memberships.get().pk}/"
        assert patch(unit_planner, path, {"role": "planner"}).status_code == 405


class TestSearch:
    @for_each("text", ["María", "MARIA", "quispe maria", "mquis", "  Quispe   María "])
    def test_people_are_found_by_the_words_of_their_names_in_any_order(self, unit_planner, maria, text):
        make.person(Role.READER, maria.memberships.get().unit)
        assert [row["user"]["code"] for row in results(unit_planner, "/memberships/", search=text)] == ["mquispe"]

    @for_each("text", ["Quispe José", "mquispe2", "U1-X", "%", "_"])
    def test_every_word_has_to_be_there(self, unit_planner, maria, text):
        assert results(unit_planner, "/memberships/", search=text) == []

    def test_nobody_is_found_out_of_sight(self, maria):
        elsewhere = make.client(Role.PLANNER, make.institution())
        assert results(elsewhere, "/memberships/", search="quispe") == []
