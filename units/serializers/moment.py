"""The past moment that a question is about, as a parameter of a query string."""

from datetime import date, datetime, time

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from poi_api.http.days import day_of, moment_of
from poi_api.http.query import QuerySerializer
from units.history.moments import clock, settled_clock

_FIRST_YEAR = 1990  # that of the first plan there may be
_FORMS = "Use una fecha que exista (2022-12-31) o un momento con su desfase (2022-12-31T23:59:59-05:00)."
_FIRST = datetime(_FIRST_YEAR, 1, 1, tzinfo=timezone.get_default_timezone())


@extend_schema_field(str)
class MomentParameter(serializers.Field):
    """A moment up to now whose knowledge is asked for; None is now."""

    def to_internal_value(self, data: str) -> datetime | None:
        """Return the moment. Raises ValidationError `invalid` for one to come, too old, or without its offset."""
        now, settled = clock()
        try:
            # The unescaped plus sign of a query string arrives as a blank
            moment = moment_of(data.replace(" ", "+")) if "T" in data else _end_of(day_of(data), now)
        except ValueError:
            raise ValidationError(_FORMS) from None
        if moment is None:
            return None
        if moment < _FIRST:
            raise ValidationError(f"Se puede preguntar desde el año {_FIRST_YEAR}.")
        if (settled is None or moment > settled) and moment > settled_clock():
            raise ValidationError("Aún no llega: se puede preguntar por un momento pasado o por hoy.")
        return moment


class MomentQuery(QuerySerializer):
    """As known when (domain.md, rule 9)."""

    as_of = MomentParameter(
        required=False,
        help_text="Lo que se sabía entonces: una fecha (el fin de ese día en Lima) o un momento con su desfase.",
    )


def _end_of(day: date, now: datetime) -> datetime | None:
    """Return the last moment of a day in Lima; None, which means now, for today."""
    if day == timezone.localdate(now):
        return None
    return datetime.combine(day, time.max, tzinfo=timezone.get_default_timezone())
