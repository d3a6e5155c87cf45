"""A new code is refused where one that differs only in case, accents or blanks is there already."""

import pytest
from django.test import Client

from activities.choices import PlanStatus
from activities.services.plans.codes import free_codes
from poi_api.database import locks
from tests import factories as make
from tests.api import patch, post, refusals, refused
from tests.threads import in_threads, until_waiting
from units.choices import Role

ALIKE = ["abc-ñ 1", "ABC-Ñ 1", "Abc-n 1", "ABC-N\u0303 1", "ABC-Ñ  1", "\uff21BC-Ñ 1"]
CODE, TAKEN = "ABC-Ñ 1", "activity_code_once_per_plan"


@pytest.mark.django_db
class TestUnits:
    @pytest.fixture
    def sat(self):
        return make.institution("SAT", "SAT LIMA")

    @pytest.fixture
    def planner(self, sat):
        return make.client(Role.PLANNER, sat)

    @pytest.mark.parametrize("code", ALIKE)
    def test_one_that_reads_alike_is_refused_naming_the_other(self, sat, planner, code):
        make.unit(sat, CODE, "LEGAL")
        answer = post(planner, "/units/", {"code": code, "name": "NUEVA", "kind": "organ", "parent": "SAT"})
        assert refused(answer, 409) == [("duplicate_code", "code")]
        assert "«LEGAL»" in answer.json()["detail"]
        assert f"«{CODE}»" in answer.json()["detail"]
        other = make.unit(sat, "U2")
        assert refused(patch(planner, f"/units/{other.pk}/", {"code": code}), 409) == [("duplicate_code", "code")]

    def test_one_out_of_sight_is_not_named(self, sat, planner):
        make.unit(make.institution("OTRA"), CODE, "SECRETA")
        body = {"code": CODE.lower(), "name": "NUEVA", "kind": "organ", "parent": "SAT"}
        answer = post(planner, "/units/", body)
        assert refused(answer, 409) == [("duplicate_code", "code")]
        assert not [word for word in ("SECRETA", CODE) if word in answer.content.decode()]

    def test_a_unit_may_be_given_its_own_in_another_case(self, sat, planner):
        unit = make.unit(sat, CODE)
        for code in ALIKE:
            assert patch(planner, f"/units/{unit.pk}/", {"code": code}).json()["code"] == code

    def test_those_that_were_there_before_stay(self, sat, planner):
        make.unit(sat, "u1", "UNA")
        unit = make.unit(sat, "U1")
        assert patch(planner, f"/units/{unit.pk}/", {"name": "OTRA", "code": "U1"}).status_code == 200


@pytest.mark.parametrize(
    ("path", "build"), [("/mef-activities/", make.mef_activity), ("/measurement-units/", make.measurement_unit)]
)
class TestCatalogues:
    @pytest.mark.django_db
    @pytest.mark.parametrize("code", ALIKE)
    def test_one_that_reads_alike_is_refused_naming_the_other(self, path, build, code):
        owner = make.client(Role.PLANNER)
        build(CODE, "UNA"), (other := build("X2"))
        for answer in (
            post(owner, path, {"code": code, "name": "NUEVA"}),
            patch(owner, f"{path}{other.pk}/", {"code": code}),
        ):
            assert refused(answer, 409) == [("duplicate_code", "code")]
            assert f"«{CODE}»" in answer.json()["detail"]
            assert "«UNA»" in answer.json()["detail"]

    @pytest.mark.django_db
    def test_of_those_that_were_there_before_the_same_is_named(self, path, build):
        for code, name in (("x1", "UNA"), ("X1", "DOS")):
            build(code, name)
        owner = make.client(Role.PLANNER)
        for code, name in (("x1", "UNA"), ("X1", "DOS")):
            answer = post(owner, path, {"code": code, "name": "NUEVA"})
            assert refused(answer, 409) == [("duplicate_code", "code")]
            assert f"«{name}»" in answer.json()["detail"]

    def test_of_two_made_at_the_same_moment_one_is_refused(self, connect, path, build):
        owner = make.client(Role.PLANNER)

        def making(code):
            body = {"code": code, "name": f"NUEVA {ord(code[0])}"}
            return lambda: Client().post(f"/api/v1{path}", body, "application/json", headers=owner.headers)

        holder, watch = connect(), connect()
        holder.execute(f"BEGIN; SELECT pg_advisory_xact_lock({locks.CATALOGUES})")
        answers = in_threads(making("x1"), making("X1"))
        until_waiting(watch, 2)
        holder.execute("COMMIT")
        assert sorted(answer.status_code for answer in answers()) == [201, 409]


@pytest.mark.django_db
class TestActivities:
    @pytest.fixture
    def plan(self):
        return make.plan(make.institution("SAT"), status=PlanStatus.DRAFT)

    @pytest.fixture
    def planner(self, plan):
        return make.client(Role.PLANNER, plan.institution)

    def body(self, plan, **more):
        make.mef_activity("M01"), make.measurement_unit("UM01")
        named = {"unit": "SAT", "mef_activity": "M01", "measurement_unit": "UM01", "name": "Nueva"}
        return {"plan": plan.pk, **named, **more}

    @pytest.mark.parametrize("code", [CODE, *ALIKE])
    def test_one_that_reads_alike_is_refused_by_its_field(self, plan, planner, code):
        make.activity(plan, code=CODE)
        other = make.activity(plan, code="A2")
        made = post(planner, "/activities/", self.body(plan, code=code))
        changed = patch(planner, f"/activities/{other.pk}/", {"code": code})
        assert refusals(made, 409) == refusals(changed, 409) == [(TAKEN, "code", None)]

    def test_another_plan_has_codes_of_its_own(self, plan, planner):
        make.activity(make.plan(plan.institution, 2030, PlanStatus.DRAFT), code=CODE)
        assert post(planner, "/activities/", self.body(plan, code=CODE.lower())).status_code == 201

    @pytest.mark.parametrize("code", [CODE, *ALIKE])
    def test_a_version_adds_none_that_reads_alike(self, planner, plan, code):
        approved = make.plan(plan.institution, 2030)
        make.activity(approved, code=CODE)
        item = {"unit": "SAT", "mef_activity": "M01", "measurement_unit": "UM01", "programmed": [1] * 12}
        self.body(plan)
        added = [{**item, "code": code, "name": "Una"}, {**item, "code": "B1", "name": "Dos"}]
        body = {"reason": "Altas", "add": [*added, {**item, "code": "b1", "name": "Tres"}]}
        answer = post(planner, f"/plans/{approved.pk}/versions/", body)
        assert refusals(answer, 409) == [(TAKEN, "add.code", 0), (TAKEN, "add.code", 2)]

    def test_a_number_of_our_own_is_free_in_whatever_case(self, plan, planner):
        make.activity(plan, code="a007")
        assert post(planner, "/activities/", self.body(plan)).json()["code"] == "A008"
        assert next(free_codes("SAT-U", 2, ["sat-u01", "Sat-U2", "SAT-UX9"])) == "SAT-U03"

    def test_a_code_that_leaves_no_room_after_it_keeps_no_other_from_being_made(self, plan, planner):
        make.activity(plan, code=f"A{'9' * 31}")
        make.activity(plan, code="A007")
        assert post(planner, "/activities/", self.body(plan)).json()["code"] == "A008"
        assert next(free_codes("A", 3, ["A999999999", "a1000000000"])) == "A1000000001"
