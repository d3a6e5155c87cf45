import time
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poi_api.http.exact_json import MOST_VALUES, decimal_text, dumps, loads, own

QUANTITIES = st.decimals(min_value=0, max_value=Decimal("999999999999.999"), places=3)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("3.000", "3"),
        ("12345678901.125", "12345678901.125"),
        ("0.10", "0.1"),
        ("0E+2", "0"),
        ("1E+3", "1000"),
        ("100", "100"),
        ("-0.0", "0"),
        ("1E-3", "0.001"),
    ],
)
def test_a_decimal_is_written_to_the_digit_without_trailing_zeros(value, text):
    assert decimal_text(Decimal(value)) == text


@given(QUANTITIES)
def test_a_quantity_comes_back_exactly_as_it_went_out(quantity):
    found = loads(dumps({"executed": quantity}))["executed"]
    assert not isinstance(found, float)
    assert Decimal(found) == quantity


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_a_decimal_that_is_no_number_is_not_written(value):
    with pytest.raises(ValueError, match="no finito"):
        decimal_text(Decimal(value))


def test_moments_are_written_in_lima_and_dates_as_dates():
    moment = datetime(2023, 1, 6, 4, 59, 59, 125000, tzinfo=UTC)
    assert dumps([moment, date(2023, 1, 5)]) == b'["2023-01-05T23:59:59.125000-05:00","2023-01-05"]'


def test_text_is_written_as_utf8():
    assert dumps("ÓRGANO") == '"ÓRGANO"'.encode()


def test_a_number_with_a_point_is_read_as_a_decimal_and_one_without_as_an_integer():
    assert loads(b"[0.1, 12345678901.125, 7]") == [Decimal("0.1"), Decimal("12345678901.125"), 7]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[NaN]",
        b"[Infinity]",
        b"[-Infinity]",
        b"\xff",
        b"\xef\xbb\xbf[]",
        b'{"a": 1, "a": 2}',
        b'["\\u0000"]',
        b'["\x00"]',
        b'["\\ud800"]',
        b'["\\uDFFF"]',
        b'{"\\ud800": 1}',
        b"[" * 100_000,
        b"[1" + b"0" * 5000 + b"]",
        b"[1e99999999999999999999]",
        b"[1] 2",
    ],
)
def test_what_is_not_sound_json_is_refused(content):
    with pytest.raises(ValueError, match=r"[a-z]"):
        loads(content)


@given(st.integers(0xD800, 0xDFFF), st.booleans())
def test_half_a_surrogate_pair_is_refused_whichever_it_is(half, upper):
    spelled = f"{half:04X}" if upper else f"{half:04x}"
    with pytest.raises(ValueError, match="incompleto"):
        loads(f'["\\u{spelled}"]'.encode())


@pytest.mark.parametrize("half", ["d8", "d9", "da", "db", "dc", "dd", "de", "df"])
def test_each_kind_of_half_is_looked_for(half):
    with pytest.raises(ValueError, match="incompleto"):
        loads(f'{{"\\u{half}7f": 1}}'.encode())


@pytest.mark.parametrize("value", ["1", '"x"', "null"])
def test_as_many_values_are_read_as_a_body_may_have_and_no_more(value):
    assert len(loads(_list([value] * MOST_VALUES))) == MOST_VALUES
    with pytest.raises(ValueError, match="más de 300 000 valores"):
        loads(_list([value] * (MOST_VALUES + 1)))


def test_lists_and_objects_count_as_values_and_what_texts_say_does_not():
    nested = ["[]", "{}", '{"a":1}'] * (MOST_VALUES // 6)
    assert len(loads(_list(nested))) == len(nested)
    with pytest.raises(ValueError, match="valores"):
        loads(_list([*nested, "[]", "{}"]))
    said = "a,[{" * MOST_VALUES
    assert loads(dumps([said, '"', said])) == [said, '"', said]


def test_a_text_that_does_not_end_is_refused_at_once():
    start = time.process_time()
    with pytest.raises(ValueError, match="mal formado"):
        loads(b'["' + b'\\",' * 10_000 + b"," * MOST_VALUES)
    assert time.process_time() - start < 2


def _list(values):
    """Return a list of JSON, whose bracket counts as the first of its values."""
    return f"[{','.join(values)}]".encode()


@pytest.mark.parametrize("number", ["1{}", "-1{}", "0.{}", "1{}e5", "1.5{}E+2"])
def test_a_number_has_at_most_a_thousand_characters(number):
    longest = number.format("0" * (1000 - len(number) + 2))
    assert loads(f'{{"a": {longest} }}'.encode()) == {"a": Decimal(longest)}
    for content in (f'{{"a": {longest.replace("0", "00", 1)}}}', f"[1, {longest.replace('0', '00', 1)}\n, 2]"):
        with pytest.raises(ValueError, match="demasiado grande"):
            loads(content.encode())


def test_what_texts_say_is_neither_a_number_nor_a_name():
    said = {"a": "0" * 5000, "b": "https://sat.gob.pe:443", "c:d": ['":"', "\\:"]}
    assert loads(dumps(said)) == said
    with pytest.raises(ValueError, match="repite un nombre"):
        loads(b'{"a": "x:y", "b": [{"c": 1, "\\u0063": 2}]}')


def test_a_whole_surrogate_pair_and_an_escaped_backslash_are_fine():
    assert loads(b'["\\ud83d\\ude00", "\\\\u0000"]') == ["😀", "\\u0000"]


@given(st.binary(max_size=200))
def test_no_content_makes_anything_but_a_value_or_a_refusal(content):
    with suppress(ValueError):
        loads(content)


def test_what_the_service_wrote_is_read_exactly_whatever_its_size():
    content = b"[" + b",".join([b"12345678901.125"] * 300_001) + b"]"
    with pytest.raises(ValueError, match="300 000"):
        loads(content)
    assert set(own(content)) == {Decimal("12345678901.125")}
    assert own('{"a": [1, 0.10, null, "Ñ"]}'.encode()) == {"a": [1, Decimal("0.10"), None, "Ñ"]}
