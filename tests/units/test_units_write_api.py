"""Planners make, change, move, deactivate and delete units."""

import pytest
from django.test import Client

from tests import factories as make
from tests.api import delete, get, patch, post, refused, send
from tests.in_one_state import for_each
from units.choices import Role
from units.models import Membership, Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    """SAT with two organs, under the first PLANIFICACIÓN (also PLANEAMIENTO) and LEGAL; and another institution."""
    sat = make.institution("SAT", "SAT LIMA")
    first, second = make.organ(sat, "O1", "ÓRGANO UNO"), make.organ(sat, "O2", "ÓRGANO DOS")
    planning, legal = make.unit(first, "U1", "PLANIFICACIÓN"), make.unit(first, "U2", "LEGAL")
    make.alias(planning, "PLANEAMIENTO")
    other = make.institution("OTRA", "OTRA ENTIDAD")
    return {unit.code: unit for unit in (sat, first, second, planning, legal, other)}


@pytest.fixture
def planner(tree):
    return make.client(Role.PLANNER, tree["SAT"])


def at(unit):
    return f"/units/{unit.pk}/"


def new(**more):
    return {"code": "N1", "name": "NUEVA", "kind": "organic_unit", "parent": "O1", **more}


class TestCreate:
    def test_a_unit_is_made_under_its_parent(self, tree, planner):
        answer = post(planner, "/units/", new(aliases=["LA NUEVA", "NVA."]))
        assert answer.status_code == 201
        made = answer.json()
        assert made == {
            "id": made["id"],
            "code": "N1",
            "name": "NUEVA",
            "kind": "organic_unit",
            "parent": {"id": tree["O1"].pk, "code": "O1", "name": "ÓRGANO UNO"},
            "institution": {"id": tree["SAT"].pk, "code": "SAT", "name": "SAT LIMA"},
            "aliases": ["LA NUEVA", "NVA."],
            "is_active": True,
        }
        assert get(planner, f"/units/{made['id']}/").json() == made

    def test_the_parent_is_a_code_or_an_id(self, tree, planner):
        assert post(planner, "/units/", new(parent=tree["O2"].pk)).json()["parent"]["code"] == "O2"

    @for_each(
        ("change", "field", "code"),
        [
            ({"code": ""}, "code", "blank"),
            ({"code": "x" * 33}, "code", "max_length"),
            ({"code": 5}, "code", "invalid"),
            ({"name": "  "}, "name", "blank"),
            ({"name": "\u0301"}, "name", "blank"),
            ({"name": "x" * 501}, "name", "max_length"),
            ({"name": None}, "name", "null"),
            ({"kind": "department"}, "kind", "invalid_choice"),
            ({"kind": {}}, "kind", "invalid_choice"),
            ({"parent": "NADA"}, "parent", "does_not_exist"),
            ({"parent": 0}, "parent", "does_not_exist"),
            ({"parent": -1}, "parent", "does_not_exist"),
            ({"parent": 2**63}, "parent", "does_not_exist"),
            ({"parent": True}, "parent", "invalid"),
            ({"parent": [1]}, "parent", "invalid"),
            ({"parent": None}, "parent", "unit_root_is_institution"),
            ({"is_active": "true"}, "is_active", "invalid"),
            ({"is_active": 1}, "is_active", "invalid"),
            ({"aliases": "X"}, "aliases", "not_a_list"),
            ({"aliases": [""]}, "aliases", "blank"),
            ({"aliases": ["nueva"]}, "aliases", "repeated_name"),
            ({"aliases": ["Otra", "OTRA"]}, "aliases", "repeated_name"),
            ({"institution": "SAT"}, "institution", "unknown_field"),
        ],
    )
    def test_wrong_data_is_refused_by_field(self, tree, planner, change, field, code):
        assert refused(post(planner, "/units/", new(**change)), 400) == [(code, field)]

    def test_what_is_missing_is_named(self, planner):
        assert refused(post(planner, "/units/", {}), 400) == [
            ("required", "code"),
            ("required", "name"),
            ("required", "kind"),
        ]

    def test_unknown_fields_are_named_with_all_else_that_is_wrong(self, planner):
        assert refused(post(planner, "/units/", {"nombre": "NUEVA", "code": "N,1", "kind": "organ"}), 400) == [
            ("unknown_field", "nombre"),
            ("invalid_code", "code"),
            ("required", "name"),
        ]

    def test_a_parent_outside_is_answered_just_as_one_that_does_not_exist(self, tree):
        caller = make.client(Role.PLANNER, tree["O2"])
        outside, nowhere = (post(caller, "/units/", new(parent=parent)) for parent in ("O1", "NADA"))
        assert refused(outside, 400) == [("does_not_exist", "parent")]
        assert outside.content == nowhere.content

    def test_who_is_no_planner_of_the_parent_makes_nothing_under_it(self, tree):
        for role in (Role.READER, Role.REPORTER, Role.REVIEWER):
            assert refused(post(make.client(role, tree["SAT"]), "/units/", new()), 403)
        caller = make.person(Role.READER, tree["O1"])
        Membership.objects.create(user=caller, role=Role.PLANNER, unit=tree["O2"])
        browser = Client()
        browser.force_login(caller)
        answer = browser.post("/api/v1/units/", new(), "application/json")
        assert refused(answer, 403) == [("permission_denied", "parent")]

    def test_nothing_is_made_under_a_unit_that_is_not_active(self, tree, planner):
        patch(planner, at(tree["O1"]), {"is_active": False})
        assert refused(post(planner, "/units/", new()), 409) == [("parent_inactive", "parent")]

    def test_an_institution_is_the_planners_of_the_installation(self, tree, planner, installation_planner):
        body = {"code": "N1", "name": "NUEVA", "kind": "institution"}
        assert refused(post(planner, "/units/", body), 403)
        assert post(installation_planner, "/units/", body).json()["parent"] is None
        assert refused(post(installation_planner, "/units/", body | {"parent": "SAT"}), 400) == [
            ("unit_root_is_institution", "parent")
        ]


