"""What figures are measured on, as parameters of a query string: `version`, `as_of` and `include`."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from activities.queries.basis import Basis
from poi_api.http.parameters import ChoiceParameter, whole_number
from poi_api.http.query import QuerySerializer
from units.serializers.moment import MomentQuery

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


class VersionQuery(QuerySerializer):
    """Of which version."""

    version = VersionParameter(
        required=False,
        help_text="`current` (por defecto), `initial` o el número de una versión que tenga alguno de los planes.",
    )


class BasisQuery(VersionQuery, MomentQuery):
    """Of which version, as known when, counting what (domain.md, rules 8, 9 and 12)."""

    include = ChoiceParameter(["submitted"], help_text="`submitted`: cuenta también lo que espera revisión.")


def basis_of(values: dict[str, Any]) -> Basis:
    """Return the basis that the values of a BasisQuery name."""
    return Basis(values["version"], values["as_of"], with_pending=values["include"] is not None)
