"""Planners of the installation keep its catalogues."""

import pytest

from activities.choices import PlanStatus
from tests import factories as make
from tests.api import delete, get, patch, post, refused
from tests.in_one_state import for_each
from units.choices import Role

pytestmark = pytest.mark.django_db

CATALOGUES = [
    ("/mef-activities/", make.mef_activity, "mef_activity"),
    ("/measurement-units/", make.measurement_unit, "measurement_unit"),
]


@pytest.mark.parametrize(("path", "build", "field"), CATALOGUES)
class TestCatalogue:
    def test_an_entry_is_made_changed_and_deleted(self, installation_planner, path, build, field):
        made = post(installation_planner, path, {"code": "X1", "name": " GESTIÓN "})
        assert made.status_code == 201
        assert made.json() == {"id": made.json()["id"], "code": "X1", "name": "GESTIÓN"}
        assert made["Location"] == f"/api/v1{path}{made.json()['id']}/"
        one = f"{path}{made.json()['id']}/"
        changed = patch(installation_planner, one, {"name": "GESTIÓN INTERNA"}, {"If-Match": made["ETag"]})
        assert changed.json() == {"id": made.json()["id"], "code": "X1", "name": "GESTIÓN INTERNA"}
        assert patch(installation_planner, one, {"code": "X2"}, {"If-Match": made["ETag"]}).status_code == 412
        assert patch(installation_planner, one, {"code": "X2"}).json()["code"] == "X2"
        assert delete(installation_planner, one, headers={"If-Match": made["ETag"]}).status_code == 412
        assert delete(installation_planner, one).status_code == 204
        assert get(installation_planner, one).status_code == 404

    @for_each(
        ("body", "errors"),
        [
            ({}, [("required", "code"), ("required", "name")]),
            ({"code": "", "name": "A"}, [("blank", "code")]),
            ({"code": "x" * 33, "name": "A"}, [("max_length", "code")]),
            ({"code": 1, "name": "A"}, [("invalid", "code")]),
            ({"code": "X", "name": "\u0301"}, [("blank", "name")]),
            ({"code": "X", "name": "x" * 501}, [("max_length", "name")]),
            ({"code": "X", "name": "A", "id": 7}, [("unknown_field", "id")]),
        ],
    )
    def test_wrong_data_is_refused_by_field(self, installation_planner, path, build, field, body, errors):
        assert refused(post(installation_planner, path, body), 400) == errors

    def test_a_name_is_given_once_however_it_is_spelled(self, installation_planner, path, build, field):
        there, other = build("X1", "GESTIÓN ADMINISTRATIVA"), build("X2", "OTRA")
        for answer in (
            post(installation_planner, path, {"code": "X3", "name": "gestion  administrativa"}),
            patch(installation_planner, f"{path}{other.pk}/", {"name": "Gestión Administrativa"}),
        ):
            assert refused(answer, 409) == [("duplicate_name", "name")]
            assert "«GESTIÓN ADMINISTRATIVA» (X1)" in answer.json()["detail"]
        assert patch(installation_planner, f"{path}{there.pk}/", {"name": "Gestion administrativa"}).status_code == 200

    def test_a_code_is_given_once(self, installation_planner, path, build, field):
        build("X1", "UNA"), build("X2", "OTRA")
        answer = post(installation_planner, path, {"code": "X1", "name": "TERCERA"})
        assert refused(answer, 409) == [("duplicate_code", "code")]
        assert "«UNA»" in answer.json()["detail"]

    def test_one_in_use_stays_and_it_is_said_by_what(self, installation_planner, path, build, field):
        entry = build("X1", "UNA")
        plan = make.plan()
        for number in range(5):
            make.activity(plan, code=f"A00{number}", name=f"ACT {number}", **{field: entry})
        answer = delete(installation_planner, f"{path}{entry.pk}/")
        assert refused(answer, 409) == [("in_use", None)]
        assert "5 actividades" in answer.json()["detail"]
        assert "A000 «ACT 0», A001 «ACT 1», A002 «ACT 2» y más" in answer.json()["detail"]
        assert get(installation_planner, f"{path}{entry.pk}/").status_code == 200

    def test_what_was_struck_out_is_counted_but_neither_named_nor_to_be_changed(
        self, installation_planner, path, build, field
    ):
        entry = build("X1", "UNA")
        plan = make.plan(make.institution(), 2072, PlanStatus.DRAFT)
        activity = make.activity(plan, name="SECRETA", programmed=[1] * 12, **{field: entry})
        assert delete(installation_planner, f"/activities/{activity.pk}/").status_code == 204
        answer = delete(installation_planner, f"{path}{entry.pk}/")
        assert refused(answer, 409) == [("in_use", None)]
        assert "1 actividad POI (1 de lo descartado, que queda en la historia)" in answer.json()["detail"]
        assert "SECRETA" not in answer.json()["detail"]

    def test_only_planners_of_the_installation_write(self, path, build, field):
        entry = build("X1", "UNA")
        callers = [make.client(Role.PLANNER, make.institution())]
        callers += [make.client(role) for role in (Role.READER, Role.REPORTER, Role.REVIEWER)]
        for caller in callers:
            assert refused(post(caller, path, {"bogus": 1}), 403)
            assert refused(patch(caller, f"{path}{entry.pk}/", {"bogus": 1}), 403)
            assert refused(delete(caller, f"{path}{entry.pk}/"), 403)
            assert patch(caller, f"{path}999999/", {"bogus": 1}).status_code == 404


class TestWhomToAsk:
    def detail(self, caller):
        answer = post(caller, "/measurement-units/", {"code": "UM99", "name": "KILÓMETROS"})
        assert refused(answer, 403) == [("permission_denied", None)]
        return answer.json()["detail"]

    def test_a_planner_of_an_institution_is_told_who_can_add_an_entry(self):
        planner = make.client(Role.PLANNER, make.institution())
        assert "quien opera el servicio" in self.detail(planner)
        names = sorted(make.person(Role.PLANNER).get_username() for _ in range(2))
        make.person(Role.READER)
        gone = make.person(Role.PLANNER)
        gone.is_active = False
        gone.save()
        assert self.detail(planner).endswith(f"un planificador de la instalación: {', '.join(names)}.")

    def test_others_are_told_no_names(self):
        name = make.person(Role.PLANNER).get_username()
        assert name not in self.detail(make.client(Role.REVIEWER))