class TestNames:
    """Duplicates by folded name are refused, also against other names; an error names only what may be seen."""

    @for_each("name", ["PLANIFICACIÓN", "planificacion", "  Planificacion ", "PLANEAMIENTO", "planeamiénto"])
    def test_a_name_designates_one_unit(self, tree, planner, name):
        for body, field in ((new(name=name), "name"), (new(aliases=["X", name]), "aliases")):
            answer = post(planner, "/units/", body)
            assert refused(answer, 409) == [("duplicate_name", field)]
            assert answer.json()["detail"].startswith("Ya existe la unidad «PLANIFICACIÓN» (U1)")

    def test_one_that_may_not_be_seen_is_not_named(self, tree):
        answer = post(make.client(Role.PLANNER, tree["O2"]), "/units/", new(parent="O2", name="planificacion"))
        assert refused(answer, 409) == [("duplicate_name", "name")]
        assert "U1" not in answer.content.decode()
        assert "PLANIFICACIÓN" not in answer.content.decode()

    def test_two_institutions_may_have_units_of_one_name_but_not_one_name(self, tree, installation_planner):
        assert post(installation_planner, "/units/", new(parent="OTRA", name="PLANIFICACIÓN")).status_code == 201
        answer = post(installation_planner, "/units/", {"code": "N2", "name": "sat lima", "kind": "institution"})
        assert refused(answer, 409) == [("duplicate_name", "name")]
        renamed = patch(installation_planner, at(tree["OTRA"]), {"name": "Sat Lima"})
        assert refused(renamed, 409) == [("duplicate_name", "name")]

    def test_a_code_is_one_units_of_the_installation(self, tree, installation_planner, planner):
        answer = post(planner, "/units/", new(code="U1"))
        assert refused(answer, 409) == [("duplicate_code", "code")]
        assert "«PLANIFICACIÓN»" in answer.json()["detail"]
        hidden = post(planner, "/units/", new(code="OTRA"))
        assert refused(hidden, 409) == [("duplicate_code", "code")]
        assert "ENTIDAD" not in hidden.content.decode()
        assert refused(patch(planner, at(tree["U2"]), {"code": "U1"}), 409) == [("duplicate_code", "code")]

    def test_a_unit_keeps_its_own_name_in_another_spelling(self, tree, planner):
        assert patch(planner, at(tree["U1"]), {"name": "Planificacion", "code": "U1"}).status_code == 200

    def test_the_other_names_are_replaced_as_a_whole(self, tree, planner):
        shown = patch(planner, at(tree["U1"]), {"aliases": ["PLANEAMIENTO", "PLAN"]}).json()
        assert shown["aliases"] == ["PLAN", "PLANEAMIENTO"]
        assert patch(planner, at(tree["U1"]), {"aliases": []}).json()["aliases"] == []
        assert patch(planner, at(tree["U2"]), {"aliases": ["PLANEAMIENTO"]}).json()["aliases"] == ["PLANEAMIENTO"]

    def test_another_spelling_of_another_name_replaces_it(self, tree, planner):
        assert patch(planner, at(tree["U1"]), {"aliases": ["Planeamiento"]}).json()["aliases"] == ["Planeamiento"]

    def test_name_and_other_name_change_places_in_one_request(self, tree, planner):
        body = {"name": "PLANEAMIENTO", "aliases": ["PLANIFICACIÓN"]}
        shown = patch(planner, at(tree["U1"]), body).json()
        assert (shown["name"], shown["aliases"]) == ("PLANEAMIENTO", ["PLANIFICACIÓN"])

    def test_a_name_that_is_still_its_other_name_is_refused_saying_so(self, tree, planner):
        answer = patch(planner, at(tree["U1"]), {"name": "planeamiento"})
        assert refused(answer, 409) == [("duplicate_name", "name")]
        assert "misma unidad" in answer.json()["detail"]


