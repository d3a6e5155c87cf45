"""The recorders of all apps, which each app's module `recorders` declares, and what follows from them."""

from functools import cache

from django.apps import apps

from poi_api.database.sql import live
from units.history.recorder import Recorder, SeenBy

_DECLARED: dict[str, tuple[Recorder, ...]] = {}


def record(app: str, *recorders: Recorder) -> None:
    """Declare how further tables of an app become changes; `UnitsConfig.ready` finds the module that calls this."""
    _DECLARED[app] = (*_DECLARED.get(app, ()), *recorders)


def recorders_of(app: str) -> tuple[Recorder, ...]:
    """Return the recorders that an app declares, in its order."""
    return _DECLARED.get(app, ())


def recorders() -> list[Recorder]:
    """Return the recorders of all apps, those seen by the same together."""
    order = list(SeenBy)
    declared = [recorder for of_app in _DECLARED.values() for recorder in of_app]
    return sorted(declared, key=lambda recorder: order.index(recorder.seen_by))


def entities(*seen_by: SeenBy) -> list[str]:
    """Return the kinds of objects that those named see; without any name, all kinds."""
    return [recorder.entity for recorder in recorders() if not seen_by or recorder.seen_by in seen_by]


def recorder_of(entity: str) -> Recorder:
    """Return the recorder of a kind of object. Raises KeyError."""
    return _by_entity()[entity]


@cache
def _by_entity() -> dict[str, Recorder]:
    return {recorder.entity: recorder for recorder in recorders()}


def planners_alone() -> str:
    """Return the SQL of whether a change `c` is of an object that only planners see, among others of its kind."""
    conditions = [(recorder.entity, recorder.planners_alone) for recorder in recorders() if recorder.planners_alone]
    return " OR ".join(f"c.entity = '{entity}' AND {condition}" for entity, condition in conditions) or "false"


def whole() -> str:
    """Return the kind of object that others are parts of."""
    (entity,) = [recorder.entity for recorder in recorders() if recorder.part_of == "r.id"]
    return entity


def rules(app: str) -> str:
    """Return the SQL that is run once an app's tables are made: its files in order, and its recorders.

    Last, what refers to a unit does so at once (units/sql/tree.sql), and every trigger fires always
    (units/sql/append_only.sql).
    """
    files = live(app, apps.get_app_config(app).sql)  # type: ignore[attr-defined]
    recorders = "".join(recorder.sql() for recorder in recorders_of(app))
    return f"{files}{recorders}\nCALL refer_to_units_at_once('{app}');\nCALL fire_always();\n"
