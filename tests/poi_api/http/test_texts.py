"""A text of which nothing can be seen says nothing, and a code shows all that it is made of."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError

from poi_api.http.texts import hides_something, trimmed
from tests import factories as make
from tests.api import patch, post, refused
from tests.in_one_state import for_each
from units.choices import Role
from units.services.clients import create_client
from units.services.people import create_person

BIDI = [chr(number) for number in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)]
INVISIBLE = [*BIDI, "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u180e", "\u3164", "\u2800", "\ufe0f"]
CONTROLS = ["\t", "\n", "\x01", "\x7f", "\x85", "\u2028", "\u00a0", "\u3000"]


@pytest.mark.parametrize("character", [*INVISIBLE, *CONTROLS, " ", "\u0301"], ids=ascii)
def test_what_cannot_be_seen_alone_is_no_text(character):
    assert trimmed(character * 3) == trimmed(f" {character} ") == ""


@pytest.mark.parametrize("text", ["ñ", "0", ".", "-", "é", "🙂", "❤\ufe0f", "من", "\u2067من\u2069", "a\u200bb", "a\nb"])
def test_what_can_be_seen_stays_to_the_letter_without_blanks_at_its_ends(text):
    assert trimmed(f" {text}\n") == text


@pytest.mark.parametrize("character", [*INVISIBLE, *CONTROLS], ids=ascii)
def test_a_code_hides_nothing(character):
    assert hides_something(f"U{character}1")


@pytest.mark.parametrize(
    "code", ["SAT-U01", "A 01", "Ñ.1/2_3", "código", unicodedata.normalize("NFD", "código"), "第1"]
)
def test_what_can_be_seen_makes_a_code(code):
    assert not hides_something(code)


@pytest.mark.django_db
class TestOverHttp:
    @pytest.fixture
    def planner(self):
        return make.client(Role.PLANNER)

    @pytest.mark.parametrize("path", ["/units/", "/mef-activities/", "/measurement-units/"])
    @pytest.mark.parametrize("invisible", ["\u200b", "\u202e\u202c", "\u2066\u2069", "\u00ad"], ids=ascii)
    def test_a_name_or_a_code_of_invisible_characters_is_blank(self, planner, path, invisible):
        more = {"kind": "institution"} if path == "/units/" else {}
        body = {"code": "N1", "name": "Nueva", **more}
        for field in ("code", "name"):
            assert refused(post(planner, path, {**body, field: invisible}), 400) == [("blank", field)]

    @pytest.mark.parametrize(
        "code", ["U\u200b1", "U\u202e1", "U1\ufeff", "U\t1", "U\u00a01", "\u20671\u2069"], ids=ascii
    )
    def test_a_code_with_an_invisible_character_is_refused(self, planner, code):
        body = {"name": "Nueva", "code": code}
        assert refused(post(planner, "/mef-activities/", body), 400) == [("invalid_code", "code")]
        entry = make.mef_activity("M1")
        assert refused(patch(planner, f"/mef-activities/{entry.pk}/", {"code": code}), 400) == [
            ("invalid_code", "code")
        ]

    def test_other_names_and_names_of_clients_are_texts_too(self, planner):
        sat = make.institution("SAT")
        aliases = patch(planner, f"/units/{sat.pk}/", {"aliases": ["\u200b"]})
        assert [code for code, _ in refused(aliases, 400)] == ["blank"]
        client = {"name": "\u202e", "role": "reader", "unit": "SAT"}
        assert refused(post(planner, "/clients/", client), 400) == [("blank", "name")]
        with pytest.raises(ValidationError, match="name"):
            create_client(name=" \u200b", role=Role.READER)

    @for_each("hiding", ["Nue\u202eva", "Nue\u200bva", "Nue\nva", "Nue\u00a0va", "Nue\x07va", "Nue\u3164va"])
    def test_what_is_shown_in_one_line_hides_nothing(self, planner, hiding):
        sat, plan = make.institution(), make.plan()
        for path, more in (("/units/", {"kind": "institution"}), ("/mef-activities/", {}), ("/measurement-units/", {})):
            body = {"code": "N1", "name": hiding, **more}
            assert refused(post(planner, path, body), 400) == [("invalid_name", "name")]
        for field, code in (("name", "invalid_name"), ("aliases", "invalid_name")):
            value = [hiding] if field == "aliases" else hiding
            answer = patch(planner, f"/units/{sat.pk}/", {field: value})
            assert [said for said, _ in refused(answer, 400)] == [code]
        oei = {"classification": {"oei": {"code": "OEI.01", "name": hiding}}}
        answer = patch(planner, f"/activities/{make.activity(plan).pk}/", oei)
        assert refused(answer, 400) == [("invalid_name", "classification.oei.name")]
        titled = {"report": "matrix", "title": hiding, "parameters": {"year": plan.year}}
        assert refused(post(planner, "/publications/", titled), 400) == [("invalid_text", "title")]
        approval = post(planner, f"/plans/{plan.pk}/approve/", {"resolution": hiding})
        assert refused(approval, 400) == [("invalid_text", "resolution")]
        with pytest.raises(ValidationError, match="full_name"):
            create_person(name="mquispe", full_name=hiding, role=Role.READER, unit=sat)

    def test_an_activity_s_name_hides_nothing_and_its_blanks_are_single_ones(self, planner):
        path = f"/activities/{make.activity(make.plan()).pk}/"
        assert refused(patch(planner, path, {"name": "Nue\u202eva"}), 400) == [("invalid_name", "name")]
        assert patch(planner, path, {"name": "Una\r\n  línea\u00a0más"}).json()["name"] == "Una línea más"
