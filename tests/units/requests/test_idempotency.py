"""`Idempotency-Key` on POST and PUT: sent again, a request does nothing more and is answered as before."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from django.test import Client, RequestFactory
from rest_framework.request import Request

from poi_api.database import locks
from poi_api.http.exact_json import loads
from tests import factories as make
from tests.api import delete, get, patch, post, refused
from tests.committed import Connect
from tests.threads import in_threads, until_waiting
from units.access.grants import Access
from units.choices import Role
from units.history.change_sets import take_position
from units.models import ApiClient, ChangeSet, StoredAnswer, Unit
from units.requests import writes as writing
from units.requests.idempotency import attempt_of

BODY = {"code": "U1", "name": "NUEVA", "kind": "organ", "parent": "SAT"}
KEY = {"Idempotency-Key": "k-1"}


def sat_with_planner():
    sat = make.institution("SAT", "SAT LIMA")
    return sat, make.client(Role.PLANNER, sat)


def age(**by: int) -> None:
    """Make all stored answers older."""
    StoredAnswer.objects.update(created_at=F("created_at") - timedelta(**by))


def is_replay(answer: Any) -> bool:
    return bool(answer.get("Idempotency-Replayed") == "true")


@pytest.mark.django_db
class TestReplay:
    @pytest.fixture
    def planner(self):
        return sat_with_planner()[1]

    def test_the_same_request_is_answered_as_the_first_time_and_does_nothing(self, planner):
        first, again = post(planner, "/units/", BODY, KEY), post(planner, "/units/", BODY, KEY)
        assert (first.status_code, is_replay(first)) == (201, False)
        assert (again.status_code, is_replay(again)) == (201, True)
        assert again.content == first.content
        for header in ("Content-Type", "Location", "ETag", "Change-Cursor", "Cache-Control", "Vary"):
            assert again[header] == first[header]
        assert Unit.objects.filter(code="U1").count() == 1

    def test_what_happened_since_does_not_matter(self, planner):
        first = post(planner, "/units/", BODY, KEY)
        assert delete(planner, f"/units/{first.json()['id']}/").status_code == 204
        assert post(planner, "/units/", BODY, KEY).content == first.content
        assert not Unit.objects.filter(code="U1").exists()

    def test_a_reference_that_cannot_be_named_any_more_is_replayed_too(self, planner):
        first = post(planner, "/units/", BODY, KEY)
        Unit.objects.filter(code="SAT").update(code="SAT2")
        assert post(planner, "/units/", BODY, KEY).content == first.content

    def test_blanks_and_the_order_of_members_are_no_other_body(self, planner):
        post(planner, "/units/", BODY, KEY)
        assert is_replay(post(planner, "/units/", dict(reversed(BODY.items())), KEY))

    @pytest.mark.parametrize("other", [{"name": "OTRA"}, {"is_active": True}, {"code": "U2"}])
    def test_another_body_under_the_key_is_a_409(self, planner, other):
        post(planner, "/units/", BODY, KEY)
        assert refused(post(planner, "/units/", BODY | other, KEY), 409) == [("idempotency_key_reused", None)]
        assert Unit.objects.count() == 2

    def test_another_body_that_is_wrong_in_itself_is_a_400_first(self, planner):
        post(planner, "/units/", BODY, KEY)
        assert refused(post(planner, "/units/", {**BODY, "code": ""}, KEY), 400) == [("blank", "code")]

    def test_an_error_is_not_stored_so_a_mended_request_works(self, planner):
        assert post(planner, "/units/", {**BODY, "code": ""}, KEY).status_code == 400
        assert post(planner, "/units/", {**BODY, "kind": "institution"}, KEY).status_code == 400
        assert post(planner, "/units/", {**BODY, "name": "SAT LIMA"}, KEY).status_code == 409
        assert StoredAnswer.objects.count() == 0
        assert post(planner, "/units/", BODY, KEY).status_code == 201

    def test_another_caller_path_or_key_is_another_request(self, planner):
        other = make.client(Role.PLANNER)
        assert post(planner, "/units/", BODY, KEY).status_code == 201
        assert refused(post(other, "/units/", BODY, KEY), 409) == [("duplicate_code", "code")]
        assert refused(post(planner, "/units/", BODY, {"Idempotency-Key": "k-2"}), 409) == [("duplicate_code", "code")]
        assert not is_replay(post(other, "/measurement-units/", {"code": "UM", "name": "UM"}, KEY))
        assert not is_replay(post(other, "/mef-activities/", {"code": "UM", "name": "UM"}, KEY))

    def test_who_may_not_any_more_is_refused_before_anything_is_replayed(self, planner):
        post(planner, "/units/", BODY, KEY)
        ApiClient.objects.filter(pk=planner.client.pk).update(role=Role.READER)
        assert post(planner, "/units/", BODY, KEY).status_code == 403

    def test_seven_days_later_it_is_a_new_request(self, planner):
        post(planner, "/units/", BODY, KEY)
        age(days=7, seconds=-60)
        assert is_replay(post(planner, "/units/", BODY, KEY))
        age(seconds=60)
        assert refused(post(planner, "/units/", BODY, KEY), 409) == [("duplicate_code", "code")]
        assert post(planner, "/units/", {**BODY, "code": "U2", "name": "DOS"}, KEY).status_code == 201
        assert is_replay(post(planner, "/units/", {**BODY, "code": "U2", "name": "DOS"}, KEY))

    def test_old_answers_are_forgotten_along_the_way(self, planner):
        post(planner, "/units/", BODY, KEY)
        age(days=8)
        post(planner, "/units/", {**BODY, "code": "U2", "name": "DOS"}, {"Idempotency-Key": "k-2"})
        assert [answer.key for answer in StoredAnswer.objects.all()] == ["k-2"]

    def test_patch_and_delete_know_no_key(self, planner):
        unit = post(planner, "/units/", BODY).json()["id"]
        assert not is_replay(patch(planner, f"/units/{unit}/", {"name": "UNO"}, KEY))
        assert not is_replay(patch(planner, f"/units/{unit}/", {"name": "UNO"}, KEY))
        assert not is_replay(delete(planner, f"/units/{unit}/", headers=KEY))
        assert StoredAnswer.objects.count() == 0

    @pytest.mark.parametrize("key", ["", "x" * 256, "con blanco", "ñ", "\x7f"])
    def test_a_key_that_cannot_be_one_is_refused(self, planner, key):
        answer = post(planner, "/units/", BODY, {"Idempotency-Key": key})
        assert refused(answer, 400) == [("invalid_idempotency_key", None)]

    def test_the_request_id_is_that_of_the_repetition(self, planner):
        post(planner, "/units/", BODY, {**KEY, "X-Request-Id": "p1"})
        assert post(planner, "/units/", BODY, {**KEY, "X-Request-Id": "p2"})["X-Request-Id"] == "p2"

    def test_a_stale_request_is_not_stored(self, planner):
        sat = Unit.objects.get(code="SAT")
        client = post(planner, "/clients/", {"name": "c", "role": "reader", "unit": sat.pk}).json()["id"]
        path = f"/clients/{client}/rotate/"
        assert post(planner, path, headers={**KEY, "If-Match": '"old"'}).status_code == 412
        etag = get(planner, f"/clients/{client}/")["ETag"]
        assert post(planner, path, headers={**KEY, "If-Match": etag}).status_code == 200
        assert is_replay(post(planner, path, headers={**KEY, "If-Match": etag}))


class TestKeyOfClient:
    """A key of a machine client is stored nowhere in clear (docs/decisions/0006)."""

    @pytest.mark.django_db
    def test_a_repetition_shows_the_client_and_not_its_key(self):
        planner = sat_with_planner()[1]
        body = {"name": "tablero", "role": "reader", "unit": "SAT"}
        first, again = post(planner, "/clients/", body, KEY), post(planner, "/clients/", body, KEY)
        key = first.json()["key"]
        assert again.json() == {**first.json(), "key": None}
        assert (again.status_code, again["Location"], again["ETag"]) == (201, first["Location"], first["ETag"])
        assert first["Cache-Control"] == again["Cache-Control"] == "no-store"
        stored = StoredAnswer.objects.get()
        assert key.encode() not in bytes(stored.body)
        assert key not in str(stored.headers)
        assert ApiClient.objects.filter(name="tablero").count() == 1


@pytest.mark.django_db
class TestFingerprint:
    """What a form holds counts as its body: every file with its name and content."""

    def hash_of(self, content: Any, path: str = "/x/", method: str = "POST") -> bytes:
        request = Request(RequestFactory().generic(method, path, headers=KEY))
        attempt = attempt_of(request, Access("client:x", (), client_id=1), content)
        assert attempt is not None
        return attempt.request_hash

    def test_files_are_told_apart_by_name_and_content(self):
        same = [self.hash_of({"year": "2022", "file": SimpleUploadedFile("a.tsv", b"1")}) for _ in range(2)]
        others = [
            self.hash_of({"year": "2022", "file": SimpleUploadedFile("a.tsv", b"2")}),
            self.hash_of({"year": "2022", "file": SimpleUploadedFile("b.tsv", b"1")}),
            self.hash_of({"year": "2023", "file": SimpleUploadedFile("a.tsv", b"1")}),
        ]
        assert len({*same, *others}) == 4

    def test_a_file_can_be_read_afterwards(self):
        file = SimpleUploadedFile("a.tsv", b"content")
        self.hash_of({"file": file})
        assert file.read() == b"content"

    def test_the_query_and_the_method_count_too(self):
        hashes = {self.hash_of({}), self.hash_of({}, "/x/?a=1"), self.hash_of({}, method="PUT")}
        assert len(hashes) == 3

    def test_numbers_of_any_size_have_one(self):
        assert self.hash_of(loads(b'{"a": 1%s, "b": 0.10}' % (b"0" * 400)))


def creating(planner, body: Any) -> Callable[[], Any]:
    def create() -> Any:
        return Client().post("/api/v1/units/", body, "application/json", headers={**planner.headers, **KEY})

    return create


class TestTwins:
    """The same key at the same moment; the tree's lock is held so that the first cannot end before the others came."""

    @pytest.fixture
    def planner(self, committed):
        return sat_with_planner()[1]

    @contextmanager
    def under_way(self, planner, connect: Connect, body: Any) -> Iterator[list[Any]]:
        """Have a first request under way within the block; afterwards its answer is in the list."""
        answers: list[Any] = []
        holder, watch = connect(), connect()
        holder.execute(f"BEGIN; SELECT pg_advisory_xact_lock({locks.UNIT_TREE})")
        first = in_threads(creating(planner, body))
        try:
            until_waiting(watch, 1)
            yield answers
        finally:
            holder.execute("COMMIT")
            answers += first()

    def test_a_twin_is_refused_at_once_and_gets_the_same_answer_afterwards(self, planner, connect):
        with self.under_way(planner, connect, BODY) as answers:
            for twin in [creating(planner, BODY)() for _ in range(3)]:
                assert refused(twin, 503) == [("in_progress", None)]
                assert twin["Retry-After"] == "1"
        (first,) = answers
        again = creating(planner, BODY)()
        assert (first.status_code, again.status_code, is_replay(first), is_replay(again)) == (201, 201, False, True)
        assert again.content == first.content
        assert ChangeSet.objects.filter(changes__entity="unit", changes__after__code="U1").count() == 1

    def test_one_with_another_body_is_refused_too_and_finds_the_key_used(self, planner, connect):
        other = creating(planner, {**BODY, "name": "OTRA"})
        with self.under_way(planner, connect, BODY):
            assert refused(other(), 503) == [("in_progress", None)]
        assert refused(other(), 409) == [("idempotency_key_reused", None)]
        assert Unit.objects.filter(code="U1").count() == 1

    def test_after_a_failure_the_twin_does_it(self, planner, connect):
        """The first is refused and stores nothing; the other is not answered in its place."""
        with self.under_way(planner, connect, {**BODY, "name": "sat lima"}) as answers:
            assert refused(creating(planner, BODY)(), 503) == [("in_progress", None)]
        made = creating(planner, BODY)()
        assert ([answer.status_code for answer in answers], made.status_code) == ([409], 201)
        assert not is_replay(made)

    def test_another_key_waits_for_nothing_but_what_it_needs(self, planner, connect):
        with self.under_way(planner, connect, BODY):
            catalogue = {"code": "UM", "name": "UM"}
            assert post(planner, "/measurement-units/", catalogue, {"Idempotency-Key": "k-2"}).status_code in {201, 403}


def test_the_answer_goes_with_its_effect(committed, monkeypatch):
    """What is not committed is not stored: both are one transaction."""
    _, planner = sat_with_planner()

    def fails():
        take_position()
        raise RuntimeError("the server went away")

    monkeypatch.setattr(writing, "take_position", fails)
    with pytest.raises(RuntimeError):
        post(planner, "/units/", BODY, KEY)
    monkeypatch.undo()
    assert not StoredAnswer.objects.exists()
    assert not Unit.objects.filter(code="U1").exists()
    assert post(planner, "/units/", BODY, KEY).status_code == 201
