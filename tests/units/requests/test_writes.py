"""What every write does the same way: errors in their order, If-Match, history, what is answered."""

import re

import pytest
from django.test import Client, RequestFactory

from poi_api.http import exact_json
from tests import factories as make
from tests.api import delete, get, patch, post, refused, send
from tests.in_one_state import for_each
from units.choices import Role
from units.models import ChangeSet, StoredAnswer, Unit
from units.requests.writes import Written
from units.serializers.unit import UnitInput
from units.services.units import create_unit
from units.views.unit import UnitViewSet

pytestmark = pytest.mark.django_db


def path_of(unit):
    return f"/units/{unit.pk}/"


class TestOrderOfErrors:
    """Where several hold, the first of 401, 404, 403, 413, 400, 409, 412 is answered (api.md, "Errors")."""

    stale = {"If-Match": '"old"'}

    def test_who_asks_comes_first(self, unit):
        assert refused(patch(None, "/units/999/", {"bogus": 1}), 401) == [("not_authenticated", None)]
        assert refused(post(None, "/units/", {"bogus": 1}), 401) == [("not_authenticated", None)]

    def test_then_what_is_not_there_or_outside(self, unit):
        outside = make.client(Role.READER, make.unit())
        assert refused(patch(outside, path_of(unit), {"bogus": 1}), 404) == [("not_found", None)]

    def test_then_the_role(self, unit, settings):
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
        reviewer = make.client(Role.REVIEWER, unit)
        assert refused(patch(reviewer, path_of(unit), {"bogus": "x" * 20}), 403) == [("permission_denied", None)]
        assert refused(post(reviewer, "/units/", {"bogus": "x" * 20}), 403) == [("permission_denied", None)]

    def test_then_the_size(self, unit, planner, settings):
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
        assert refused(patch(planner, path_of(unit), {"bogus": "x" * 20}), 413) == [("body_too_large", None)]

    def test_then_the_size_also_before_the_question(self, unit, planner, settings):
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
        for query in ({"bogus": "1"}, {"format": "xml"}):
            answer = send("PATCH", planner, path_of(unit), {"code": "x" * 20}, **query)
            assert refused(answer, 413) == [("body_too_large", None)]

    def test_a_format_that_there_is_not_is_said_where_the_question_is(self, unit, planner):
        reviewer = make.client(Role.REVIEWER, unit)
        assert refused(send("PATCH", planner, "/units/999/", {}, format="xml"), 404) == [("not_found", None)]
        assert refused(send("POST", reviewer, "/units/", {}, format="xml"), 403) == [("permission_denied", None)]
        assert refused(send("PATCH", reviewer, path_of(unit), {}, format="xml"), 403) == [("permission_denied", None)]
        assert refused(send("PATCH", planner, path_of(unit), {}, format="xml"), 400) == [("invalid_choice", "format")]

    def test_then_the_data(self, unit, planner):
        body = {"kind": "institution", "code": ""}  # the kind would be a 409
        assert refused(patch(planner, path_of(unit), body, self.stale), 400) == [("blank", "code")]

    def test_then_the_state_and_last_who_came_first(self, unit, planner):
        conflict = {"kind": "institution"}
        assert refused(patch(planner, path_of(unit), conflict, self.stale), 409) == [("institution_stays", "kind")]
        assert refused(patch(planner, path_of(unit), {"code": "U2"}, self.stale), 412) == [("stale", None)]


