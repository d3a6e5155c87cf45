"""What a body may hold: the fields that its serializer knows and no other (api.md, "Errors")."""

from collections.abc import Mapping
from typing import Any, cast

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from poi_api.http.fields import NO_LIST, NO_OBJECT
from poi_api.http.problem_items import MOST_ERRORS, items_of, wrong_names


class ObjectSerializer(serializers.Serializer):
    """A serializer that says in words of ours that what was sent is no object."""

    default_error_messages = {"invalid": NO_OBJECT}

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        """Return what Django REST framework does, whose words for a null body are English whatever the language."""
        if data is None and not self.allow_null:
            raise serializers.ValidationError({"non_field_errors": [ErrorDetail(NO_OBJECT, "null")]})
        return super().validate_empty_values(data)


class KnownFieldsMixin(ObjectSerializer):
    """A serializer that refuses fields that it does not know, each by its name."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the validated body. Raises ValidationError that names all that is wrong, `unknown_field` too."""
        known = set(self.fields)
        unknown = [name for name in data if name not in known] if isinstance(data, Mapping) else []
        if not unknown:
            return super().to_internal_value(data)
        wrong, others = wrong_names(unknown, "No existe este campo.", "unknown_field"), {}
        try:
            super().to_internal_value(data)
        except serializers.ValidationError as error:
            others = cast(dict[str, Any], error.detail)
        raise serializers.ValidationError(wrong | others)


class _Enough(Exception):
    """So much is wrong with a list that the rest of it is not looked at."""


class BoundedList(serializers.ListSerializer):
    """A list that is read until a hundred things are wrong with it; then it says how far it was read."""

    default_error_messages = {"not_a_list": NO_LIST}

    def to_internal_value(self, data: Any) -> Any:
        """Return the validated items. Raises ValidationError, with `too_many_errors` if not all were looked at."""
        self._read, self._wrong = 0, 0
        self._refused: dict[Any, Any] = {}
        try:
            return super().to_internal_value(data)
        except _Enough:
            said = f"Se revisaron {self._read} de {len(data)} elementos: corríjalos y vuelva a enviar."
            first = {"non_field_errors": [ErrorDetail(said, "too_many_errors")]}
            raise serializers.ValidationError(first | self._refused) from None

    def run_child_validation(self, data: Any) -> Any:
        """Return one validated item. Raises ValidationError, or _Enough before it is looked at."""
        if self._wrong >= MOST_ERRORS:
            raise _Enough
        self._read += 1
        try:
            return super().run_child_validation(data)
        except serializers.ValidationError as error:
            self._refused[self._read - 1] = error.detail
            found = items_of(error.detail)
            self._wrong += len(found.items) + found.more
            raise


class NoBody(KnownFieldsMixin):
    """A request that says nothing in its body."""
