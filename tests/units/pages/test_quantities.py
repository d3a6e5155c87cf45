"""Quantities as people paste them: exactly, or refused."""

from decimal import Decimal

import pytest

from units.pages.quantities import Unreadable, are_by_comma, quantity_of


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("", None),
        (" \u00a0", None),
        ("6382", "6382"),
        (" 12,5 ", "12.5"),
        ("12.5", "12.5"),
        ("3.125", "3.125"),
        ("0,125", "0.125"),
        ("6,382.5", "6382.5"),
        ("1,234,567", "1234567"),
        ("1.234,5", "1234.5"),
        ("1.234.567", "1234567"),
        ("1234,567", "1234.567"),
        ("12\u00a0345", "12345"),
        ("12 345,6", "12345.6"),
        ("-3", "-3"),
    ],
)
def test_what_can_be_read_one_way_is_read_exactly(text: str, quantity: str | None) -> None:
    assert quantity_of(text) == (None if quantity is None else Decimal(quantity))


@pytest.mark.parametrize(
    ("text", "ways"), [("6,382", ("6382", "6.382")), ("1,000", ("1000", "1.000")), ("999,999", ("999999", "999.999"))]
)
def test_a_comma_before_three_digits_can_be_read_two_ways(text: str, ways: tuple[str, str]) -> None:
    with pytest.raises(Unreadable, match=f"escriba {ways[0]} o {ways[1]}"):
        quantity_of(text)


@pytest.mark.parametrize("other", ["12,5", "1.234,5", "1.234.567", "0,125"])
def test_among_decimal_commas_a_point_before_three_digits_can_too(other: str) -> None:
    assert are_by_comma(["3", other])
    with pytest.raises(Unreadable, match="porque otra celda lleva coma decimal"):
        quantity_of("1.234", among_commas=True)
    assert quantity_of("12.5", among_commas=True) == Decimal("12.5")


@pytest.mark.parametrize("other", ["", "12.5", "1,234", "1,234.5", "1,234,567", "1.234", "n,a"])
def test_other_cells_say_nothing_of_the_comma(other: str) -> None:
    assert not are_by_comma([other])


@pytest.mark.parametrize("text", ["doce", "1 23", "1,23,456", "1.2.3", "1e5", ".5", "5.", "12 %", "٣", "1,2,3"])
def test_anything_else_is_no_number(text: str) -> None:
    with pytest.raises(Unreadable, match="no es un número"):
        quantity_of(text)
