"""A query string is read strictly: what is not known is refused by its name (api.md, "Conventions")."""

from typing import Any

import pytest
from django.http import QueryDict
from rest_framework.exceptions import ValidationError

from poi_api.http.parameters import Parameters


def parameters(query: str) -> Parameters:
    return Parameters(QueryDict(query), ["year", "text", "unit"])


def refusal(query: str) -> dict[str, str]:
    """Return the fields refused when the query string is looked at, each with its code."""
    with pytest.raises(ValidationError) as caught:
        parameters(query)
    return codes(caught.value)


def codes(error: ValidationError) -> dict[str, str]:
    found: Any = error.get_codes()
    return dict(found)


def test_what_is_not_known_is_refused_by_its_name() -> None:
    assert refusal("year=2022&Year=2022") == {"Year": "unknown_parameter"}


def test_what_is_given_twice_is_refused() -> None:
    assert refusal("year=2022&year=2022") == {"year": "repeated_parameter"}


@pytest.mark.parametrize("query", ["text=a%00b", "unit=%00"])
def test_a_nul_is_refused(query: str) -> None:
    assert list(refusal(query)) == [query.partition("=")[0]]


def test_what_was_not_given_is_none() -> None:
    asked = parameters("")
    assert (asked.one("text"), asked.whole("year", least=1, most=9)) == (None, None)


@pytest.mark.parametrize(("text", "number"), [("1990", 1990), ("2200", 2200), ("0002000", 2000)])
def test_both_ends_of_a_whole_number_are_in(text: str, number: int) -> None:
    assert parameters(f"year={text}").whole("year", least=1990, most=2200) == number


@pytest.mark.parametrize(
    "text", ["", "1989", "2201", "-1990", "+2000", "2000.0", "2e3", "٢٠٠٠", "2²", " 2000", "9" * 19, "9" * 9999]
)
def test_anything_else_is_no_whole_number(text: str) -> None:
    query = QueryDict(mutable=True)
    query["year"] = text
    with pytest.raises(ValidationError) as caught:
        Parameters(query, ["year"]).whole("year", least=1990, most=2200)
    assert codes(caught.value) == {"year": "invalid"}
