"""Which cells are quantities: thousands by comma, three decimals by point, twelve whole digits, no sign."""

from decimal import Decimal

import pytest

from activities.document.quantities import places, printed, quantity


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("", None),
        ("  ", None),
        ("0", "0"),
        (" 12.5 ", "12.5"),
        ("1,579", "1579"),
        ("1,234,567.125", "1234567.125"),
        ("999999999999", "999999999999"),
        ("999,999,999,999.999", "999999999999.999"),
        ("0" * 39 + "1", "1"),
    ],
)
def test_a_cell_that_holds_a_quantity_is_read_to_the_digit(cell, value):
    assert quantity(cell) == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("1000000000000", "demasiado grande"),
        ("1,000,000,000,000", "demasiado grande"),
        ("0" * 40 + "1", "demasiado largo"),
        ("12,34", "los decimales se escriben con punto"),
        ("1,5790", "los decimales se escriben con punto"),
        ("12.1234", "más de 3 decimales"),
        ("0,125", "los decimales se escriben con punto"),
        ("-1", "es negativa"),
        ("96%", "es un porcentaje; escriba la cantidad"),
        ("=…", "es una fórmula sin resultado"),
        ("#REF!", "es un error de la hoja"),
        ("+1", "sin signo"),
        ("1e3", "se espera un número como 1579 o 12.5"),  # 1,579 is refused where it can be read two ways
        ("١", "se espera un número"),
        (".5", "se espera un número"),
        ("5.", "se espera un número"),
    ],
)
def test_any_other_is_refused_and_it_is_said_why(cell, said):
    with pytest.raises(ValueError, match=said):
        quantity(cell)


@pytest.mark.parametrize(
    ("value", "shown", "needed"),
    [("1579", "1,579", 0), ("1000.500", "1,000.5", 1), ("0.125", "0.125", 3), ("100", "100", 0)],
)
def test_it_is_printed_as_it_would_be_read(value, shown, needed):
    assert printed(Decimal(value)) == shown
    assert quantity(shown) == Decimal(value)
    assert places([Decimal(value)]) == needed


@pytest.mark.parametrize("text", ["50 000", "1 250 000"])
def test_thousands_after_a_blank_are_told_how_to_be_written(text):
    with pytest.raises(ValueError, match=text.replace(" ", ",")):
        quantity(text)
