"""A query string read by a serializer: strictly, and with all that is wrong at once (api.md, "Lists")."""

from typing import Any

import pytest
from django.http import QueryDict
from rest_framework.exceptions import ValidationError

from poi_api.http.query import ChoiceParameter, QuerySerializer, TextsParameter, TruthParameter, WholeParameter


class Query(QuerySerializer):
    year = WholeParameter(min_value=1990, max_value=2200)
    through = WholeParameter(min_value=1, max_value=12, default=12)
    text = ChoiceParameter(["a", "b"])
    whole = TruthParameter(default=False)
    unit = TextsParameter()


class Demanding(Query):
    year = WholeParameter(min_value=1990, max_value=2200, required=True)


def refusal(query: str, serializer: type[QuerySerializer] = Query) -> dict[str, list[str]]:
    """Return the fields refused, each with its codes."""
    with pytest.raises(ValidationError) as caught:
        serializer.read(QueryDict(query))
    found: Any = caught.value.get_codes()
    return dict(found)


def test_what_is_given_becomes_values_and_what_is_not_the_default_or_none() -> None:
    nothing = {"year": None, "through": 12, "text": None, "whole": False, "unit": None}
    assert Query.read(QueryDict("")) == nothing
    given = QueryDict("year=2022&through=3&text=b&whole=true&unit=A&unit=&unit= B&format=json")
    assert Query.read(given) == {"year": 2022, "through": 3, "text": "b", "whole": True, "unit": ["A", "", " B"]}
    assert Query.read(QueryDict("")) == nothing


def test_all_that_is_wrong_is_named() -> None:
    assert refusal("year=1&Year=2022&through=3&through=4&text=c&whole=1&unit=%00&format=csv&format=json") == {
        "year": ["invalid"],
        "Year": ["unknown_parameter"],
        "through": ["repeated_parameter"],
        "text": ["invalid_choice"],
        "whole": ["invalid_choice"],
        "unit": ["invalid"],
        "format": ["repeated_parameter"],
    }


@pytest.mark.parametrize("query", ["text=a%00b", "unit=a&unit=%00"])
def test_a_nul_is_refused(query: str) -> None:
    assert list(refusal(query)) == [query.partition("=")[0]]


@pytest.mark.parametrize("text", ["c", "A", ""])
def test_a_choice_is_one_of_those_there_are(text: str) -> None:
    assert refusal(f"text={text}") == {"text": ["invalid_choice"]}


@pytest.mark.parametrize("text", ["", "True", "1", "yes"])
def test_a_truth_is_true_or_false(text: str) -> None:
    assert refusal(f"whole={text}") == {"whole": ["invalid_choice"]}
    assert Query.read(QueryDict("whole=false"))["whole"] is False


def test_what_must_be_there_is_named_when_it_is_not() -> None:
    assert refusal("through=0", Demanding) == {"through": ["invalid"], "year": ["required"]}


def test_what_is_read_elsewhere_is_left_to_others() -> None:
    query = QueryDict("year=2022&search=x")
    assert Query.read(query, others=query)["year"] == 2022
