"""Reading what nearly all items of a list are: good, and nothing but a month and its quantity.

A tenth of the work that `reading` does, which says what is wrong with all others and whose rules these are.
"""

from decimal import Decimal
from typing import Any

from activities.choices import FIRST_YEAR, LAST_YEAR
from activities.serializers.fields import QuantityField
from activities.services.progress.verdicts import SubmittedItem
from poi_api.http.parameters import LARGEST_ID

_FIELDS = {"activity", "year", "month", "executed"}
_STEP, _LARGEST = QuantityField().step, QuantityField().largest


def plain_month(data: Any, place: int) -> SubmittedItem | None:
    """Return the item that `read_progress` makes of `data`, None where it is more than plain or anything is wrong."""
    if type(data) is not dict or data.keys() != _FIELDS:
        return None
    activity, year, month, executed = data["activity"], data["year"], data["month"], data["executed"]
    if type(year) is not int or type(month) is not int or not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
        return None
    quantity: int | Decimal
    if type(executed) is Decimal and 0 <= executed <= _LARGEST:
        quantity = abs(executed.quantize(_STEP))
        if quantity != executed:
            return None
    elif type(executed) is int and 0 <= executed < _LARGEST:
        quantity = executed
    else:
        return None
    if type(activity) is int and 0 < activity <= LARGEST_ID:
        identity, code = activity, None
    elif type(activity) is str and activity:
        identity, code = None, activity
    else:
        return None
    return {
        "place": place,
        "id": identity,
        "code": code,
        "institution_id": None,
        "institution": None,
        "year": year,
        "month": month,
        "executed": quantity,
        "reason": "",
        "evidence_url": "",
        "expected": None,
        "flawed": False,
    }
