"""What a refusal says has its bounds, whatever was sent (docs/decisions/0017)."""

import json
from typing import Any

import pytest
from rest_framework import exceptions

from poi_api.http import exact_json
from poi_api.http.bodies import BoundedList, KnownFieldsMixin
from poi_api.http.exceptions import Conflict
from poi_api.http.fields import NameField, ShortListField, TextField, WordField
from poi_api.http.problem_items import MOST_ERRORS, error_item, items_of, wrong_names
from poi_api.http.problems import exception_handler
from poi_api.http.texts import cut, quoted
from tests import factories as make
from tests.api import get, post, refused
from tests.in_one_state import for_each


def body_of(error: Exception):
    answer = exception_handler(error, {})
    assert answer is not None
    return json.loads(answer.content)


class Body(KnownFieldsMixin):
    name = NameField(longest=10)
    kind = WordField(["one", "two"])
    texts = ShortListField(child=TextField(max_length=3), max_length=2)


def errors_of(**sent):
    body = Body(data={"name": "a", "kind": "one", "texts": [], **sent})
    body.is_valid()
    return items_of(body.errors).items


@pytest.mark.parametrize(("count", "more"), [(1, None), (100, None), (101, 1), (5000, 4900)])
def test_a_problem_has_a_hundred_errors_and_counts_the_others(count, more):
    tree = {f"n{number}": ["Mal."] for number in range(count)}
    listed = [error_item("mal", "Mal.") for _ in range(count)]
    names = wrong_names(list(tree), "Mal.", "mal")
    for error in (exceptions.ValidationError(tree), exceptions.ValidationError(names)):
        body = body_of(error)
        assert (len(body["errors"]), body.get("more_errors")) == (min(count, MOST_ERRORS), more)
        assert body["detail"] == ("Mal." if count == 1 else f"Hay {count} errores; vea «errors».")
    body = body_of(Conflict("mal", "Mal.", errors=listed))
    assert (len(body["errors"]), body.get("more_errors")) == (min(count, MOST_ERRORS), more)


@pytest.mark.parametrize("place", [0, 99, 149])
@pytest.mark.parametrize("name", ["non_field_errors", "__all__"])
def test_a_name_that_the_framework_gives_to_the_whole_is_a_field_where_it_was_sent(name, place):
    names = [f"n{number}" for number in range(149)]
    names.insert(place, name)
    body = Body(data=dict.fromkeys(names, 1))
    assert not body.is_valid()
    found = items_of(body.errors)
    required = [field.field_name for field in Body().fields.values() if field.required]
    more = len(names) + len(required) - MOST_ERRORS  # what is missing comes after what is unknown
    assert ([item["field"] for item in found.items], found.more) == (names[:MOST_ERRORS], more)


def test_what_is_left_out_at_two_places_is_counted_together():
    many: Any = wrong_names([f"n{number}" for number in range(150)], "Mal.", "mal")
    by_place: Any = {0: many, 7: many}
    tree = exceptions.ValidationError({"items": by_place}).detail
    found = items_of(tree)
    assert (len(found.items), found.more) == (100, 200)
    assert found.items[0]["index"] == 0


def test_names_and_texts_are_cut():
    item = error_item("x", "d" * 5000, "f" * 5000)
    assert (len(item["detail"]), len(item["field"] or "")) == (1000, 200)
    assert (cut("abc", 3), cut("abcd", 3)) == ("abc", "ab…")
    assert (quoted("x" * 100), quoted("x" * 101)) == (f"«{'x' * 100}»", f"«{'x' * 99}…»")


def test_a_word_is_not_said_back():
    (error,) = errors_of(kind="x" * 1000)
    assert error["detail"] == "Use uno de: one, two."
    for odd in (1, None, ["one"], {"one": 1}, True):
        assert [error["field"] for error in errors_of(kind=odd)] == ["kind"]


@pytest.mark.parametrize("text", ["x" * 11, "\u200b" * 11, "\u0301" * 11])
def test_a_text_that_is_too_long_is_refused_whatever_can_be_seen_of_it(text):
    assert [error["code"] for error in errors_of(name=text)] == ["max_length"]


def test_a_list_that_is_too_long_is_refused_before_its_items():
    assert [error["code"] for error in errors_of(texts=[1, 2, 3])] == ["max_length"]
    assert {error["code"] for error in errors_of(texts=[1, 2])} == {"invalid"}


class Bodies(Body):
    items = BoundedList(child=Body(), max_length=5000)


@pytest.mark.parametrize(("bad", "read"), [(33, None), (34, None), (35, 34), (5000, 34)])
def test_a_list_is_read_until_a_hundred_things_are_wrong_with_it(bad, read):
    """Three members are missing in each."""
    body = Bodies(data={"name": "a", "kind": "one", "texts": [], "items": [{}] * bad})
    assert not body.is_valid()
    found = items_of(body.errors)
    said = [error for error in found.items if error["code"] == "too_many_errors"]
    assert [error["field"] for error in said] == ([] if read is None else ["items"])
    assert (not said) or f"Se revisaron {read} de {bad} " in said[0]["detail"]
    assert found.more == max(0, 3 * (read or bad) + len(said) - 100)


@pytest.mark.parametrize(("levels", "good"), [(20, True), (21, False), (900, False), (100_000, False)])
@pytest.mark.parametrize("pair", ["[]", '{"a":}'])
def test_json_has_twenty_levels(levels, good, pair):
    inner = "1" if pair != "[]" else ""
    content = (pair[:-1] * levels + inner + pair[-1] * levels).encode()
    if good:
        assert exact_json.loads(content) is not None
    else:
        with pytest.raises(ValueError, match="niveles"):
            exact_json.loads(content)


@pytest.mark.parametrize("number", ["1" * 1000, "0." + "1" * 998])
def test_a_number_has_a_thousand_characters(number):
    assert exact_json.loads(number.encode()) is not None
    with pytest.raises(ValueError, match="número"):
        exact_json.loads((number + "1").encode())


@pytest.mark.django_db
class TestOverHttp:
    @for_each("code", ["%", "%s", "%(x)s", "{0}"])
    @for_each("path", ["/units/?within={}", "/activities/?unit={}", "/periods/?institution={}"])
    def test_a_sign_of_formats_in_a_code_is_a_code_that_nobody_knows(self, code, path):
        address, _, name = path.partition("?")
        answer = get(make.client(), address, **{name.partition("=")[0]: code})
        assert refused(answer, 400)[0][0] == "unknown_code"
        assert f"«{code}»" in answer.json()["detail"]

    def test_what_makes_something_has_nothing_to_match(self, installation_planner):
        for said in ('"x"', "*"):
            answer = post(installation_planner, "/mef-activities/", {"code": "M", "name": "M"}, {"If-Match": said})
            assert refused(answer, 400) == [("unexpected_if_match", None)]
