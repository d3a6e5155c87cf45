"""How pages write what the API says."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from units.pages import filters
from units.pages.page_form import DayField, PageForm, QuantityField


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "—"), ("", "—"), (0, "0"), (6382, "6,382"), (Decimal("3.125"), "3.125"), (Decimal("3.10"), "3.1"),
        (Decimal("1234567.5"), "1,234,567.5"), (Decimal("-0.5"), "-0.5"), (Decimal("2E+3"), "2,000"),
    ],
)  # fmt: skip
def test_numbers(value: Any, written: str) -> None:
    assert filters.number(value) == written


def test_percentages() -> None:
    assert [filters.percent(value) for value in (Decimal("99.52"), 100, None, Decimal("1200.5"))] == [
        "99.52\u00a0%",
        "100.00\u00a0%",
        "—",
        "1,200.50\u00a0%",
    ]


def test_days_and_moments_are_those_of_lima() -> None:
    late = datetime(2023, 1, 6, 3, 30, tzinfo=UTC)
    assert [filters.day(value) for value in (date(2023, 1, 5), "2023-01-05", late, late.isoformat(), None)] == [
        *["05/01/2023"] * 4,
        "—",
    ]
    assert [filters.moment(value) for value in (late, late.isoformat(), None)] == [*["05/01/2023 22:30"] * 2, "—"]


def test_months() -> None:
    assert [filters.month(number) for number in (1, 9, 12, None)] == ["ENE", "SET", "DIC", "—"]
    assert [filters.month_name(number) for number in (1, 9, 12, None)] == ["enero", "setiembre", "diciembre", "—"]


def test_colours_are_said_in_words_too() -> None:
    assert filters.band("red") == '<span class="badge red">Rojo</span>'
    assert filters.band(None) == filters.band("<b>") == "—"


def test_what_there_is_not_is_a_dash_and_nought_is_something() -> None:
    assert [filters.or_dash(value) for value in (None, "", 0, "a")] == ["—", "—", 0, "a"]


class Form(PageForm):
    quantity = QuantityField(required=False)
    day = DayField(required=False)


@pytest.mark.parametrize(
    ("typed", "read"),
    [("6,382.5", "6382.5"), ("12,5", "12.5"), (" 3.125 ", "3.125"), ("1,234,567.5", "1234567.5"), ("-2", "-2")],
)
def test_quantities_are_read_as_they_are_written(typed: str, read: str) -> None:
    form = Form({"quantity": typed})
    assert form.is_valid()
    assert form.cleaned_data["quantity"] == Decimal(read)


def test_a_blank_is_no_quantity() -> None:
    form = Form({"quantity": " "})
    assert form.is_valid()
    assert form.cleaned_data["quantity"] is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [("6,382", "escriba 6382 o 6.382."), ("uno", "no es un número"), ("NaN", "no es un número")],
)
def test_what_may_mean_two_numbers_or_none_is_refused(typed: str, said: str) -> None:
    assert said in str(Form({"quantity": typed}).errors["quantity"])


@pytest.mark.parametrize("typed", ["2023-01-05", "05/01/2023"])
def test_days_are_read_as_the_browser_sends_them_and_as_people_write(typed: str) -> None:
    form = Form({"day": typed})
    assert form.is_valid()
    assert form.cleaned_data["day"] == date(2023, 1, 5)
    assert "Escriba una fecha" in str(Form({"day": "31/02/2023"}).errors["day"])