class TestChange:
    def test_only_what_is_sent_changes(self, tree, planner):
        shown = patch(planner, at(tree["U1"]), {"is_active": False}).json()
        assert (shown["is_active"], shown["name"], shown["aliases"]) == (False, "PLANIFICACIÓN", ["PLANEAMIENTO"])
        assert patch(planner, at(tree["U1"]), {"kind": "organ"}).json()["kind"] == "organ"

    def test_an_institution_stays_one_and_no_other_unit_becomes_one(self, tree, installation_planner):
        assert refused(patch(installation_planner, at(tree["SAT"]), {"kind": "organ"}), 409) == [
            ("institution_stays", "kind")
        ]
        answer = patch(installation_planner, at(tree["U1"]), {"kind": "institution", "parent": None})
        assert refused(answer, 409) == [("institution_stays", "kind")]

    def test_an_institution_is_changed_by_planners_of_the_installation(self, tree, planner, installation_planner):
        assert refused(patch(planner, at(tree["SAT"]), {"name": "SAT"}), 403)
        assert patch(installation_planner, at(tree["SAT"]), {"name": "SAT"}).json()["name"] == "SAT"

    @pytest.mark.parametrize("role", [Role.READER, Role.REPORTER, Role.REVIEWER])
    def test_a_lower_role_changes_nothing(self, tree, role):
        assert refused(patch(make.client(role, tree["U1"]), at(tree["U1"]), {"name": "X"}), 403)
        assert refused(delete(make.client(role, tree["U1"]), at(tree["U1"])), 403)

    def test_a_put_is_not_offered(self, tree, planner):
        assert send("PUT", planner, at(tree["U1"]), new()).status_code == 405


