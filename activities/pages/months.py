"""The twelve months of a target as the fields of a form."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms

from activities.choices import MONTHS
from poi_api.http.exact_json import decimal_text
from poi_api.http.problem_items import ErrorItem
from units.pages.page_form import QuantityField
from units.pages.quantities import are_by_comma

NAMES = [f"m{month}" for month in range(1, 13)]


def month_fields(among_commas: Collection[str] = ()) -> dict[str, forms.Field]:
    """Return a field for each month; one that is left blank is 0. `among_commas` names those where 1.234 is refused."""
    return {
        name: QuantityField(
            label=label, required=False, max_digits=15, decimal_places=3, among_commas=name in among_commas
        )
        for name, label in zip(NAMES, MONTHS, strict=True)
    }


def months_by_comma(sent: Mapping[str, str]) -> bool:
    """Tell whether a month that was sent, of whatever row, can only have a decimal comma."""
    return are_by_comma(text for name, text in sent.items() if name.rpartition("-")[2] in NAMES)


def held(programmed: Sequence[Decimal | int]) -> dict[str, str]:
    """Return what the fields hold of a target: nothing where nothing is programmed in the whole year."""
    some = any(programmed)
    quantities = [decimal_text(Decimal(quantity)) if some else "" for quantity in programmed]
    return dict(zip(NAMES, quantities, strict=True))


def typed(values: dict[str, Any]) -> list[Decimal]:
    """Return the twelve quantities of what was typed."""
    return [values[name] or Decimal(0) for name in NAMES]


def month_of(item: ErrorItem, place: int | None) -> str | None:
    """Return the field of an error about a month of a target, `place` its place in the year from 0, else None."""
    named = (item["field"] or "").rpartition(".")[2].partition("[")[0]
    return NAMES[place] if named == "programmed" and place is not None and place < len(NAMES) else None
