"""A whole number in a query string is spelled in digits alone, and both its bounds are in (api.md, "Lists")."""

import pytest

from poi_api.http.parameters import whole_number


@pytest.mark.parametrize(("text", "number"), [("1990", 1990), ("2200", 2200), ("0002000", 2000)])
def test_both_ends_of_a_whole_number_are_in(text: str, number: int) -> None:
    assert whole_number(text, least=1990, most=2200) == number


@pytest.mark.parametrize(
    "text", ["", "1989", "2201", "-1990", "+2000", "2000.0", "2e3", "٢٠٠٠", "2²", " 2000", "9" * 19, "9" * 9999]
)
def test_anything_else_is_no_whole_number(text: str) -> None:
    assert whole_number(text, least=1990, most=2200) is None
