"""The twelve months of a target as the fields of a form."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from activities.choices import MONTHS
from poi_api.http.exact_json import decimal_text
from poi_api.http.problem_items import ErrorItem
from units.pages.page_form import QuantityField

NAMES = [f"m{month}" for month in range(1, 13)]


def month_fields() -> dict[str, forms.Field]:
    """Return a field for each month; one that is left blank is 0."""
    pairs = zip(NAMES, MONTHS, strict=True)
    return {name: QuantityField(label=label, required=False, max_digits=15, decimal_places=3) for name, label in pairs}


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
