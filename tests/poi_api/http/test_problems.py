import json

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.core.exceptions import ValidationError as ModelError
from django.db import DataError, IntegrityError, OperationalError, transaction
from django.http import Http404, RawPostDataException, UnreadablePostError
from django.test import Client
from rest_framework import exceptions
from rest_framework.views import APIView

from activities.models import Plan, PlanVersion, ProgressEntry
from poi_api.database.constraints import messages
from poi_api.http.problem_items import items_of
from poi_api.http.problems import exception_handler
from tests import factories as make
from tests.api import get
from tests.in_one_state import for_each
from units.choices import Role
from units.models import Unit


def answer_to(error: Exception):
    answer = exception_handler(error, {"view": APIView()})
    assert answer is not None
    assert answer["Content-Type"] == "application/problem+json"
    body = json.loads(answer.content)
    assert set(body) == {"type", "title", "status", "detail", "errors"}
    assert body["status"] == answer.status_code
    assert all(set(error) == {"code", "detail", "field", "index"} for error in body["errors"])
    return answer, body


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Http404(), 404, "not_found"),
        (PermissionDenied(), 403, "permission_denied"),
        (SuspiciousOperation(), 400, "bad_request"),
        (UnreadablePostError(), 400, "bad_request"),
        (RawPostDataException(), 400, "bad_request"),
        (DataError(), 400, "out_of_range"),
        (OperationalError(), 503, "unavailable"),
        (IntegrityError(), 409, "integrity"),
        (exceptions.MethodNotAllowed("POST"), 405, "method_not_allowed"),
        (exceptions.UnsupportedMediaType("text/plain"), 415, "unsupported_media_type"),
        (exceptions.ParseError(), 400, "parse_error"),
    ],
)
def test_every_error_that_is_not_ours_is_a_problem(error, status, code):
    _, body = answer_to(error)
    assert (body["status"], body["errors"][0]["code"]) == (status, code)


def test_an_error_of_our_own_is_left_to_the_handler_of_500():
    assert exception_handler(ZeroDivisionError(), {}) is None


def test_the_errors_of_a_model_name_their_fields():
    _, body = answer_to(ModelError({"year": [ModelError("Falta el año.", code="required")], "__all__": ["Mal."]}))
    assert body["errors"] == [
        {"code": "required", "detail": "Falta el año.", "field": "year", "index": None},
        {"code": "invalid", "detail": "Mal.", "field": None, "index": None},
    ]
    assert body["status"] == 400


def test_one_error_is_the_detail_and_several_are_counted():
    assert answer_to(ModelError({"year": ["Falta el año."]}))[1]["detail"] == "Falta el año."
    assert (
        answer_to(ModelError({"year": ["Falta."], "unit": ["Falta."]}))[1]["detail"] == "Hay 2 errores; vea «errors»."
    )


def test_a_place_in_a_list_is_the_index_and_one_further_in_is_part_of_the_field():
    found, _ = items_of({"items": [{}, {"programmed": {3: ["Mal."]}}]})
    assert [(error["field"], error["index"]) for error in found] == [("items.programmed[3]", 1)]


def test_a_list_sent_as_the_body_is_indexed():
    assert [(error["field"], error["index"]) for error in items_of([{}, {"month": ["Mal."]}]).items] == [("month", 1)]


def test_waiting_times_are_said():
    assert answer_to(exceptions.Throttled(wait=30))[0]["Retry-After"] == "30"
    assert int(answer_to(OperationalError())[0]["Retry-After"]) > 0


