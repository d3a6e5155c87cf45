"""Who asks: machine clients by their keys, people by their sessions (domain.md, "Roles")."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone

from tests import factories as make
from tests.api import get, results
from tests.factories import Caller
from tests.in_one_state import for_each
from units.access.lookup import confirmed_person
from units.choices import Role
from units.models import ApiClient, ChangeSet, ClientUse, Membership

pytestmark = pytest.mark.django_db
PATH = "/units/"


def database_now() -> datetime:
    """Return the moment by which this transaction judges keys."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        now: datetime = cursor.fetchone()[0]
    return now


def refused(header: str) -> list[str]:
    """Return the codes of the problem that a request with this Authorization header meets."""
    answer = get(None, PATH, {"Authorization": header})
    return codes_of_401(answer)


def codes_of_401(answer: Any) -> list[str]:
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert answer["WWW-Authenticate"] == "Api-Key"
    return [error["code"] for error in answer.json()["errors"]]


def used_at(caller: Caller) -> datetime | None:
    found = ClientUse.objects.filter(client=caller.client).first()
    return found.used_at if found else None


class TestKeys:
    def test_a_key_opens_the_door(self) -> None:
        assert get(make.client(), PATH).status_code == 200

    @for_each("scheme", ["Api-Key", "api-key", "API-KEY", "Api-Key  "])
    def test_the_scheme_is_told_apart_from_its_case(self, scheme: str) -> None:
        assert get(None, PATH, {"Authorization": f"{scheme} {make.client().key}"}).status_code == 200

    def test_without_a_key_or_with_another_scheme_it_is_a_401_that_says_how(self) -> None:
        assert codes_of_401(get(None, PATH)) == ["not_authenticated"]
        assert refused("Bearer abc") == ["not_authenticated"]

    @for_each(
        "key",
        [
            "",
            "x",
            "poi",
            "poi_",
            "poi__",
            "poi_00000000_",
            "poi_00000000_wrong",
            "xyz_00000000_wrong",
            "poi_ñandú_ñandú",
            "poi_\0_x",
            "poi_00000000_" + "x" * 100_000,
            "poi_" + "0" * 100_000 + "_x",
            "poi_%_x",
            "'; DROP TABLE units_unit; --",
            "\u2028\U0001f999",
        ],
    )
    def test_a_malformed_key_is_a_401(self, key: str) -> None:
        assert refused(f"Api-Key {key}") == ["invalid_key"]

    def test_a_key_with_the_prefix_of_a_client_and_another_secret_is_wrong(self) -> None:
        caller = make.client()
        for wrong in (caller.key[:-1], caller.key + "x", caller.key.swapcase(), caller.key + " x"):
            assert refused(f"Api-Key {wrong}") == ["invalid_key"]
        assert used_at(caller) is None

    def test_a_key_expires_at_its_moment_and_not_before(self) -> None:
        now = database_now()
        just_valid = make.client(expires_at=now + timedelta(microseconds=1))
        assert get(just_valid, PATH).status_code == 200
        for expires_at in (now, now - timedelta(days=1)):
            expired = make.client(expires_at=expires_at)
            assert refused(f"Api-Key {expired.key}") == ["expired_key"]
            assert used_at(expired) is None

    def test_a_revoked_key_is_refused_also_when_it_has_expired(self) -> None:
        for expires_at in (None, database_now() - timedelta(days=1)):
            caller = make.client(expires_at=expires_at)
            ApiClient.objects.filter(pk=caller.client.pk).update(revoked_at=timezone.now())
            assert refused(f"Api-Key {caller.key}") == ["revoked_key"]
            assert used_at(caller) is None

    def test_the_client_sees_what_its_role_reaches(self) -> None:
        unit = make.unit()
        below, _ = make.unit(unit), make.unit()
        seen = {row["code"] for row in results(make.client(Role.READER, unit), PATH)}
        assert seen == {unit.code, below.code}

    def test_a_key_comes_before_a_session(self) -> None:
        browser = Client()
        browser.force_login(make.person(Role.READER))
        answer = browser.get(f"/api/v1{PATH}", headers={"Authorization": "Api-Key wrong"})
        assert codes_of_401(answer) == ["invalid_key"]


class TestLastUse:
    def test_it_is_noted_to_the_minute(self) -> None:
        caller = make.client()
        assert used_at(caller) is None
        get(caller, PATH)
        assert used_at(caller) == database_now().replace(second=0, microsecond=0)

    def test_an_older_one_gives_way(self) -> None:
        caller = make.client()
        ClientUse.objects.create(client=caller.client, used_at=database_now() - timedelta(minutes=2))
        get(caller, PATH)
        assert used_at(caller) == database_now().replace(second=0, microsecond=0)

    def test_it_is_written_at_most_once_a_minute(self) -> None:
        caller = make.client()
        get(caller, PATH)
        first = self.written()
        get(caller, PATH)
        assert self.written() == first

    def test_using_a_key_is_no_change(self) -> None:
        caller = make.client()
        make.settle()
        before = ChangeSet.objects.filter(position__isnull=False).count()
        get(caller, PATH)
        make.settle()
        assert ChangeSet.objects.count() == before

    def written(self) -> Any:
        """Return where the noted use is stored, which every write of it changes."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT ctid::text FROM units_clientuse")
            return cursor.fetchall()


class TestPeople:
    def browse(self, user: User, method: str = "get", check_csrf: bool = False) -> Any:
        browser = Client(enforce_csrf_checks=check_csrf)
        browser.force_login(user)
        return getattr(browser, method)(f"/api/v1{PATH}")

    def test_a_person_sees_what_its_memberships_reach(self) -> None:
        one, other, _ = make.unit(), make.unit(), make.unit()
        person = make.person(Role.READER, one)
        Membership.objects.create(user=person, role=Role.PLANNER, unit=other)
        rows = self.browse(person).json()["results"]
        assert {row["code"] for row in rows} == {one.code, other.code}

    def test_a_superuser_plans_everywhere(self) -> None:
        unit = make.unit()
        superuser = User.objects.create_superuser("raiz")
        assert confirmed_person(superuser).access.everywhere(Role.PLANNER)
        assert unit.code in {row["code"] for row in self.browse(superuser).json()["results"]}

    def test_a_person_without_a_role_may_not_list_anything(self) -> None:
        answer = self.browse(make.person())
        assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")

    def test_a_person_who_may_no_longer_log_in_is_nobody(self) -> None:
        person = make.person(Role.READER)
        browser = Client()
        browser.force_login(person)
        User.objects.filter(pk=person.pk).update(is_active=False)
        assert codes_of_401(browser.get(f"/api/v1{PATH}")) == ["not_authenticated"]

    @for_each("method", ["post", "put", "patch", "delete"])
    def test_an_unsafe_method_needs_the_token_of_the_session(self, method: str) -> None:
        answer = self.browse(make.person(Role.PLANNER), method, check_csrf=True)
        assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")

    def test_a_safe_method_needs_no_token(self) -> None:
        for method in ("get", "head"):
            assert self.browse(make.person(Role.PLANNER), method, check_csrf=True).status_code == 200

    def test_a_machine_client_needs_no_token(self) -> None:
        browser = Client(enforce_csrf_checks=True)
        answer = browser.patch(f"/api/v1{PATH}", headers=make.client(Role.PLANNER).headers)
        assert answer.status_code == 405
