"""Rows of a list as lines of a table: what a member holds stands in columns of its own (api.md, "Formats")."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.drainage import get_override
from rest_framework import serializers

from poi_api.http import exact_json

_MONTHS = 12
Path = tuple[str | int, ...]  # names and places by which a value is found in a row


def columns_of(row: serializers.BaseSerializer) -> dict[str, Path]:
    """Return the columns of a table of rows that `row` shows: names, and where their values are.

    `unit` with `id, code, name` becomes `unit_id, unit_code, unit_name`, and the twelve quantities of `programmed`
    become `programmed_01` … `programmed_12`. Members of a serializer with `alone_in_tables` keep their own names.
    """
    return {"_".join(name): path for name, path in _columns(row, (), ())}


def cells_of(row: Mapping[str, Any], paths: Iterable[Path]) -> list[Any]:
    """Return the cells of a line; below what there is not they are None."""
    return [_cell(row, path) for path in paths]


def _columns(field: Any, name: tuple[str, ...], path: Path) -> Iterator[tuple[tuple[str, ...], Path]]:
    inner = _shown_by(field)
    if isinstance(inner, serializers.Serializer):
        above = name[:-1] if getattr(inner, "alone_in_tables", False) else name
        for member, each in inner.fields.items():
            yield from _columns(each, (*above, member), (*path, member))
    elif _is_of_months(inner):
        for month in range(_MONTHS):
            yield (*name, f"{month + 1:02}"), (*path, month)
    else:
        yield name, path


def _shown_by(field: Any) -> Any:
    """Return what shows a member: of one that a method makes, what the method says of it."""
    if isinstance(field, serializers.SerializerMethodField):
        shown = get_override(getattr(field.parent, str(field.method_name)), "field")
        return shown() if isinstance(shown, type) else shown or field
    return field


def _is_of_months(field: Any) -> bool:
    return isinstance(field, serializers.ListField) and field.min_length == field.max_length == _MONTHS


def _cell(row: Any, path: Path) -> Any:
    value = row
    for step in path:
        if value is None:
            return None
        value = value[step]
    return _single(value)


def _single(value: Any) -> Any:
    """Return a value that fits into a cell: texts of a list one after another, what else has parts as JSON."""
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return "; ".join(value)
    return exact_json.dumps(value).decode() if isinstance(value, list | dict) else value