def refused(write):
    """Return the body of the problem that becomes of a write which the database refuses."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        write()
    return answer_to(caught.value)[1]


def test_history_is_not_changed_and_the_refusal_is_a_409(owned):
    entry = make.entry(make.activity())
    body = refused(lambda: ProgressEntry.objects.filter(pk=entry.pk).update(executed=9))
    assert body["status"] == 409
    assert body["errors"][0]["code"] == "append_only"


@pytest.mark.django_db
class TestRulesOfTheDatabase:
    def test_a_collision_is_a_409_with_the_message_of_the_constraint(self):
        plan = make.plan(year=2022)
        body = refused(lambda: Plan.objects.create(institution=plan.institution, year=2022))
        assert body["status"] == 409
        assert body["detail"] == "La institución ya tiene un plan operativo de ese año."
        assert body["errors"][0]["code"] == "plan_once_per_institution_and_year"

    def test_wrong_data_is_a_400_with_the_message_of_the_constraint(self):
        institution = make.institution()
        body = refused(lambda: Plan.objects.create(institution=institution, year=1900))
        assert (body["status"], body["detail"]) == (400, "El año va de 1990 a 2200.")

    def test_a_rule_of_a_trigger_says_itself_what_it_refuses(self):
        unit = make.unit()
        body = refused(lambda: Plan.objects.create(institution=unit, year=2022))
        assert (body["status"], body["detail"]) == (400, "Un plan operativo pertenece a una institución.")
        assert body["errors"][0]["code"] == "plan_belongs_to_institution"

    def test_deleting_what_is_in_use_is_a_409(self):
        unit = make.unit()
        make.activity(make.plan(unit.institution), unit)
        body = refused(unit.delete)
        assert (body["status"], body["errors"][0]["code"]) == (409, "in_use")

    def test_what_only_the_database_finds_to_be_in_use_is_a_409_too(self):
        unit = make.unit()
        make.activity(make.plan(unit.institution), unit)
        body = refused(lambda: Unit.objects.filter(pk=unit.pk)._raw_delete("default"))
        assert (body["status"], body["errors"][0]["code"]) == (409, "in_use")

    def test_a_missing_value_is_a_400_without_a_word_of_sql(self):
        unit = make.unit()
        body = refused(lambda: Unit.objects.filter(pk=unit.pk).update(is_active=None))
        assert body["status"] == 400
        assert "null" not in body["detail"].lower()

    def test_every_named_rule_has_a_message_of_its_own(self):
        assert messages()["plan_version_number_from_1"] in {
            str(rule.violation_error_message) for rule in PlanVersion._meta.constraints
        }
        assert not [name for name, message in messages().items() if "«" in message or "%" in message or not message]
        ours = [model for app in ("units", "activities", "reports") for model in apps.get_app_config(app).get_models()]
        assert not {rule.name for model in ours for rule in model._meta.constraints} - messages().keys()


@pytest.mark.django_db
class TestOverHttp:
    @pytest.mark.parametrize("path", ["/api/v1/nothing/", "/api/nothing", "/nothing/", "/api/v1/units/x/"])
    def test_an_unknown_address_is_a_problem(self, path):
        answer = Client().get(path)
        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/problem+json"

    def test_without_a_key_it_is_401_before_anything_else(self):
        for path in ("/units/", "/units/?bogus=1", "/units/999/", "/units/?format=xml"):
            answer = get(None, path)
            assert answer.status_code == 401
            assert answer["WWW-Authenticate"] == "Api-Key"
            assert answer.json()["detail"] == "Use la cabecera «Authorization: Api-Key <clave>» o inicie sesión."

    def test_a_wrong_key_is_a_401(self):
        answer = Client().get("/api/v1/units/", headers={"Authorization": "Api-Key poi_00000000_x"})
        assert answer.status_code == 401
        assert answer.json()["errors"][0]["code"] == "invalid_key"

    def test_a_caller_without_any_role_gets_403_for_a_list_and_404_for_an_object(self):
        unit, entry = make.unit(), make.mef_activity()
        client = Client()
        client.force_login(make.person())
        for path in ("units/", "mef-activities/", "plans/", "activities/"):
            assert client.get(f"/api/v1/{path}").status_code == 403
        for path in (f"units/{unit.pk}/", f"mef-activities/{entry.pk}/"):
            assert client.get(f"/api/v1/{path}").status_code == 404

    def test_what_is_out_of_sight_is_said_before_what_is_wrong_with_the_question(self):
        caller = make.client(unit=make.unit())
        hidden = make.plan()
        for path in (f"/plans/{hidden.pk}/", f"/plans/{hidden.pk}/versions/"):
            assert get(caller, path, bogus=1).status_code == 404

    def test_an_unknown_method_is_a_405_that_says_which_there_are(self):
        answer = Client().delete("/api/v1/mef-activities/", headers=make.client().headers)
        assert answer.status_code == 405
        assert "GET" in answer["Allow"]
        assert answer["Content-Type"] == "application/problem+json"
        assert "la cabecera Allow" in answer.json()["detail"]

    def test_a_format_that_is_not_offered_is_a_406_by_accept_and_a_400_by_name(self):
        caller = make.client()
        refused = get(caller, "/units/", {"Accept": "application/xml"})
        assert (refused.status_code, refused["Content-Type"]) == (406, "application/problem+json")
        for offered in ("format= con uno de: json, csv, xlsx;", "Accept: application/json, text/csv, "):
            assert offered in refused.json()["detail"]
        named = get(caller, "/units/", format="xml")
        assert (named.status_code, named.json()["errors"][0]["field"]) == (400, "format")
        assert get(caller, "/units/", format="json").status_code == 200

    def test_a_format_that_is_named_is_given_whatever_a_library_says_that_it_takes(self):
        caller = make.client()
        for accept in ("application/json", "text/html", "application/xml;q=0.9"):
            table = get(caller, "/units/", {"Accept": accept}, format="csv")
            assert (table.status_code, table["Content-Type"]) == (200, "text/csv; charset=utf-8")
        assert get(caller, "/units/", {"Accept": "text/csv"}, format="json")["Content-Type"] == "application/json"

    def test_an_address_without_its_last_slash_leads_a_write_to_it_as_a_write(self):
        caller = make.client(Role.PLANNER)
        data = {"code": "X1", "name": "UNA"}
        url = "/api/v1/mef-activities"
        moved = Client().post(url, data, content_type="application/json", headers=caller.headers)
        assert (moved.status_code, moved["Location"]) == (308, f"{url}/")
        made = Client().post(url, data, content_type="application/json", headers=caller.headers, follow=True)
        assert (made.status_code, made.json()["code"]) == (201, "X1")

    @for_each("accept", ["", ";", "/", ",,", "a", "*/*;q=x", "text/html,*/*;q=0.1", "ñ/ñ", "json/" * 500])
    def test_no_wish_for_a_format_makes_it_fail(self, accept):
        assert get(make.client(), "/units/", {"Accept": accept}).status_code in {200, 406}

    def test_a_thousand_parameters_are_refused(self):
        query = {f"p{number}": "1" for number in range(2000)}
        for path in ("/units/", "/activities/1/progress/"):
            assert get(make.client(), path, **query).status_code in {400, 404}

    def test_an_address_of_another_host_is_a_400(self):
        answer = Client(headers={"host": "evil.example"}).get("/api/v1/units/")
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")

    def test_a_failure_of_ours_is_a_500_without_a_trace(self, monkeypatch, caplog):
        def fail(*args, **more):
            raise ZeroDivisionError("secreto")

        monkeypatch.setattr("units.requests.resources.freshness_of", fail)
        client = Client(raise_request_exception=False)
        answer = client.get("/api/v1/units/", headers=make.client().headers)
        assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
        assert "secreto" not in answer.content.decode()
        assert "secreto" in caplog.text
