"""What figures are measured on, as parameters of a query string: `version`, `as_of` and `include`."""

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from activities.choices import FIRST_YEAR
from activities.queries.basis import Basis, clock, settled_clock
from poi_api.http.parameters import ChoiceParameter, whole_number
from poi_api.http.query import QuerySerializer

_LARGEST_VERSION = 32767


@extend_schema_field(str)
class VersionParameter(serializers.Field):
    """A version of plans; None is the current one."""

    def to_internal_value(self, data: str) -> int | None:
        """Return the version's number. Raises ValidationError `invalid` for any other word."""
        if data == "current":
            return None
        number = 1 if data == "initial" else whole_number(data, least=1, most=_LARGEST_VERSION)
        if number is None:
            raise ValidationError("Use current, initial o un número.")
        return number


@extend_schema_field(str)
class MomentParameter(serializers.Field):
    """A moment up to now whose knowledge is asked for; None is now."""

    def to_internal_value(self, data: str) -> datetime | None:
        """Return the moment. Raises ValidationError `invalid` for one to come, too old, or without its offset."""
        now, settled = clock()
        day = _day(data)
        moment = _moment(data) if day is None else _end_of(day, now)
        if moment is None:
            return None
        if moment.year < FIRST_YEAR:
            raise ValidationError(f"Se puede preguntar desde el año {FIRST_YEAR}.")
        if (settled is None or moment > settled) and moment > settled_clock():
            raise ValidationError("Aún no llega: se puede preguntar por un momento pasado o por hoy.")
        return moment


class VersionQuery(QuerySerializer):
    """Of which version."""

    version = VersionParameter(
        required=False,
        help_text="`current` (por defecto), `initial` o el número de una versión que tenga alguno de los planes.",
    )


class BasisQuery(VersionQuery):
    """Of which version, as known when, counting what (domain.md, rules 8, 9 and 12)."""

    as_of = MomentParameter(
        required=False,
        help_text="Lo que se sabía entonces: una fecha (el fin de ese día en Lima) o un momento con su desfase.",
    )
    include = ChoiceParameter(["submitted"], help_text="`submitted`: cuenta también lo que espera revisión.")


def basis_of(values: dict[str, Any]) -> Basis:
    """Return the basis that the values of a BasisQuery name."""
    return Basis(values["version"], values["as_of"], with_pending=values["include"] is not None)


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        raise ValidationError("No es una fecha que exista.") from None


def _end_of(day: date, now: datetime) -> datetime | None:
    """Return the last moment of a day in Lima; None, which means now, for today."""
    if day == timezone.localdate(now):
        return None
    return datetime.combine(day, time.max, tzinfo=timezone.get_default_timezone())


def _moment(text: str) -> datetime:
    # A query string's unescaped plus sign arrives as a blank.
    try:
        moment = parse_datetime(text.replace(" ", "+") if "T" in text else text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValidationError("Use una fecha (2022-12-31) o un momento con su desfase (2022-12-31T23:59:59-05:00).")
    return moment
