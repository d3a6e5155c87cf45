"""A modification compared with its plan: what it names, what it would change, and what of it cannot be.

Everything is looked up at once for the whole request, so that hundreds of activities cost as many statements
as one (api.md, `/plans/{id}/versions/`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from activities.choices import MONTHS
from activities.models import Activity, MeasurementUnit, MefActivity, Plan
from activities.services.plans.codes import free_activity_codes
from activities.services.plans.modification import (
    Cancellation,
    Modification,
    Name,
    PlannedChange,
    Programme,
    ResolvedModification,
)
from activities.services.plans.uniqueness import (
    ACTIVITY_TAKEN,
    CODE_TAKEN,
    Key,
    activity_taken_detail,
    code_taken_detail,
    key_of,
)
from poi_api.http.exceptions import Invalid, refuse_all
from poi_api.http.folding import fold
from poi_api.http.parameters import LARGEST_ID
from poi_api.http.problem_items import ErrorItem, error_item
from poi_api.http.texts import quoted
from units.models import Unit
from units.models.successors import successors

_READ = (
    *("code", "plan_id", "unit_id", "mef_activity_id", "measurement_unit_id", "accumulation", "name_key"),
    *("figure__programmed", "figure__cancelled_from"),
)
_CATALOGUES = (
    ("mef_activity", MefActivity, "una actividad MEF"),
    ("measurement_unit", MeasurementUnit, "una unidad de medida"),
)
_CHANGES = ("targets", "move", "cancel", "correct")  # the lists that name an activity of the plan
_NOT_WITH_CANCELLING = {"targets", "move"}
Mentions = dict[Activity, dict[str, list[int]]]


class Resolver:
    """Resolves one modification of a locked plan, in effect from a day on, if that is said.

    What is wrong with it gathers in `errors` and `conflicts`.
    """

    def __init__(self, plan: Plan, modification: Modification, effective_on: date | None) -> None:
        self.plan, self.modification, self.effective_on = plan, modification, effective_on
        self.errors: list[ErrorItem] = []
        self.conflicts: list[ErrorItem] = []
        self.activities = list(plan.activities.select_related("figure").order_by("pk").only(*_READ))
        self.by_name = _by_name(self.activities)
        units = [item.fields["unit"] for item in modification.add] + [item.unit for item in modification.move]
        self.units = _units_named(plan, units)
        self.entries = {name: _find(model._default_manager.all(), self._named(name)) for name, model, _ in _CATALOGUES}

    def _named(self, field: str) -> list[Name]:
        """Return by which names entries of a catalogue are asked for."""
        corrected = [getattr(item, field) for item in self.modification.correct]
        return [item.fields[field] for item in self.modification.add] + [name for name in corrected if name is not None]

    def resolve(self) -> ResolvedModification:
        """Return what it changes.

        Raises Invalid with an item for everything that is wrong in it (`unknown_activity`, `unknown_unit`,
        `unknown_mef_activity`, `unknown_measurement_unit`, `duplicate_item`, `contradiction`, `from_month_required`).
        """
        mentions = self._mentions()
        self._note_repetitions(mentions)
        changes = self._changes(mentions)
        added = self._additions()
        refuse_all(Invalid, self.errors)
        self._note_taken([activity for activity, _ in added], self._after(changes))
        return ResolvedModification(added, [change for change in changes.values() if change.has_effect], self.conflicts)

    def _mentions(self) -> Mentions:
        """Return in which lists each activity is named, and at which places of them."""
        mentions: Mentions = defaultdict(dict)
        for name in _CHANGES:
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
            if "cancel" in lists and not _NOT_WITH_CANCELLING.isdisjoint(lists):
                detail = f"La actividad {activity.code} se anula y se cambia a la vez: deje una de las dos cosas."
                for name, indexes in lists.items():
                    if name == "cancel" or name in _NOT_WITH_CANCELLING:
                        self.errors += _refusals("contradiction", detail, name, indexes)

    def _changes(self, mentions: Mentions) -> dict[Activity, PlannedChange]:
        changes = {}
        for activity, lists in mentions.items():
            before = activity.figure
            change = changes[activity] = PlannedChange(activity, list(before.programmed), before.cancelled_from)
            for index in lists.get("targets", ()):
                change.programmed, change.cancelled_from = list(self.modification.targets[index].programmed), None
            for index in lists.get("move", ()):
                self._move(change, index)
            for index in lists.get("cancel", ()):
                self._cancel(change, index)
            for index in lists.get("correct", ()):
                self._correct(change, index)
        return changes

    def _cancel(self, change: PlannedChange, index: int) -> None:
        month, ends = self._from_month(self.modification.cancel[index], index), change.cancelled_from
        if ends is not None and month > ends:
            detail = (
                f"La actividad {change.activity.code} ya termina antes, desde {MONTHS[ends - 1]}: para que siga más "
                "tiempo, dele metas en «targets»."
            )
            self._note_conflict("activity_cancelled", detail, "cancel.from_month", index)
        else:
            change.end_with(month)

    def _from_month(self, item: Cancellation, index: int) -> int:
        """Return the month with which a cancelled activity ends: its own, or that of `effective_on`."""
        if item.from_month is not None:
            return item.from_month
        if self.effective_on is not None and self.effective_on.year == self.plan.year:
            return self.effective_on.month
        detail = f"Diga desde qué mes se anula (from_month), o una fecha de {self.plan.year} en «effective_on»."
        self.errors.append(error_item("from_month_required", detail, field="cancel.from_month", index=index))
        return 1

    def _correct(self, change: PlannedChange, index: int) -> None:
        item, activity = self.modification.correct[index], change.activity
        for field, _, what in _CATALOGUES:
            name = getattr(item, field)
            entry = self.entries[field].get(name)
            if name is not None and entry is None:
                self._note_unknown(f"correct.{field}", index, what, name)
            elif entry is not None and entry.pk != getattr(activity, f"{field}_id"):
                change.amended[field] = entry
        if item.accumulation not in (None, activity.accumulation):
            change.amended["accumulation"] = item.accumulation

    def _move(self, change: PlannedChange, index: int) -> None:
        item = self.modification.move[index]
        unit = self._unit(item.unit, "move.unit", index)
        if unit is None or unit.pk == change.activity.unit_id:
            return
        if change.cancelled_from is not None and not item.also_cancelled:
            detail = f"La actividad {change.activity.code} está anulada: para moverla, recupérela en «targets»."
            self._note_conflict("activity_cancelled", detail, "move.activity", index)
        change.amended["unit"] = unit

    def _additions(self) -> list[tuple[Activity, Programme]]:
        additions = self.modification.add
        taken = [activity.code for activity in self.activities] + [item.fields.get("code", "") for item in additions]
        codes = free_activity_codes(taken)
        return [
            (self._addition(item.fields, index, codes), list(item.programmed)) for index, item in enumerate(additions)
        ]

    def _addition(self, fields: Mapping[str, Any], index: int, codes: Iterator[str]) -> Activity:
        references = {"unit": self._unit(fields["unit"], "add.unit", index)}
        for name, _, what in _CATALOGUES:
            references[name] = self.entries[name].get(fields[name])
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

    def _after(self, changes: dict[Activity, PlannedChange]) -> dict[Key, Activity]:
        """Return the plan's activities after moves and corrections, by what is given once.

        The database sees one row after the other: what an activity leaves by this modification is not free yet.
        """
        before = {key_of(activity, activity.name_key): activity for activity in self.activities}
        after = dict(before)
        for field, index, change in self._replaced(changes):
            key, activity = change.given_once, change.activity
            other = before.get(key) or after.get(key)
            if other is not None:
                leaves = other in changes and changes[other].given_once != key
                detail = activity_taken_detail(other) + (" Cámbiela antes, en otra versión." if leaves else "")
                self._note_conflict(ACTIVITY_TAKEN, detail, field, index)
            after.pop(key_of(activity, activity.name_key), None)
            after.setdefault(key, activity)
        return after

    def _replaced(self, changes: dict[Activity, PlannedChange]) -> Iterator[tuple[str, int, PlannedChange]]:
        """Yield which changes give an activity another unit or MEF activity, each once, with its field and place."""
        for index, move in enumerate(self.modification.move):
            change = changes[self.by_name[move.activity]]
            if "unit" in change.amended:
                yield "move.unit", index, change
        for index, item in enumerate(self.modification.correct):
            change = changes[self.by_name[item.activity]]
            if "unit" not in change.amended and "mef_activity" in change.amended:
                yield "correct.mef_activity", index, change

    def _note_taken(self, added: list[Activity], present: dict[Key, Activity]) -> None:
        codes = {fold(activity.code): activity.code for activity in self.activities}
        for index, activity in enumerate(added):
            key = fold(activity.code)
            if key in codes:
                self._note_conflict(CODE_TAKEN, code_taken_detail(activity.code, codes[key]), "add.code", index)
            codes.setdefault(key, activity.code)
            other = present.setdefault(key_of(activity, fold(activity.name)), activity)
            if other is not activity:
                self._note_conflict(ACTIVITY_TAKEN, activity_taken_detail(other), "add.name", index)

    def _note_unknown(self, field: str, index: int, what: str, name: Name) -> None:
        detail = f"No existe {what} con el {'código' if isinstance(name, str) else 'id'} {quoted(name)}."
        code = f"unknown_{field.partition('.')[2]}"
        self.errors.append(error_item(code, detail, field=field, index=index))

    def _note_conflict(self, code: str, detail: str, field: str, index: int) -> None:
        self.conflicts.append(error_item(code, detail, field=field, index=index))


def _refusals(code: str, detail: str, name: str, indexes: Iterable[int]) -> list[ErrorItem]:
    return [error_item(code, detail, field=f"{name}.activity", index=index) for index in indexes]


def _units_named(plan: Plan, names: Sequence[Name]) -> dict[Name, Unit]:
    """Return the units of a plan's institution that are named; the code of one that was merged leads to the other."""
    found: dict[Name, Unit] = _find(Unit.objects.filter(institution=plan.institution_id), names)
    instead = successors(found.values())
    return {name: instead.get(unit.pk, unit) if isinstance(name, str) else unit for name, unit in found.items()}


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
