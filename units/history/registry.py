"""The recorders of all apps, which each app's module `recorders` declares, and what follows from them."""

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


def planners_alone() -> str:
    """Return the SQL of whether a change `c` is of an object that only planners see, among others of its kind."""
    conditions = [(recorder.entity, recorder.planners_alone) for recorder in recorders() if recorder.planners_alone]
    return " OR ".join(f"c.entity = '{entity}' AND {condition}" for entity, condition in conditions) or "false"


def whole() -> str:
    """Return the kind of object that others are parts of."""
    (entity,) = [recorder.entity for recorder in recorders() if recorder.part_of == "r.id"]
    return entity
