"""A text of which nothing can be seen says nothing, and a code shows all that it is made of."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError

from poi_api.http.texts import hides_something, trimmed
from tests import factories as make
from tests.api import patch, post, refused
from units.choices import Role
from units.services.clients import create_client

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
