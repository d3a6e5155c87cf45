"""Changes as people read them: what was changed from what to what, in the words that models have for their fields."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import NoReverseMatch, reverse

from units.history.images import name_of, shown_fields
from units.history.registry import recorder_of
from units.pages.filters import MONTHS, day, moment, month_name, number, or_dash
from units.pages.words import TELLERS, thing, verb

_UNTOLD = {"id", "prefix", "sha256", "entry"}  # what only the machine needs
_MONTHS = {"month", "cancelled_from"}
_NAMED = {"name", "title", "filename", "year", "number", "opens_on"}  # objects with one of these have a name to show
Named = dict[tuple[type[models.Model], int], str]
Change = dict[str, Any]


class Difference(NamedTuple):
    """A field in words, and its value before and after; of what was only added or taken away one is empty."""

    field: str
    before: str
    after: str


def told(changes: list[Change]) -> list[Change]:
    """Return changes of the feed, each with what was done in words, in their order.

    `differences` are fields in words, `subject` is what was changed, `object` how it is asked for, `address` its page.
    One query for each kind of thing that they name.
    """
    names = _names_in(changes)
    return [_told(change, names) for change in changes]


def _told(change: Change, names: Named) -> Change:
    entity, number_ = change["entity"], change["object_id"]
    subject = f"{thing(entity)} {_title(change, names)}".strip()
    return change | {
        "what": f"{verb(entity, change['operation'])} {subject}",
        "differences": list(_differences(change, names)),
        "subject": subject,
        "object": f"{entity}:{number_}",
        "address": _address(entity, number_),
    }


def _address(entity: str, number_: int) -> str:
    """Return the address of an object's page, which is called as its kind; empty where the kind has none."""
    try:
        return reverse(entity, args=[number_])
    except NoReverseMatch:
        return ""


def _title(change: Change, names: Named) -> str:
    """Return the name of the object as it is now, or as it was when it went."""
    model = recorder_of(change["entity"]).model
    if (found := names.get((model, change["object_id"]))) is not None:
        return f"«{found}»"
    images = [change["before"] or {}, change["after"] or {}]
    named = [str(image[name]) for image in images for name in ("name", "title", "filename") if image.get(name)]
    if named:
        return f"«{named[0]}»"
    owners = (_owner(change["entity"], image, names) for image in images)
    return next((f"de «{owner}»" for owner in owners if owner), "")


def _owner(entity: str, image: dict[str, Any], names: Named) -> str:
    """Return the name of what an object without a name of its own is of: the first with a name that an image says."""
    said = (
        names.get((field.related_model, image[name]))
        for name, field in _fields(entity).items()
        if name in image and field.is_relation
    )
    return next(filter(None, said), "")


def _differences(change: Change, names: Named) -> Iterator[Difference]:
    before, after = (_flat(change["entity"], change[name] or {}) for name in ("before", "after"))
    fields = _fields(change["entity"])
    for name in {**before, **after}:
        if name.partition(".")[0] in _UNTOLD:
            continue
        field = fields.get(name) or fields.get(name.partition(".")[0])
        was, now = (_value(field, name, image.get(name), names) for image in (before, after))
        if was != now:
            yield Difference(_word(field, name), was, now)


def _flat(entity: str, image: dict[str, Any]) -> dict[str, Any]:
    """Return an image with the members of objects within it under `outer.inner`, without objects of their own."""
    flat: dict[str, Any] = {}
    for name, value in image.items():
        if name in recorder_of(entity).holds:
            continue
        if teller := TELLERS.get((entity, name)):
            flat |= {f"{name}.{word}" if word else name: said for word, said in teller(image)}
        elif isinstance(value, dict):
            flat |= {f"{name}.{inner}": each for inner, each in value.items()}
        elif not (isinstance(value, list) and value and isinstance(value[0], dict)):
            flat[name] = value
    return flat


def _word(field: Any, name: str) -> str:
    if field is None:
        return name
    inner = name.partition(".")[2] if isinstance(field, models.JSONField) else ""
    return f"{field.verbose_name}: {inner}" if inner else str(field.verbose_name)


def _value(field: Any, name: str, value: Any, names: Named) -> str:
    """Return a value as people write it."""
    if value is None or value == "" or value == []:
        return str(or_dash(None))
    if field is not None and field.is_relation:
        return names.get((field.related_model, value), f"n.º {value}")
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "Sí" if value else "No"
    if name in _MONTHS:
        return month_name(value)
    if isinstance(field, ArrayField):
        return _list(field.base_field, value)
    if isinstance(field, models.DateField):  # a moment is one too
        return moment(value) if isinstance(field, models.DateTimeField) else day(value)
    return _plain(field, value)


def _list(field: Any, values: list[Any]) -> str:
    """Return the twelve quantities of a year with their months, any other list with commas."""
    written = [_plain(field, value) for value in values]
    if len(values) == len(MONTHS):
        return " · ".join(f"{month} {value}" for month, value in zip(MONTHS, written, strict=True))
    return ", ".join(written)


def _plain(field: Any, value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(str(each) for each in value.values())
    is_quantity = isinstance(value, Decimal) or isinstance(field, models.DecimalField)  # a whole one comes as int
    return number(value) if is_quantity else str(or_dash(value))


def _names_in(changes: Iterable[Change]) -> Named:
    """Return the names of all that changes are about or refer to: one query for each kind of object."""
    sought: dict[type[models.Model], set[int]] = {}
    for change in changes:
        model = recorder_of(change["entity"]).model
        if _NAMED & {field.name for field in model._meta.fields}:
            sought.setdefault(model, set()).add(change["object_id"])
        for name, field in _fields(change["entity"]).items():
            if field.is_relation and name not in _UNTOLD:
                ids = {image[name] for image in (change["before"], change["after"]) if image and image.get(name)}
                sought.setdefault(field.related_model, set()).update(ids)
    return {
        (model, key): str(row)
        for model, ids in sought.items()
        if ids
        for key, row in _rows(model).in_bulk(sorted(ids)).items()
    }


def _rows(model: type[models.Model]) -> models.QuerySet:
    """Return the rows of a kind, with what they are named by (`named_with` of the model)."""
    return model._default_manager.select_related(*getattr(model, "named_with", ()))


def _fields(entity: str) -> dict[str, Any]:
    """Return the fields that images of a kind of object show, by their names there."""
    recorder = recorder_of(entity)
    return {name_of(recorder, str(field.column)): field for field in shown_fields(recorder)}
