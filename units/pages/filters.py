"""How pages write days, moments, numbers and colours; what there is not is —. Every template has these filters."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.html import format_html
from django.utils.safestring import SafeString

from poi_api.http.exact_json import decimal_text
from units.choices import Role
from units.pages.words import what, who

register = template.Library()
register.filter("who", who)
register.filter("what", what)

NOTHING = "—"
MONTHS = ("ENE", "FEB", "MAR", "ABR", "MAY", "JUN", "JUL", "AGO", "SET", "OCT", "NOV", "DIC")
_NAMES = ("enero", "febrero", "marzo", "abril", "mayo", "junio",
          "julio", "agosto", "setiembre", "octubre", "noviembre", "diciembre")  # fmt: skip
BANDS = {"green": "Verde", "amber": "Ámbar", "red": "Rojo"}
_HARD_BLANK = "\u00a0"  # keeps a number and its sign on one line


@register.filter
def day(value: date | str | None) -> str:
    """Return a day, or that of a moment in Lima, as 05/01/2023."""
    if isinstance(value, str):
        value = parse_date(value) if len(value) == len("2023-01-05") else parse_datetime(value)
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    return f"{value:%d/%m/%Y}" if value else NOTHING


@register.filter
def moment(value: datetime | str | None) -> str:
    """Return a moment in Lima as 05/01/2023 14:30."""
    if isinstance(value, str):
        value = parse_datetime(value)
    return f"{timezone.localtime(value):%d/%m/%Y %H:%M}" if value else NOTHING


@register.filter
def number(value: Decimal | int | None) -> str:
    """Return a number as 6,382 or 3.125, to its last digit."""
    if value is None or value == "":
        return NOTHING
    return f"{Decimal(decimal_text(Decimal(value))):,f}"


@register.filter
def percent(value: Decimal | int | None) -> str:
    """Return a progress as 99.52 %."""
    return NOTHING if value is None else f"{Decimal(value):,.2f}{_HARD_BLANK}%"


@register.filter
def month(value: int | None) -> str:
    """Return the short name of the month 1 to 12: ENE … SET … DIC."""
    return MONTHS[int(value) - 1] if value else NOTHING


@register.filter
def month_name(value: int | None) -> str:
    """Return the name of the month 1 to 12: enero … setiembre … diciembre."""
    return _NAMES[int(value) - 1] if value else NOTHING


@register.filter
def or_dash(value: Any) -> Any:
    """Return what there is, or —; 0 is something."""
    return NOTHING if value is None or value == "" else value


@register.filter
def role(value: str) -> str:
    """Return what a role is called."""
    return str(Role(value).label)


@register.filter
def band(value: str | None) -> SafeString:
    """Return the badge of a colour of the semáforo (`green`, `amber`, `red`), which says it in words too."""
    if value not in BANDS:
        return SafeString(NOTHING)
    return format_html('<span class="badge {}">{}</span>', value, BANDS[value])
