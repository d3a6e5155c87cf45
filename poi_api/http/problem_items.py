"""The items of a problem's `errors`: what is wrong, in which field, at which place of a list."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, NotRequired, TypedDict

from rest_framework.exceptions import ErrorDetail

from poi_api.http.texts import cut

MOST_ERRORS = 100
_LONGEST_FIELD, _LONGEST_DETAIL = 200, 1000
_WHOLE_OBJECT = {"non_field_errors", "__all__"}
_MORE = "more_errors"


class ErrorItem(TypedDict):
    """One error; `field` null is the whole request, `index` counts from 0 in the list that was sent.

    One of a document says where in it, as far as it stands somewhere: `line`, from 1, and `column`, by its title.
    """

    code: str
    detail: str
    field: str | None
    index: int | None
    line: NotRequired[int | None]
    column: NotRequired[str | None]


class Errors(NamedTuple):
    """At most MOST_ERRORS errors, and how many more there are."""

    items: Sequence[ErrorItem]
    more: int = 0


def error_item(code: str, detail: str, field: str | None = None, index: int | None = None) -> ErrorItem:
    """Return one error, its texts cut where they are longer than any of ours."""
    shown = field and cut(field, _LONGEST_FIELD)
    return {"code": code, "detail": cut(detail, _LONGEST_DETAIL), "field": shown, "index": index}


def bounded(items: Sequence[ErrorItem], more: int = 0) -> Errors:
    """Return the first MOST_ERRORS of `items`; the rest is counted, together with `more`."""
    return Errors(items[:MOST_ERRORS], more + max(len(items) - MOST_ERRORS, 0))


class _SentName(str):
    """A name that a client sent; it is a field also where Django calls errors of the whole object so."""

    __slots__ = ()


def wrong_names(names: Sequence[str], detail: str, code: str) -> dict[str, list[ErrorDetail]]:
    """Return a tree of errors that says the same of each name: of the first MOST_ERRORS, then how many more."""
    tree: dict[str, list[ErrorDetail]] = {_SentName(name): [ErrorDetail(detail, code)] for name in names[:MOST_ERRORS]}
    if len(names) > MOST_ERRORS:
        tree[names[MOST_ERRORS - 1]].append(ErrorDetail(str(len(names) - MOST_ERRORS), _MORE))
    return tree


def items_of(detail: Any) -> Errors:
    """Return the errors of a tree as the serializers make it (dicts by field, lists by place).

    The first list that is entered gives the `index`; a place in a list further in is part of `field`.
    """
    items: list[ErrorItem] = []
    more = 0
    for text, field, index in _walk(detail, None, None):
        code = getattr(text, "code", None) or "invalid"
        if code == _MORE:
            more += int(text)
        elif len(items) < MOST_ERRORS:
            items.append(error_item(code, str(text), field, index))
        else:
            more += 1
    return Errors(items, more)


_Found = tuple[Any, str | None, int | None]


def _walk(detail: Any, field: str | None, index: int | None) -> Iterator[_Found]:
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
        yield detail, field, index


def _enter(key: str | int, value: Any, field: str | None, index: int | None) -> Iterator[_Found]:
    if key in _WHOLE_OBJECT and not isinstance(key, _SentName):
        return _walk(value, field, index)
    if isinstance(key, str):
        return _walk(value, f"{field}.{key}" if field else key, index)
    if index is None:
        return _walk(value, field, key)
    return _walk(value, f"{field or ''}[{key}]", index)
