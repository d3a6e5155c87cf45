"""What an activity is classified by, over HTTP: shown, sent, narrowed by, copied and remembered."""

import pytest

from activities.models import Activity
from tests import factories as make
from tests.activities.planning import TWELVE
from tests.api import codes, get, patch, post, refused, results
from tests.in_one_state import for_each

pytestmark = pytest.mark.django_db

NOTHING = dict.fromkeys(("oei", "aei", "categoria", "producto", "prioridad", "ubigeo"))
OEI1, OEI2 = {"code": "OEI.01", "name": "RECAUDAR"}, {"code": "OEI.02", "name": "ATENDER"}
AEI = {"code": "AEI.01.02", "name": "Orientación"}


@pytest.fixture
def body(draft, unit):
    make.mef_activity("M01"), make.measurement_unit("UM01")
    named = {"unit": "U1", "mef_activity": "M01", "measurement_unit": "UM01"}
    return {"plan": draft.pk, **named, "name": "Informes", "programmed": TWELVE}


def shown(caller, path: str):
    answer = get(caller, path)
    assert answer.status_code == 200
    return answer.json()["classification"]


class TestSending:
    def test_it_is_shown_whole_and_kept_as_said(self, unit_planner, body):
        sent = {"oei": OEI1, "ubigeo": None}
        answer = post(unit_planner, "/activities/", body | {"classification": sent})
        assert answer.json()["classification"] == NOTHING | {"oei": OEI1}
        assert Activity.objects.get().classification == {"oei": OEI1}
        assert shown(unit_planner, answer["Location"].removeprefix("/api/v1")) == NOTHING | {"oei": OEI1}

    def test_without_it_nothing_is_said(self, unit_planner, body):
        assert post(unit_planner, "/activities/", body).json()["classification"] == NOTHING

    def test_what_a_patch_leaves_out_stays_and_null_takes_away(self, unit_planner, draft_activity):
        path = f"/activities/{draft_activity.pk}/"
        patch(unit_planner, path, {"classification": {"oei": OEI1, "aei": AEI}})
        answer = patch(unit_planner, path, {"classification": {"oei": OEI2}})
        assert answer.json()["classification"] == NOTHING | {"oei": OEI2, "aei": AEI}
        answer = patch(unit_planner, path, {"classification": {"aei": None}})
        assert answer.json()["classification"] == NOTHING | {"oei": OEI2}
        assert Activity.objects.get(pk=draft_activity.pk).classification == {"oei": OEI2}

    @for_each(
        ("sent", "told"),
        [
            ({"meta": OEI1}, ("classification.meta", "unknown_field")),
            ({"oei": "OEI.01"}, ("classification.oei", "invalid")),
            ({"oei": {"code": "OEI.01"}}, ("classification.oei.name", "required")),
            ({"oei": {"name": "X"}}, ("classification.oei.code", "required")),
            ({"oei": {"code": "A,B", "name": "X"}}, ("classification.oei.code", "invalid_code")),
            ({"oei": {"code": "x" * 33, "name": "X"}}, ("classification.oei.code", "max_length")),
            ({"oei": {"code": "1", "name": "x" * 501}}, ("classification.oei.name", "max_length")),
            ({"oei": {"code": "1", "name": "\u200b"}}, ("classification.oei.name", "blank")),
            ({"oei": {"code": 1, "name": "X"}}, ("classification.oei.code", "invalid")),
            (None, ("classification", "null")),
            ([], ("classification", "invalid")),
        ],
    )
    def test_what_is_wrong_is_named(self, unit_planner, draft_activity, body, sent, told):
        for answer in (
            post(unit_planner, "/activities/", body | {"classification": sent}),
            patch(unit_planner, f"/activities/{draft_activity.pk}/", {"classification": sent}),
        ):
            assert answer.status_code == 400
            assert [(error["field"], error["code"]) for error in answer.json()["errors"]] == [told]


