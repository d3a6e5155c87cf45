"""A document whose equal texts and quantities are one object each says the same to the digit."""

import pickle
from dataclasses import replace
from decimal import Decimal

from activities.document import Document, Row
from activities.document.apart import shared
from activities.document.model import StatedBlock


def number(text: str) -> Decimal:
    return Decimal(text)


def row(line: int, *executed: str) -> Row:
    return Row(
        line=line,
        unit="".join(["OFI", "CINA"]),
        mef_activity="GESTIÓN",
        activity=f"N.º {line}",
        measurement_unit="INFORMES",
        status="exact",
        cells=("".join(["OFI", "CINA"]), "1"),
        executed=tuple(map(number, executed)),
        details={"oei": "".join(["OEI", ".02"])},
        blocks={"RE": StatedBlock(tuple(map(number, executed)), number("3"))},
    )


DOCUMENT = Document(2024, None, None, [row(3, "1", "1.0"), row(4, "1", "1.0")], None)


def test_it_says_the_same() -> None:
    again = shared(DOCUMENT)
    assert again == DOCUMENT
    assert [[str(month) for month in row.executed] for row in again.rows] == [["1", "1.0"]] * 2


def test_what_is_equal_is_one_object() -> None:
    first, second = shared(DOCUMENT).rows
    assert first.unit is second.unit is second.cells[0]
    assert first.details["oei"] is second.details["oei"]
    assert first.executed[1] is second.executed[1] is second.blocks["RE"].months[1]
    assert first.executed is second.executed is second.blocks["RE"].months
    assert first.executed[0] is not first.executed[1]


def test_it_takes_less_to_hand_over() -> None:
    many = replace(DOCUMENT, rows=[row(line, "1234.5", "1.0") for line in range(1000)])
    assert len(pickle.dumps(shared(many))) * 2 < len(pickle.dumps(many))
