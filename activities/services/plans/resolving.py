"""A modification compared with its plan: what it names, what it would change, and what of it cannot be.

Everything is looked up at once for the whole request, so that hundreds of activities cost as many statements
as one (api.md, `/plans/{id}/versions/`).
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from activities.models import Activity, MeasurementUnit, MefActivity, Plan
from activities.models.target import NO_PROGRAMME
from activities.services.plans.codes import free_activity_codes
from activities.services.plans.modification import Modification, Name
from activities.services.plans.uniqueness import (
    ACTIVITY_TAKEN,
    CODE_TAKEN,
    activity_taken_detail,
    code_taken_detail,
)
from poi_api.http.exceptions import Invalid
from poi_api.http.folding import fold
from poi_api.http.parameters import LARGEST_ID
from poi_api.http.problem_items import ErrorItem, error_item
from poi_api.http.refusals import refuse_all
from poi_api.http.texts import quoted
from units.models import Unit

_READ = ("code", "plan_id", "unit_id", "mef_activity_id", "name_key", "figure__programmed", "figure__is_cancelled")
_CATALOGUES = (
    ("mef_activity", MefActivity, "una actividad MEF"),
    ("measurement_unit", MeasurementUnit, "una unidad de medida"),
)
Programme = list[Decimal]
Mentions = dict[Activity, dict[str, list[int]]]


@dataclass(slots=True)
class PlannedChange:
    """An activity as the modification leaves it: its programme, and the unit it moves to if it does."""

    activity: Activity
    programmed: Programme
    is_cancelled: bool
    unit: Unit | None = None

    @property
    def has_effect(self) -> bool:
        """Tell whether anything is different from before."""
        before = self.activity.figure
        return (
            self.unit is not None
            or self.is_cancelled != before.is_cancelled
            or self.programmed != list(before.programmed)
        )


@dataclass(frozen=True, slots=True)
class ResolvedModification:
    """What there is to write: new activities with their programmes, and changes that have an effect.

    `conflicts` is what of it the plan does not allow (`unit_inactive`, `activity_cancelled`,
    `activity_code_once_per_plan`, `activity_once_per_plan_and_unit`).
    """

    added: list[tuple[Activity, Programme]]
    changes: list[PlannedChange]
    conflicts: list[ErrorItem]


def resolve(plan: Plan, modification: Modification) -> ResolvedModification:
    """Return what a modification changes in a locked plan.

    Raises Invalid with an item for everything that is wrong in it (`unknown_activity`, `unknown_unit`,
    `unknown_mef_activity`, `unknown_measurement_unit`, `duplicate_item`, `contradiction`).
    """
    return _Resolver(plan, modification).resolve()


class _Resolver:
    """Resolves one modification; what is wrong with it gathers in `errors` and `conflicts`."""

    def __init__(self, plan: Plan, modification: Modification) -> None:
        self.plan, self.modification = plan, modification
        self.errors: list[ErrorItem] = []
        self.conflicts: list[ErrorItem] = []
        self.activities = list(plan.activities.select_related("figure").order_by("pk").only(*_READ))
        self.by_name = _by_name(self.activities)
        units = [item.fields["unit"] for item in modification.add] + [item.unit for item in modification.move]
        self.units = _find(Unit.objects.filter(institution=plan.institution_id), units)

    def resolve(self) -> ResolvedModification:
        mentions = self._mentions()
        self._note_repetitions(mentions)
        changes = self._changes(mentions)
        added = self._additions()
        refuse_all(Invalid, self.errors)
        self._note_taken([activity for activity, _ in added], self._after_moves(changes))
        return ResolvedModification(added, [change for change in changes.values() if change.has_effect], self.conflicts)

    def _mentions(self) -> Mentions:
        """Return in which lists each activity is named, and at which places of them."""
        mentions: Mentions = defaultdict(dict)
        for name in ("targets", "move", "cancel"):
            for index, item in enumerate(getattr(self.modification, name)):
                activity = self.by_name.get(item.activity)
                if activity is None:
                    self._note_unknown(f"{name}.activity", index, "una actividad del plan", item.activity)
                else:
                    mentions[activity].setdefault(name, []).append(index)
        return mentions

    def _note_repetitions(self, mentions: Mentions) -> None:
        for activity, lists in mentions.items():
            for name, indexes in lists.items():
                if len(indexes) > 1:
                    detail = f"La actividad {activity.code} se repite en «{name}»."
                    self.errors += _refusals("duplicate_item", detail, name, indexes)
            if "cancel" in lists and len(lists) > 1:
                detail = f"La actividad {activity.code} se anula y se cambia a la vez: deje una de las dos cosas."
                for name, indexes in lists.items():
                    self.errors += _refusals("contradiction", detail, name, indexes)

    def _changes(self, mentions: Mentions) -> dict[Activity, PlannedChange]:
        changes = {}
        for activity, lists in mentions.items():
            before = activity.figure
            change = changes[activity] = PlannedChange(activity, list(before.programmed), before.is_cancelled)
            for index in lists.get("targets", ()):
                change.programmed, change.is_cancelled = list(self.modification.targets[index].programmed), False
            for index in lists.get("move", ()):
                self._move(change, index)
            if "cancel" in lists:
                change.programmed, change.is_cancelled = list(NO_PROGRAMME), True
        return changes

    def _move(self, change: PlannedChange, index: int) -> None:
        unit = self._unit(self.modification.move[index].unit, "move.unit", index)
        if unit is None or unit.pk == change.activity.unit_id:
            return
        if change.is_cancelled:
            detail = f"La actividad {change.activity.code} está anulada: para moverla, recupérela en «targets»."
            self._note_conflict("activity_cancelled", detail, "move.activity", index)
        change.unit = unit

    def _additions(self) -> list[tuple[Activity, Programme]]:
        additions = self.modification.add
        entries = {
            name: _find(model._default_manager.all(), [item.fields[name] for item in additions])
            for name, model, _ in _CATALOGUES
        }
        taken = [activity.code for activity in self.activities] + [item.fields.get("code", "") for item in additions]
        codes = free_activity_codes(taken)
        return [
            (self._addition(item.fields, index, entries, codes), list(item.programmed))
            for index, item in enumerate(additions)
        ]

    def _addition(
        self, fields: Mapping[str, Any], index: int, entries: dict[str, dict[Name, Any]], codes: Iterator[str]
    ) -> Activity:
        references = {"unit": self._unit(fields["unit"], "add.unit", index)}
        for name, _, what in _CATALOGUES:
            references[name] = entries[name].get(fields[name])
            if references[name] is None:
                self._note_unknown(f"add.{name}", index, what, fields[name])
        code = fields.get("code") or next(codes)
        return Activity(**{**fields, **references, "plan": self.plan, "code": code})

    def _unit(self, name: Name, field: str, index: int) -> Unit | None:
        unit: Unit | None = self.units.get(name)
        if unit is None:
            self._note_unknown(field, index, "una unidad de la institución del plan", name)
        elif not unit.is_active:
            detail = f"La unidad {unit.code} está inactiva: elija otra."
            self._note_conflict("unit_inactive", detail, field, index)
        return unit

    def _after_moves(self, changes: dict[Activity, PlannedChange]) -> dict[Hashable, Activity]:
        """Return the plan's activities after the moves, by what is given once.

        The database sees one row after the other: what an activity leaves by this modification is not free yet.
        """
        before = {_given_once(activity, activity.unit_id): activity for activity in self.activities}
        after = dict(before)
        for index, item in enumerate(self.modification.move):
            activity = self.by_name[item.activity]
            unit = changes[activity].unit
            if unit is None:
                continue
            key = _given_once(activity, unit.pk)
            other = before.get(key) or after.get(key)
            if other is not None:
                leaves = " Trasládela antes, en otra versión." if other in changes and changes[other].unit else ""
                self._note_conflict(ACTIVITY_TAKEN, activity_taken_detail(other) + leaves, "move.unit", index)
            after.pop(_given_once(activity, activity.unit_id), None)
            after.setdefault(key, activity)
        return after

    def _note_taken(self, added: list[Activity], present: dict[Hashable, Activity]) -> None:
        codes = {fold(activity.code): activity.code for activity in self.activities}
        for index, activity in enumerate(added):
            key = fold(activity.code)
            if key in codes:
                self._note_conflict(CODE_TAKEN, code_taken_detail(activity.code, codes[key]), "add.code", index)
            codes.setdefault(key, activity.code)
            other = present.setdefault((activity.unit_id, activity.mef_activity_id, fold(activity.name)), activity)
            if other is not activity:
                self._note_conflict(ACTIVITY_TAKEN, activity_taken_detail(other), "add.name", index)

    def _note_unknown(self, field: str, index: int, what: str, name: Name) -> None:
        detail = f"No existe {what} con el {'código' if isinstance(name, str) else 'id'} {quoted(name)}."
        code = f"unknown_{field.partition('.')[2]}"
        self.errors.append(error_item(code, detail, field=field, index=index))

    def _note_conflict(self, code: str, detail: str, field: str, index: int) -> None:
        self.conflicts.append(error_item(code, detail, field=field, index=index))


def _given_once(activity: Activity, unit_id: int) -> Hashable:
    """Return what a plan has once: the activity's name and MEF activity within a unit."""
    return unit_id, activity.mef_activity_id, activity.name_key


def _refusals(code: str, detail: str, name: str, indexes: Iterable[int]) -> list[ErrorItem]:
    return [error_item(code, detail, field=f"{name}.activity", index=index) for index in indexes]


def _find(rows: QuerySet, names: Sequence[Name]) -> dict[Name, Any]:
    """Return those of `rows` that are named, by every name they have: one query, none without names."""
    if not names:
        return {}
    ids = {name for name in names if isinstance(name, int) and 0 < name <= LARGEST_ID}
    codes = {name for name in names if isinstance(name, str)}
    return _by_name(rows.filter(Q(pk__in=ids) | Q(code__in=codes)))


def _by_name(rows: Iterable[Any]) -> dict[Name, Any]:
    """Return rows by id and by code."""
    return {name: row for row in rows for name in (row.pk, row.code)}