def test_it_describes_so_it_changes_once_the_plan_is_approved_and_not_once_it_is_closed(planner, plan):
    activity = make.activity(plan, code="A1")
    answer = patch(planner, f"/activities/{activity.pk}/", {"name": "Otro", "classification": {"oei": OEI1}})
    assert (answer.status_code, answer.json()["classification"]["oei"]) == (200, OEI1)
    answer = patch(planner, f"/activities/{activity.pk}/", {"classification": {"oei": OEI2}, "code": "A2"})
    assert answer.status_code == 409
    plan.status = "closed"
    plan.save()
    answer = patch(planner, f"/activities/{activity.pk}/", {"classification": {"oei": OEI2}})
    assert refused(answer, 409) == [("plan_closed", None)]
    same = patch(planner, f"/activities/{activity.pk}/", {"classification": {"oei": OEI1}})
    assert same.status_code == 200


def test_a_version_adds_what_is_classified(planner, world):
    plan = world["A1"].plan
    named = {"unit": "U1", "mef_activity": "M01", "measurement_unit": "UM01"}
    new = {**named, "code": "A9", "name": "Nueva", "programmed": TWELVE, "classification": {"oei": OEI1, "aei": None}}
    assert post(planner, f"/plans/{plan.pk}/versions/", {"reason": "Alta", "add": [new]}).status_code == 201
    assert results(planner, "/activities/", code="A9")[0]["classification"] == NOTHING | {"oei": OEI1}
    wrong = {**new, "classification": {"oei": {"code": "OEI.01"}}}
    answer = post(planner, f"/plans/{plan.pk}/versions/", {"reason": "Alta", "add": [wrong]})
    assert refused(answer, 400) == [("required", "add.classification.oei.name")]


def test_it_goes_along_into_the_draft_of_another_year(planner, plan):
    make.activity(plan, code="A1", classified={"oei": ("OEI.01", "RECAUDAR"), "ubigeo": ("150101", "LIMA")})
    assert post(planner, f"/plans/{plan.pk}/copy/", {"year": 2023}).status_code == 201
    (new,) = results(planner, "/activities/", year=2023)
    assert new["classification"] == NOTHING | {"oei": OEI1, "ubigeo": {"code": "150101", "name": "LIMA"}}


class TestNarrowing:
    @pytest.fixture
    def classified(self, plan):
        first, second, very = ("OEI.01", "RECAUDAR"), ("OEI.02", "ATENDER"), ("1", "Muy Alta")
        unit = make.unit(plan.institution, "U9")
        make.activity(plan, unit, code="A1", classified={"oei": first, "aei": ("AEI.01.01", "X"), "prioridad": very})
        make.activity(plan, code="A2", classified={"oei": second, "prioridad": very})
        make.activity(plan, code="A3", classified={"oei": second, "categoria": ("0002", "MATERNO")})
        make.activity(plan, code="A4")
        return unit

    @for_each(
        ("query", "found"),
        [
            ({"oei": "OEI.01"}, ["A1"]),
            ({"oei": "OEI.01,OEI.02"}, ["A1", "A2", "A3"]),
            ({"oei": ["OEI.02", "OEI.01"]}, ["A1", "A2", "A3"]),
            ({"oei": "OEI.02", "prioridad": "1"}, ["A2"]),
            ({"aei": "AEI.01.01", "oei": "OEI.02"}, []),
            ({"categoria": "0002"}, ["A3"]),
        ],
    )
    def test_by_one_or_several_codes(self, planner, classified, query, found):
        assert codes(planner, "/activities/", **query) == found

    def test_all_that_is_unknown_is_named(self, planner, classified):
        answer = get(planner, "/activities/", oei="OEI.01,X,Y", categoria="OEI.01", aei="")
        assert refused(answer, 400) == [
            ("blank", "aei"),
            ("unknown_code", "oei"),
            ("unknown_code", "oei"),
            ("unknown_code", "categoria"),
        ]

    def test_a_code_that_the_caller_does_not_see_is_unknown(self, classified):
        caller = make.client(unit=classified)
        assert codes(caller, "/activities/", oei="OEI.01") == ["A1"]
        assert refused(get(caller, "/activities/", oei="OEI.02"), 400) == [("unknown_code", "oei")]

    def test_fields_keep_it(self, planner, classified):
        rows = results(planner, "/activities/", fields="code,classification", oei="OEI.01")
        assert [set(row) for row in rows] == [{"code", "classification"}]