class TestBody:
    def test_a_field_that_does_not_exist_is_refused_by_name(self, unit, planner):
        assert refused(patch(planner, path_of(unit), {"path": [1]}), 400) == [("unknown_field", "path")]
        assert refused(delete(planner, path_of(unit), {"reason": "x"}), 400) == [("unknown_field", "reason")]

    def test_a_parameter_that_does_not_exist_is_refused_by_name(self, unit, planner):
        answer = send("PATCH", planner, path_of(unit), {"code": "U2"}, dry_run="true")
        assert refused(answer, 400) == [("unknown_parameter", "dry_run")]

    @for_each("content", [b"{", b'{"code": NaN}', b'{"code": "a", "code": "b"}', b"\xff", b"[" * 5000])
    def test_what_is_no_json_is_a_400(self, unit, planner, content):
        answer = Client().patch(f"/api/v1{path_of(unit)}", content, "application/json", headers=planner.headers)
        assert refused(answer, 400) == [("malformed_json", None)]

    @for_each("body", [[], [1], 5, "x", None, True])
    def test_what_is_no_object_is_a_400(self, planner, body):
        answer = Client().post("/api/v1/units/", exact_json.dumps(body), "application/json", headers=planner.headers)
        assert answer.status_code == 400

    def test_another_kind_of_content_is_a_415(self, unit, planner):
        answer = Client().post("/api/v1/units/", "code=U2", "text/plain", headers=planner.headers)
        assert answer.status_code == 415

    def test_a_refused_write_leaves_nothing(self, unit, planner):
        before = ChangeSet.objects.count()
        refused(patch(planner, path_of(unit), {"name": "NUEVO", "code": ""}), 400)
        refused(patch(planner, path_of(unit), {"name": "NUEVO", "parent": unit.pk}), 409)
        unit.refresh_from_db()
        assert unit.name == "PLANIFICACIÓN"
        assert ChangeSet.objects.count() == before


class TestIfMatch:
    def etag(self, caller, unit):
        return get(caller, path_of(unit))["ETag"]

    def test_the_etag_that_was_read_lets_the_write_through(self, unit, planner):
        answer = patch(planner, path_of(unit), {"name": "OTRO"}, {"If-Match": self.etag(planner, unit)})
        assert answer.status_code == 200

    def test_the_answer_of_a_write_carries_the_etag_for_the_next(self, unit, planner):
        first = patch(planner, path_of(unit), {"name": "OTRO"})
        assert first["ETag"] == self.etag(planner, unit)
        second = patch(planner, path_of(unit), {"name": "OTRO MÁS"}, {"If-Match": first["ETag"]})
        assert second.status_code == 200

    def test_a_stale_one_is_a_412_with_the_state_as_it_is_now(self, unit, planner):
        read = self.etag(planner, unit)
        now = patch(planner, path_of(unit), {"name": "PRIMERO"})
        answer = patch(planner, path_of(unit), {"name": "SEGUNDO"}, {"If-Match": read})
        assert refused(answer, 412) == [("stale", None)]
        assert answer.json()["current"] | {"sight": None} == now.json()
        assert answer["ETag"] == now["ETag"]
        assert Unit.objects.get(pk=unit.pk).name == "PRIMERO"

    def test_a_change_of_something_else_does_not_make_it_stale(self, unit, sat, planner):
        read = self.etag(planner, unit)
        make.unit(sat, "U2")
        assert patch(planner, path_of(unit), {"name": "OTRO"}, {"If-Match": read}).status_code == 200

    @for_each(
        ("condition", "status"),
        [
            ("*", 200),
            (' "x" , {etag}', 200),
            ('"x"', 412),
            ("W/{etag}", 200),
            ('W/"x"', 412),
            (',, "x",\t,{etag},', 200),
            ('"a,b"', 412),
            ('""', 412),
        ],
    )
    def test_it_may_be_a_star_a_list_or_that_of_a_compressed_answer(self, unit, planner, condition, status):
        etag = self.etag(planner, unit)
        condition = condition.format(etag=etag, bare=etag.strip('"'))
        answer = patch(planner, path_of(unit), {"name": "OTRO"}, {"If-Match": condition})
        assert answer.status_code == status

    @for_each("condition", ["{bare}", "", ",", "W/{bare}", "w/{etag}", "{etag} {etag}", "{etag}, x", "*, {etag}", '"x'])
    def test_what_is_no_etag_is_said_and_nothing_is_done(self, unit, planner, condition):
        etag = self.etag(planner, unit)
        said = {"If-Match": condition.format(etag=etag, bare=etag.strip('"'))}
        for body in ({"name": "OTRO"}, {"bogus": 1}):
            answer = patch(planner, path_of(unit), body, said)
            assert refused(answer, 400) == [("invalid_if_match", None)]
            assert "If-Match" in answer.json()["detail"]
        assert refused(patch(planner, "/units/999/", {"name": "OTRO"}, said), 404) == [("not_found", None)]
        assert get(planner, path_of(unit)).json()["name"] == unit.name

    def test_a_read_takes_what_is_no_etag_for_one_that_it_does_not_know(self, unit, planner):
        for condition in (self.etag(planner, unit).strip('"'), "", ",", '"x', "W/", "*, x"):
            for path in (path_of(unit), "/units/", "/me/", "/changes/"):
                assert get(planner, path, {"If-None-Match": condition}).status_code == 200

    def test_a_delete_honours_it_too(self, unit, planner):
        assert delete(planner, path_of(unit), headers={"If-Match": '"old"'}).status_code == 412
        assert delete(planner, path_of(unit), headers={"If-Match": self.etag(planner, unit)}).status_code == 204
        assert delete(planner, path_of(unit), headers={"If-Match": "*"}).status_code == 404


