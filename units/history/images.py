"""How the feed shows an object: its columns under the names of its resource (api.md, "Changes")."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

from django.db import models
from django.utils.timezone import localtime

from units.history.recorder import Recorder, model_of
from units.history.registry import recorder_of

Image = dict[str, Any]
# What only the database needs: keys to sort and search by, the place in the tree, the change set
_NOT_SHOWN = {"name_key", "path", "change_set"}
UNITS = ("parent_id", "unit_id")  # the columns that refer to one: null where the caller may not see it


def as_resource(entity: str, image: Image) -> Image:
    """Return an image of columns, and of what it holds, as an answer shows it; moments in Lima."""
    recorder = recorder_of(entity)
    moments = _moments(recorder.model)
    shown: Image = {}
    for column, value in image.items():
        if column in moments and value is not None:
            value = localtime(datetime.fromisoformat(value)).isoformat()
        elif kind := recorder.holds.get(column):
            value = _parts(kind, value)
        elif shape := recorder.shapes.get(column):
            value = shape().to_representation(value)
        outer, _, inner = name_of(recorder, column).partition(".")
        if inner:
            shown.setdefault(outer, {})[inner] = value
        else:
            shown[outer] = value
    return shown


def name_of(recorder: Recorder, column: str) -> str:
    """Return how a column is called, `outer.inner` for a member of an object."""
    return recorder.names.get(column) or column.removesuffix("_id")


def shown_fields(recorder: Recorder) -> Iterator[models.Field]:
    """Yield the fields of columns that images show: those of the recorder's table, and what copies add."""
    for field in recorder.model._meta.concrete_fields:
        hidden = field.name in _NOT_SHOWN or field.column in recorder.secret
        if not hidden and (not recorder.shown or field.column in ("id", *recorder.shown)):
            yield field
    for table, columns in recorder.adds.items():
        yield from (field for field in model_of(table)._meta.concrete_fields if field.column in columns)


def _parts(kind: str, value: Any) -> Any:
    if isinstance(value, list):
        return [as_resource(kind, part) for part in value]
    return value and as_resource(kind, value)


@cache
def _moments(model: type[models.Model]) -> frozenset[str]:
    """Return the columns of a model that are moments."""
    fields = model._meta.concrete_fields
    return frozenset(str(field.column) for field in fields if isinstance(field, models.DateTimeField))
