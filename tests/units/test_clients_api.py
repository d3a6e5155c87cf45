"""Planners manage the keys of machines for their own units."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import factories as make
from tests.api import delete, get, patch, post, refused, refused_fields, results
from tests.in_one_state import for_each
from units.access.keys import digest_of
from units.choices import Role
from units.models import ApiClient, Change, ClientUse, Membership

pytestmark = pytest.mark.django_db


def new(**more):
    return {"name": "Tablero", "role": "reader", "unit": "U1", **more}


def ahead(**by):
    return (timezone.now() + timedelta(**by)).isoformat()


def by_key(answer):
    """Return the caller whose key an answer showed."""
    shown = answer.json()
    return make.Caller(ApiClient.objects.get(pk=shown["id"]), shown["key"])


class TestCreate:
    def test_it_shows_the_key_once(self, unit, unit_planner):
        answer = post(unit_planner, "/clients/", new(expires_at="2999-12-31T23:59:59-05:00"))
        assert answer.status_code == 201
        made = answer.json()
        assert made == {
            "id": made["id"],
            "name": "Tablero",
            "role": "reader",
            "unit": {"id": unit.pk, "code": "U1", "name": "PLANIFICACIÓN"},
            "created_at": made["created_at"],
            "expires_at": "2999-12-31T23:59:59-05:00",
            "revoked_at": None,
            "last_used_at": None,
            "key": made["key"],
        }
        shown = get(unit_planner, answer["Location"].removeprefix("/api/v1"))
        assert shown.json() == {name: value for name, value in made.items() if name != "key"}
        assert shown["ETag"] == answer["ETag"]
        assert answer["Cache-Control"] == "no-store"
        assert made["key"] not in get(unit_planner, "/clients/").content.decode()

    def test_the_key_works_and_only_its_hash_is_stored(self, unit_planner):
        answer = post(unit_planner, "/clients/", new())
        assert get(by_key(answer), "/units/").status_code == 200
        stored = ApiClient.objects.get(pk=answer.json()["id"])
        assert bytes(stored.key_hash) == digest_of(answer.json()["key"])
        change = Change.objects.filter(entity="client", object_id=stored.pk).get()
        assert "key_hash" not in (change.after or ())

    @for_each(
        ("change", "field", "code"),
        [
            ({"name": ""}, "name", "blank"),
            ({"name": "x" * 201}, "name", "max_length"),
            ({"name": 7}, "name", "invalid"),
            ({"role": "admin"}, "role", "invalid_choice"),
            ({"unit": "NADA"}, "unit", "does_not_exist"),
            ({"expires_at": "2999-12-31"}, "expires_at", "invalid"),
            ({"expires_at": "2999-12-31T23:59:59"}, "expires_at", "invalid"),
            ({"expires_at": "2999-13-31T23:59:59Z"}, "expires_at", "invalid"),
            ({"expires_at": "9999-12-31T23:59:59-14:00"}, "expires_at", "invalid"),
            ({"expires_at": "9999-01-01T00:00:00-05:00"}, "expires_at", "invalid"),
            ({"expires_at": 5}, "expires_at", "invalid"),
            ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at", "expiry_passed"),
            ({"key": "mine"}, "key", "unknown_field"),
        ],
    )
    def test_wrong_data_is_refused_by_field(self, unit_planner, change, field, code):
        assert refused(post(unit_planner, "/clients/", new(**change)), 400) == [(code, field)]

    def test_the_unit_must_be_said(self, unit_planner):
        body = new()
        del body["unit"]
        assert refused(post(unit_planner, "/clients/", body), 400) == [("required", "unit")]

    def test_an_expiry_must_lie_ahead(self, unit_planner):
        assert refused_fields(post(unit_planner, "/clients/", new(expires_at=ahead(seconds=-1)))) == ["expires_at"]
        assert post(unit_planner, "/clients/", new(expires_at=ahead(hours=1))).status_code == 201
        last = "9998-12-31T23:59:59-05:00"
        assert last in post(unit_planner, "/clients/", new(expires_at="9999-01-01T00:00:00-05:00")).json()["detail"]
        made = post(unit_planner, "/clients/", new(name="Otro", expires_at=last)).json()
        assert get(unit_planner, f"/clients/{made['id']}/").json()["expires_at"] == last


class TestGranting:
    """Never more than is held: neither role nor unit."""

    @pytest.mark.parametrize("role", Role.values)
    def test_a_planner_grants_any_role_on_its_unit_and_below(self, unit, unit_planner, role):
        below = make.unit(unit, "U11")
        assert post(unit_planner, "/clients/", new(role=role)).status_code == 201
        assert post(unit_planner, "/clients/", new(name="Otro", role=role, unit=below.pk)).status_code == 201

    @pytest.mark.parametrize("role", Role.values)
    def test_nobody_grants_on_a_wider_unit(self, unit_planner, role):
        assert refused(post(unit_planner, "/clients/", new(role=role, unit=None)), 403) == [("grants_too_much", "unit")]
        assert refused(post(unit_planner, "/clients/", new(role=role, unit="SAT")), 400) == [("does_not_exist", "unit")]

    @pytest.mark.parametrize("role", [Role.READER, Role.REPORTER, Role.REVIEWER])
    def test_who_is_no_planner_grants_nothing_not_even_what_it_holds(self, unit, role):
        assert refused(post(make.client(role, unit), "/clients/", new(role="reader")), 403)
        assert refused(post(make.client(role), "/clients/", new(role="reader")), 403)

    def test_who_sees_a_unit_without_planning_it_grants_nothing_there(self, sat, unit):
        person = make.person(Role.READER, sat)
        Membership.objects.create(user=person, role=Role.PLANNER, unit=unit)
        browser = Client()
        browser.force_login(person)
        answer = browser.post("/api/v1/clients/", new(unit="SAT"), "application/json")
        assert refused(answer, 403) == [("grants_too_much", "unit")]
        assert browser.post("/api/v1/clients/", new(), "application/json").status_code == 201

    def test_the_installation_is_its_planners(self, unit):
        answer = post(make.client(Role.PLANNER), "/clients/", new(unit=None, role="planner"))
        assert answer.json()["unit"] is None
        assert get(by_key(answer), "/clients/").status_code == 200


class TestList:
    def names(self, caller, **query):
        return [row["name"] for row in results(caller, "/clients/", **query)]

    def test_a_planner_sees_those_of_its_units_and_no_other(self, sat, unit, unit_planner):
        below = make.client(Role.READER, make.unit(unit))
        make.client(Role.READER, sat), make.client(Role.READER), make.client(Role.READER, make.unit(sat))
        assert set(self.names(unit_planner)) == {unit_planner.client.name, below.client.name}
        assert len(self.names(make.client(Role.PLANNER))) == 6

    def test_what_a_planner_only_reads_is_not_listed_and_a_403(self, sat, unit):
        person = make.person(Role.READER, sat)
        Membership.objects.create(user=person, role=Role.PLANNER, unit=unit)
        own, above = make.client(Role.READER, unit), make.client(Role.READER, sat)
        browser = Client()
        browser.force_login(person)
        shown = browser.get("/api/v1/clients/").json()["results"]
        assert [row["id"] for row in shown] == [own.client.pk]
        assert browser.get(f"/api/v1/clients/{above.client.pk}/").status_code == 403

    def test_it_is_narrowed_and_sorted(self, unit, unit_planner):
        make.unit(unit, "U11")
        for name, where in (("Ñandú", "U1"), ("ábaco", "U11"), ("ZEBRA", "U11")):
            post(unit_planner, "/clients/", new(name=name, unit=where, role="reporter"))
        ApiClient.objects.filter(name="ZEBRA").update(revoked_at=timezone.now())
        assert self.names(unit_planner, role="reporter") == ["ábaco", "Ñandú", "ZEBRA"]
        assert self.names(unit_planner, role="reporter", ordering="-name") == ["ZEBRA", "Ñandú", "ábaco"]
        assert self.names(unit_planner, role="reporter", unit="U1") == ["Ñandú"]
        assert self.names(unit_planner, role="reporter", within="U11") == ["ábaco", "ZEBRA"]
        assert self.names(unit_planner, role="reporter", is_revoked="true") == ["ZEBRA"]
        assert self.names(unit_planner, role="reporter", is_revoked="false") == ["ábaco", "Ñandú"]
        assert refused_fields(get(unit_planner, "/clients/", name="x")) == ["name"]

    @pytest.mark.parametrize("role", [Role.READER, Role.REPORTER, Role.REVIEWER])
    def test_a_lower_role_sees_none(self, unit, unit_planner, role):
        caller = make.client(role, unit)
        assert refused(get(caller, "/clients/"), 403)
        assert refused(get(caller, f"/clients/{unit_planner.client.pk}/"), 403)

    def test_one_outside_is_not_there(self, sat, unit_planner):
        for hidden in (make.client(Role.READER, sat), make.client(), make.client(Role.READER, make.unit(sat))):
            assert get(unit_planner, f"/clients/{hidden.client.pk}/").status_code == 404
            assert delete(unit_planner, f"/clients/{hidden.client.pk}/").status_code == 404
            assert post(unit_planner, f"/clients/{hidden.client.pk}/rotate/").status_code == 404

    def test_last_use_is_shown_to_the_minute_and_never_out_of_date(self, unit, unit_planner):
        machine = make.client(Role.READER, unit)
        path = f"/clients/{machine.client.pk}/"
        assert get(unit_planner, path).json()["last_used_at"] is None
        before = get(unit_planner, "/clients/")["ETag"]
        get(machine, "/units/")
        used = get(unit_planner, path).json()["last_used_at"]
        assert used[16:19] == ":00"
        assert get(unit_planner, "/clients/", {"If-None-Match": before}).status_code == 200
        now = get(unit_planner, "/clients/")["ETag"]
        assert get(unit_planner, "/clients/", {"If-None-Match": now}).status_code == 304
        ClientUse.objects.filter(client=machine.client).update(used_at=timezone.now() - timedelta(days=1))
        assert get(unit_planner, "/clients/", {"If-None-Match": now}).status_code == 200

    def test_using_a_key_does_not_make_what_was_read_of_its_client_stale(self, unit, unit_planner):
        machine = make.client(Role.READER, unit)
        path = f"/clients/{machine.client.pk}/"
        etag = get(unit_planner, path)["ETag"]
        get(machine, "/units/")
        again = get(unit_planner, path, {"If-None-Match": etag})
        assert again.status_code == 200
        assert again.json()["last_used_at"] is not None
        assert get(unit_planner, path, {"If-None-Match": again["ETag"]}).status_code == 304
        for known in (etag, again["ETag"], f"W/{again['ETag']}"):
            assert post(unit_planner, f"{path}rotate/", headers={"If-Match": known}).status_code == 200
        assert delete(unit_planner, path, headers={"If-Match": etag}).status_code == 204
        assert get(unit_planner, path)["ETag"] != etag

    def test_a_list_costs_the_same_queries_whatever_its_length(self, unit, unit_planner, django_assert_num_queries):
        get(unit_planner, "/clients/")
        with django_assert_num_queries(4):
            get(unit_planner, "/clients/")
        for _ in range(5):
            get(make.client(Role.READER, unit), "/units/")
        with django_assert_num_queries(4):
            assert get(unit_planner, "/clients/").json()["count"] == 6


class TestRevoke:
    def test_the_key_is_dead_at_once_and_the_client_stays(self, unit, unit_planner):
        made = post(unit_planner, "/clients/", new())
        path = f"/clients/{made.json()['id']}/"
        assert get(by_key(made), "/units/").status_code == 200
        assert delete(unit_planner, path).status_code == 204
        assert refused(get(by_key(made), "/units/"), 401) == [("revoked_key", None)]
        shown = get(unit_planner, path).json()
        assert shown["revoked_at"] is not None
        assert made.json()["id"] in [row["id"] for row in results(unit_planner, "/clients/")]

    def test_again_is_no_change(self, unit, unit_planner):
        machine = make.client(Role.READER, unit)
        path = f"/clients/{machine.client.pk}/"
        delete(unit_planner, path)
        revoked = get(unit_planner, path).json()["revoked_at"]
        assert delete(unit_planner, path).status_code == 204
        assert get(unit_planner, path).json()["revoked_at"] == revoked

    def test_nothing_else_of_a_client_is_edited(self, unit_planner):
        assert patch(unit_planner, f"/clients/{unit_planner.client.pk}/", {"name": "x"}).status_code == 405


class TestRotate:
    def test_the_new_key_works_and_the_old_one_is_dead_at_once(self, unit_planner):
        old = post(unit_planner, "/clients/", new())
        path = f"/clients/{old.json()['id']}/"
        new_key = post(unit_planner, f"{path}rotate/")
        assert new_key.status_code == 200
        assert new_key.json() == {**get(unit_planner, path).json(), "key": new_key.json()["key"]}
        assert refused(get(by_key(old), "/units/"), 401) == [("invalid_key", None)]
        assert get(by_key(new_key), "/units/").status_code == 200

    def test_a_client_renews_its_own_key(self, unit_planner):
        answer = post(unit_planner, f"/clients/{unit_planner.client.pk}/rotate/")
        assert answer.status_code == 200
        assert get(unit_planner, "/units/").status_code == 401
        assert get(by_key(answer), "/units/").status_code == 200

    def test_the_expiry_stays_unless_another_is_given(self, unit_planner):
        made = post(unit_planner, "/clients/", new(expires_at="2999-12-31T23:59:59-05:00"))
        path = f"/clients/{made.json()['id']}/rotate/"
        assert post(unit_planner, path).json()["expires_at"] == "2999-12-31T23:59:59-05:00"
        later = {"expires_at": "3000-12-31T23:59:59-05:00"}
        assert post(unit_planner, path, later).json()["expires_at"] == "3000-12-31T23:59:59-05:00"
        assert refused(post(unit_planner, path, {"expires_at": "2020-01-01T00:00:00Z"}), 400) == [
            ("expiry_passed", "expires_at")
        ]

    def test_an_expired_one_needs_a_new_expiry(self, unit, unit_planner):
        machine = make.client(Role.READER, unit, expires_at=timezone.now() - timedelta(days=1))
        path = f"/clients/{machine.client.pk}/rotate/"
        assert refused(post(unit_planner, path), 409) == [("client_expired", None)]
        answer = post(unit_planner, path, {"expires_at": ahead(days=1)})
        assert get(by_key(answer), "/units/").status_code == 200

    def test_a_revoked_one_gets_no_new_key(self, unit, unit_planner):
        machine = make.client(Role.READER, unit)
        delete(unit_planner, f"/clients/{machine.client.pk}/")
        path = f"/clients/{machine.client.pk}/rotate/"
        assert refused(post(unit_planner, path), 409) == [("client_revoked", None)]

    def test_a_lower_role_renews_nothing(self, unit, unit_planner):
        reviewer = make.client(Role.REVIEWER, unit)
        assert refused(post(reviewer, f"/clients/{unit_planner.client.pk}/rotate/"), 403)
        assert refused(post(reviewer, f"/clients/{reviewer.client.pk}/rotate/"), 403)

    def test_it_shows_what_was_rotated_as_a_change_without_secrets(self, unit, unit_planner):
        machine = make.client(Role.READER, unit)
        post(unit_planner, f"/clients/{machine.client.pk}/rotate/")
        change = Change.objects.filter(entity="client", object_id=machine.client.pk).latest("id")
        assert set(change.after or ()) == {"prefix"}