class TestAnswer:
    def test_what_was_made_is_shown_with_its_address(self, sat, planner):
        answer = post(planner, "/units/", {"code": "U9", "name": "NUEVA", "kind": "organ", "parent": "SAT"})
        assert answer.status_code == 201
        assert answer["Location"] == f"/api/v1/units/{answer.json()['id']}/"
        shown = get(planner, answer["Location"].removeprefix("/api/v1"))
        assert (shown.json(), shown["ETag"]) == (answer.json(), answer["ETag"])

    def test_what_was_deleted_is_a_204_without_an_etag(self, unit, planner):
        answer = delete(planner, path_of(unit))
        assert (answer.status_code, answer.content) == (204, b"")
        assert "ETag" not in answer
        assert answer["Change-Cursor"]

    def test_it_is_kept_by_nobody_but_its_caller(self, unit, planner):
        assert "private" in patch(planner, path_of(unit), {"name": "OTRO"})["Cache-Control"]


class TestRequestId:
    def test_the_callers_own_comes_back(self, unit, planner):
        answer = patch(planner, path_of(unit), {"name": "OTRO"}, {"X-Request-Id": "pedido-7/a"})
        assert answer["X-Request-Id"] == "pedido-7/a"

    def test_an_error_carries_it_too(self, planner):
        assert patch(planner, "/units/999/", {}, {"X-Request-Id": "p1"})["X-Request-Id"] == "p1"
        assert post(None, "/units/", {}, {"X-Request-Id": "p1"})["X-Request-Id"] == "p1"

    @for_each("given", ["", "x" * 65, "con blanco", "ñ", 'a"b', "a;b"])
    def test_one_that_cannot_be_stored_or_shown_is_replaced(self, unit, planner, given):
        answer = patch(planner, path_of(unit), {"name": "OTRO"}, {"X-Request-Id": given})
        assert re.fullmatch("[0-9a-f]{32}", answer["X-Request-Id"])


class Rehearsing(UnitViewSet):
    """Makes a unit, shows it, and undoes it."""

    def create(self, request, *args, **kwargs):
        def rehearse(_, data):
            made = create_unit(access=self.access, **data)
            return Written({"id": made.pk}, status=201, dry_run=True)

        return self.write(rehearse, body=UnitInput)


class TestDryRun:
    def ask(self, planner, **headers):
        request = RequestFactory().post(
            "/api/v1/units/",
            exact_json.dumps({"code": "N1", "name": "NUEVA", "kind": "organ", "parent": "SAT"}),
            "application/json",
            headers={**planner.headers, **headers},
        )
        return Rehearsing.as_view({"post": "create"})(request)

    def test_it_answers_as_the_real_run_and_writes_nothing(self, planner):
        answer = self.ask(planner)
        assert answer.status_code == 201
        assert not Unit.objects.filter(pk=exact_json.loads(answer.content)["id"]).exists()

    def test_it_is_not_stored_so_the_real_run_may_use_its_key(self, planner):
        key = {"Idempotency-Key": "k1"}
        self.ask(planner, **key)
        assert not StoredAnswer.objects.exists()
        body = {"code": "N1", "name": "NUEVA", "kind": "organ", "parent": "SAT"}
        answer = post(planner, "/units/", body, key)
        assert answer.status_code == 201
        assert "Idempotency-Replayed" not in answer
