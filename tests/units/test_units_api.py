import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from tests.api import codes, get, refused, refused_fields, results
from tests.in_one_state import for_each

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    """SAT with an organ, two units under it, and another institution."""
    sat = make.institution("SAT", "SAT LIMA")
    organ = make.organ(sat, "O1", "ÓRGANO DE CONTROL")
    planning = make.unit(organ, "U1", "PLANIFICACIÓN")
    legal = make.unit(organ, "U2", "Asesoría legal")
    make.alias(planning, "PLANEAMIENTO")
    other = make.institution("OTRA", "OTRA ENTIDAD")
    return {unit.code: unit for unit in (sat, organ, planning, legal, other)}


def test_a_unit_shows_its_place_and_its_names(tree):
    answer = get(make.client(), f"/units/{tree['U1'].pk}/")
    assert answer.json() == {
        "id": tree["U1"].pk,
        "code": "U1",
        "name": "PLANIFICACIÓN",
        "kind": "organic_unit",
        "parent": {"id": tree["O1"].pk, "code": "O1", "name": "ÓRGANO DE CONTROL"},
        "institution": {"id": tree["SAT"].pk, "code": "SAT", "name": "SAT LIMA"},
        "aliases": ["PLANEAMIENTO"],
        "is_active": True,
    }


def test_a_parent_out_of_sight_is_not_named(tree):
    caller = make.client(unit=tree["U1"])
    assert get(caller, f"/units/{tree['U1'].pk}/").json()["parent"] is None
    assert results(caller, "/units/")[0]["parent"] is None


def test_a_list_sorts_by_folded_names(tree):
    assert codes(make.client(), "/units/") == ["U2", "O1", "OTRA", "U1", "SAT"]


@for_each(
    ("query", "expected"),
    [
        ({"parent": "O1"}, ["U2", "U1"]),
        ({"within": "O1"}, ["U2", "O1", "U1"]),
        ({"kind": "institution"}, ["OTRA", "SAT"]),
        ({"is_active": "false"}, []),
        ({"is_active": "true", "kind": "organ"}, ["O1"]),
        ({"search": "órgáno"}, ["O1"]),
        ({"search": "PLANIFICACION"}, ["U1"]),
        ({"search": "planeam"}, ["U1"]),
        ({"search": "u2"}, ["U2"]),
        ({"search": "%"}, []),
        ({"search": "_"}, []),
        ({"ordering": "-code"}, ["U2", "U1", "SAT", "OTRA", "O1"]),
        ({"ordering": "kind,-name"}, ["SAT", "OTRA", "O1", "U1", "U2"]),
    ],
)
def test_a_list_is_narrowed_and_sorted_as_asked(tree, query, expected):
    assert codes(make.client(), "/units/", **query) == expected


@for_each(
    ("name", "value"),
    [
        ("bogus", "1"),
        ("institution__code", "SAT"),
        ("kind", "department"),
        ("kind", ""),
        ("is_active", "maybe"),
        ("is_active", "True"),
        ("is_active", "1"),
        ("parent", "NADA"),
        ("parent", ""),
        ("within", "O1\0"),
        ("search", "a\0b"),
        ("search", "x" * 201),
        ("search", ""),
        ("search", "  "),
        ("search", "\u0301"),
        ("ordering", "path"),
        ("ordering", "name,,code"),
        ("kind", ["organ", "department"]),
        ("kind", "organ,"),
    ],
)
def test_what_is_unknown_is_refused_by_the_name_of_its_parameter(tree, name, value):
    assert refused_fields(get(make.client(), "/units/", **{name: value})) == [name]


def test_a_code_outside_is_answered_just_as_one_that_does_not_exist(tree):
    caller = make.client(unit=tree["U1"])
    for name in ("parent", "within"):
        outside, nowhere = get(caller, "/units/", **{name: "U2"}), get(caller, "/units/", **{name: "NADA"})
        assert refused(outside, 400) == [("unknown_code", name)]
        assert outside.content.replace(b"U2", b"NADA") == nowhere.content


def test_an_object_takes_no_filter(tree):
    assert refused_fields(get(make.client(), f"/units/{tree['U1'].pk}/", kind="organ")) == ["kind"]


@for_each("unit_id", ["0", "999999999999999999", "9999999999999999999", "-1", "x", "1.0"])
def test_an_id_that_is_no_unit_is_a_404(unit_id):
    assert get(make.client(), f"/units/{unit_id}/").status_code == 404


def test_a_list_costs_the_same_queries_whatever_its_length(tree):
    caller = make.client(unit=tree["SAT"])
    get(caller, "/units/")  # notes that the key was used, once a minute
    with CaptureQueriesContext(connection) as few:
        assert len(results(caller, "/units/")) == 4
    for number in range(20):
        make.alias(make.unit(tree["O1"]), f"otro nombre {number}")
    with CaptureQueriesContext(connection) as many:
        assert len(results(caller, "/units/")) == 24
    assert len(few) == len(many) <= 5


class TestFreshness:
    def test_an_object_that_is_the_same_is_a_304_and_a_changed_one_is_not(self, tree):
        caller, path = make.client(), f"/units/{tree['U1'].pk}/"
        first = get(caller, path)
        assert first["Change-Cursor"]
        again = get(caller, path, {"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        tree["U1"].name = "PLANEAMIENTO ESTRATÉGICO"
        tree["U1"].save()
        assert get(caller, path, {"If-None-Match": first["ETag"]}).status_code == 200

    def test_an_object_keeps_its_etag_while_others_change(self, tree):
        caller, path = make.client(), f"/units/{tree['U1'].pk}/"
        first = get(caller, path)
        make.unit(tree["O1"])
        assert get(caller, path)["ETag"] == first["ETag"]

    def test_a_list_that_is_the_same_is_a_304(self, tree):
        caller = make.client()
        first = get(caller, "/units/")
        assert get(caller, "/units/", {"If-None-Match": first["ETag"]}).status_code == 304

    def test_another_question_and_another_caller_have_another_etag(self, tree):
        mine = get(make.client(unit=tree["U1"]), "/units/")["ETag"]
        assert get(make.client(unit=tree["U1"]), "/units/", limit=1)["ETag"] != mine
        assert get(make.client(unit=tree["U2"]), "/units/")["ETag"] != mine

    def test_an_answer_is_kept_by_nobody_but_its_caller(self, tree):
        answer = get(make.client(), "/units/")
        assert "private" in answer["Cache-Control"]
        assert "Authorization" in answer["Vary"]