class TestMove:
    def test_a_unit_moves_with_all_below_it(self, tree, planner):
        assert patch(planner, at(tree["U1"]), {"parent": "O2"}).json()["parent"]["code"] == "O2"
        patch(planner, at(tree["O2"]), {"parent": "U2"})
        moved = Unit.objects.get(code="U1")
        assert moved.path == [tree[code].pk for code in ("SAT", "O1", "U2", "O2", "U1")]

    @pytest.mark.parametrize("parent", ["O1", "U1"])
    def test_a_cycle_is_refused(self, tree, planner, parent):
        answer = patch(planner, at(tree["O1"]), {"parent": parent})
        assert refused(answer, 409) == [("unit_tree_has_no_cycle", "parent")]

    def test_a_unit_stays_in_its_institution(self, tree, installation_planner):
        answer = patch(installation_planner, at(tree["U1"]), {"parent": "OTRA"})
        assert refused(answer, 409) == [("unit_stays_in_institution", "parent")]

    @for_each(
        ("roles", "status"),
        [
            ({"O1": Role.PLANNER, "O2": Role.PLANNER}, 200),
            ({"O1": Role.PLANNER, "O2": Role.REVIEWER}, 403),
            ({"U1": Role.PLANNER, "O2": Role.PLANNER}, 403),
            ({"O1": Role.REVIEWER, "O2": Role.PLANNER}, 403),
            ({"O1": Role.PLANNER}, 400),
        ],
    )
    def test_it_takes_a_planner_at_both_ends(self, tree, roles, status):
        person = make.person()
        for code, role in roles.items():
            Membership.objects.create(user=person, role=role, unit=tree[code])
        browser = Client()
        browser.force_login(person)
        answer = browser.patch(f"/api/v1{at(tree['U1'])}", {"parent": "O2"}, "application/json")
        assert answer.status_code == status

    def test_the_same_parent_is_no_move(self, tree):
        caller = make.client(Role.PLANNER, tree["O1"])
        assert patch(caller, at(tree["U1"]), {"parent": "O1", "name": "X"}).status_code == 200


class TestDelete:
    def test_what_nothing_uses_goes_with_its_other_names(self, tree, planner):
        assert delete(planner, at(tree["U1"])).status_code == 204
        assert not Unit.objects.filter(code="U1").exists()
        assert post(planner, "/units/", new(name="PLANEAMIENTO")).status_code == 201

    def test_an_institution_too(self, tree, installation_planner, planner):
        assert refused(delete(planner, at(tree["SAT"])), 403)
        assert delete(installation_planner, at(tree["OTRA"])).status_code == 204

    @for_each(
        ("use", "said"),
        [
            (lambda unit: make.unit(unit, "H1", "HIJA"), "1 unidad: H1 «HIJA»"),
            (lambda unit: [make.unit(unit, f"H{n}", f"HIJA {n}") for n in range(5)], "5 unidades: H0 «HIJA 0», "),
            (lambda unit: make.person(Role.READER, unit), "1 rol"),
            (lambda unit: make.client(Role.READER, unit), "1 clave de sistema"),
            (lambda unit: make.reopening(make.plan(unit.institution), 1, unit), "1 reapertura"),
        ],
    )
    def test_what_is_used_stays_and_it_is_said_by_what(self, tree, planner, use, said):
        use(tree["U2"])
        answer = delete(planner, at(tree["U2"]))
        assert refused(answer, 409) == [("in_use", None)]
        assert said in answer.json()["detail"]
        assert "is_active: false" in answer.json()["detail"]

    def test_each_kind_of_use_is_an_error_of_its_own(self, tree, planner):
        activity = make.activity(make.plan(tree["SAT"]), tree["U2"], code="A001", name="INFORMAR")
        make.client(Role.READER, tree["U2"])
        answer = delete(planner, at(tree["U2"]))
        details = " ".join(error["detail"] for error in answer.json()["errors"])
        assert refused(answer, 409) == [("in_use", None)] * 3  # the activity, its target and the client
        assert f"1 {activity._meta.verbose_name}: A001 «INFORMAR»" in details

    def test_an_institution_with_a_plan_stays(self, tree, installation_planner):
        make.plan(tree["OTRA"])
        assert refused(delete(installation_planner, at(tree["OTRA"])), 409) == [("in_use", None)]
