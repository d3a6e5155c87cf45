"""A query string read by a serializer: strictly, and with all that is wrong at once (api.md, "Lists")."""

from typing import Any

import pytest
from django.http import QueryDict
from rest_framework.exceptions import ValidationError

from poi_api.http.parameters import ChoiceParameter, SeveralParameter, TruthParameter, WholeParameter, WholesParameter
from poi_api.http.query import QuerySerializer


class Query(QuerySerializer):
    year = WholeParameter(min_value=1990, max_value=2200)
    through = WholeParameter(min_value=1, max_value=12, default=12)
    text = ChoiceParameter(["a", "b"])
    whole = TruthParameter(default=False)
    unit = SeveralParameter()
    month = WholesParameter(min_value=1, max_value=12)


class Demanding(Query):
    year = WholeParameter(min_value=1990, max_value=2200, required=True)


def refusal(query: str, serializer: type[QuerySerializer] = Query) -> dict[str, list[str]]:
    """Return the fields refused, each with its codes."""
    with pytest.raises(ValidationError) as caught:
        serializer.read(QueryDict(query))
    found: Any = caught.value.get_codes()
    return dict(found)


def test_what_is_given_becomes_values_and_what_is_not_the_default_or_none() -> None:
    nothing = {"year": None, "through": 12, "text": None, "whole": False, "unit": None, "month": None}
    assert Query.read(QueryDict("")) == nothing
    given = QueryDict("year=2022&through=3&text=b&whole=true&unit=A&unit= B,C&month=2,1&format=json")
    assert Query.read(given) == {
        "year": 2022,
        "through": 3,
        "text": "b",
        "whole": True,
        "unit": ("A", " B", "C"),
        "month": (2, 1),
    }
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


@pytest.mark.parametrize("query", ["unit=A&unit=B&unit=A", "unit=A,B", "unit=A,B&unit=A"])
def test_several_values_come_by_commas_or_by_repeating_each_once(query: str) -> None:
    assert Query.read(QueryDict(query))["unit"] == ("A", "B")


def test_of_several_all_that_is_wrong_is_said_once() -> None:
    assert refusal("month=0,13,,1&unit=,") == {"month": ["invalid", "blank"], "unit": ["blank"]}


@pytest.mark.parametrize("name", ["year", "text", "whole", "unit", "month", "format"])
def test_a_blank_is_refused(name: str) -> None:
    assert refusal(f"{name}=") == {name: ["blank"]}


@pytest.mark.parametrize("text", ["c", "A"])
def test_a_choice_is_one_of_those_there_are(text: str) -> None:
    assert refusal(f"text={text}") == {"text": ["invalid_choice"]}


@pytest.mark.parametrize("text", ["True", "1", "yes"])
def test_a_truth_is_true_or_false(text: str) -> None:
    assert refusal(f"whole={text}") == {"whole": ["invalid_choice"]}
    assert Query.read(QueryDict("whole=false"))["whole"] is False


def test_what_must_be_there_is_named_when_it_is_not() -> None:
    assert refusal("through=0", Demanding) == {"through": ["invalid"], "year": ["required"]}
