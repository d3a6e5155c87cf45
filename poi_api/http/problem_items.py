"""The items of a problem's `errors`: what is wrong, in which field, at which place of a list."""

from collections.abc import Iterator
from typing import Any, TypedDict

_WHOLE_OBJECT = {"non_field_errors", "__all__"}


class ErrorItem(TypedDict):
    """One error; `field` null is the whole request, `index` counts from 0 in the list that was sent."""

    code: str
    detail: str
    field: str | None
    index: int | None


def error_item(code: str, detail: str, field: str | None = None, index: int | None = None) -> ErrorItem:
    """Return one error."""
    return {"code": code, "detail": detail, "field": field, "index": index}


def items_of(detail: Any) -> list[ErrorItem]:
    """Return the items of a tree of errors as the serializers make it (dicts by field, lists by place).

    The first list that is entered gives the `index`; a place in a list further in is part of `field`.
    """
    return list(_walk(detail, None, None))


def _walk(detail: Any, field: str | None, index: int | None) -> Iterator[ErrorItem]:
    if isinstance(detail, dict):
        for key, value in detail.items():
            yield from _enter(key, value, field, index)
    elif isinstance(detail, list) and any(isinstance(part, dict | list) for part in detail):
        for place, part in enumerate(detail):
            yield from _enter(place, part, field, index)
    elif isinstance(detail, list):
        for part in detail:
            yield from _walk(part, field, index)
    else:
        yield error_item(getattr(detail, "code", None) or "invalid", str(detail), field, index)


def _enter(key: str | int, value: Any, field: str | None, index: int | None) -> Iterator[ErrorItem]:
    if key in _WHOLE_OBJECT:
        return _walk(value, field, index)
    if isinstance(key, str):
        return _walk(value, f"{field}.{key}" if field else key, index)
    if index is None:
        return _walk(value, field, key)
    return _walk(value, f"{field or ''}[{key}]", index)
