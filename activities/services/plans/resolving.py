"""A modification held against its plan: what it names, and what it would change.

Everything is looked up at once for the whole request, so that hundreds of activities cost as many statements
as one (api.md, `/plans/{id}/versions/`).
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from activities.models import Activity, MeasurementUnit, MefActivity, Plan
from activities.models.target import NO_PROGRAMME
from activities.services.plans.clashes import CODE_TAKEN, PLACE_TAKEN, said_of_code, said_of_place
from activities.services.plans.codes import free_codes
from activities.services.plans.modification import Modification, Name, NewActivity
from activities.services.refusals import duplicates, refuse_all
from poi_api.http.exceptions import Invalid
from poi_api.http.folding import fold
from poi_api.http.parameters import LARGEST_ID
from poi_api.http.problem_items import ErrorItem, error_item
from units.models import Unit

_KEYS = ("code", "plan_id", "unit_id", "mef_activity_id", "name_key")
_READ = (*_KEYS, "figure__programmed", "figure__is_cancelled")


@dataclass(slots=True)
class Outlook:
    """An activity as the modification leaves it; `changes` tells whether that is any different."""

    activity: Activity
    programmed: list[Decimal]
    is_cancelled: bool
    unit: Unit | None = None  # the one it moves to

    @property
    def changes(self) -> bool:
        before = self.activity.figure
        return (
            self.unit is not None
            or self.is_cancelled != before.is_cancelled
            or self.programmed != list(before.programmed)
        )


@dataclass(slots=True)
class Resolved:
    """What there is to write: new activities with their programmes, and how others will be; and what of it
    the plan does not allow (`unit_inactive`, `activity_cancelled`, `activity_code_once_per_plan`,
    `activity_once_per_plan_and_unit`).
    """

    added: list[tuple[Activity, list[Decimal]]]
    outlooks: list[Outlook]
    forbidden: list[ErrorItem]

    @property
    def changed(self) -> list[Outlook]:
        return [outlook for outlook in self.outlooks if outlook.changes]


def resolve(plan: Plan, modification: Modification) -> Resolved:
    """Return what a modification changes in a plan that is held.

    Raises Invalid with an item for everything that is wrong in it (`unknown_activity`, `unknown_unit`,
    `unknown_mef_activity`, `unknown_measurement_unit`, `duplicate_item`, `contradiction`).
    """
    return _Reading(plan, modification).resolved()


class _Reading:
    """One modification being read; errors gather in `wrong` and `forbidden`."""

    def __init__(self, plan: Plan, modification: Modification) -> None:
        self.plan, self.modification = plan, modification
        self.wrong: list[ErrorItem] = []
        self.forbidden: list[ErrorItem] = []
        own = plan.activities.select_related("figure").order_by("pk")
        self.activities = list(own.only(*_READ))
        self.by_name = by_name(self.activities)
        named = [item.unit for item in modification.add] + [item.unit for item in modification.move]
        self.units = find(Unit.objects.filter(institution=plan.institution_id), named)

    def resolved(self) -> Resolved:
        places = self._places()
        self._refuse_repetitions(places)
        outlooks = self._outlooks(places)
        added = self._additions()
        refuse_all(Invalid, self.wrong)
        self._refuse_clashes(outlooks, [activity for activity, _ in added])
        return Resolved(added, list(outlooks.values()), self.forbidden)

    def _places(self) -> dict[Activity, list[tuple[str, int]]]:
        """Return where each activity is named: in which lists, at which places."""
        found: dict[Activity, list[tuple[str, int]]] = defaultdict(list)
        for name in ("targets", "move", "cancel"):
            for index, entry in enumerate(getattr(self.modification, name)):
                activity = self.by_name.get(entry.activity)
                if activity is None:
                    what = "una actividad del plan"
                    self._unknown(f"{name}.activity", index, "unknown_activity", what, entry.activity)
                else:
                    found[activity].append((name, index))
        return found

    def _refuse_repetitions(self, places: dict[Activity, list[tuple[str, int]]]) -> None:
        for activity, named in places.items():
            by_list = _grouped(named)
            for name, indexes in by_list.items():
                if len(indexes) > 1:
                    detail = f"La actividad {activity.code} se repite en «{name}»."
                    self.wrong += duplicates(field=f"{name}.activity", places=indexes, detail=detail)
            if "cancel" in by_list and len(by_list) > 1:
                detail = f"La actividad {activity.code} se anula y se cambia a la vez: deje una de las dos cosas."
                self.wrong += [
                    error_item("contradiction", detail, field=f"{name}.activity", index=index) for name, index in named
                ]

    def _outlooks(self, places: dict[Activity, list[tuple[str, int]]]) -> dict[Activity, Outlook]:
        outlooks = {}
        for activity, named in places.items():
            before = activity.figure
            outlook = outlooks[activity] = Outlook(activity, list(before.programmed), before.is_cancelled)
            for name, index in named:  # targets come before moves
                getattr(self, f"_see_{name}")(outlook, index)
        return outlooks

    def _see_targets(self, outlook: Outlook, index: int) -> None:
        outlook.programmed, outlook.is_cancelled = list(self.modification.targets[index].programmed), False

    def _see_cancel(self, outlook: Outlook, index: int) -> None:
        outlook.programmed, outlook.is_cancelled = list(NO_PROGRAMME), True

    def _see_move(self, outlook: Outlook, index: int) -> None:
        unit = self._unit(self.modification.move[index].unit, "move.unit", index)
        if unit is None or unit.pk == outlook.activity.unit_id:
            return
        if outlook.is_cancelled:
            detail = f"La actividad {outlook.activity.code} está anulada: para moverla, recupérela en «targets»."
            self._forbid("activity_cancelled", detail, "move.activity", index)
        outlook.unit = unit

    def _additions(self) -> list[tuple[Activity, list[Decimal]]]:
        mef = find(MefActivity.objects.all(), [item.mef_activity for item in self.modification.add])
        measures = find(MeasurementUnit.objects.all(), [item.measurement_unit for item in self.modification.add])
        taken = [activity.code for activity in self.activities] + [item.code for item in self.modification.add]
        codes = free_codes("A", 3, taken)
        return [
            (self._addition(item, index, mef, measures, codes), list(item.programmed))
            for index, item in enumerate(self.modification.add)
        ]

    def _addition(
        self, item: NewActivity, index: int, mef: dict[Name, Any], measures: dict[Name, Any], codes: Iterator[str]
    ) -> Activity:
        unit = self._unit(item.unit, "add.unit", index)
        if item.mef_activity not in mef:
            self._unknown("add.mef_activity", index, "unknown_mef_activity", "una actividad MEF", item.mef_activity)
        if item.measurement_unit not in measures:
            what = "una unidad de medida"
            self._unknown("add.measurement_unit", index, "unknown_measurement_unit", what, item.measurement_unit)
        return Activity(
            plan=self.plan,
            unit=unit,
            mef_activity=mef.get(item.mef_activity),
            measurement_unit=measures.get(item.measurement_unit),
            code=item.code or next(codes),
            name=" ".join(item.name.split()),
            accumulation=item.accumulation,
        )

    def _unit(self, name: Name, field: str, index: int) -> Unit | None:
        unit: Unit | None = self.units.get(name)
        if unit is None:
            self._unknown(field, index, "unknown_unit", "una unidad de la institución del plan", name)
        elif not unit.is_active:
            self._forbid("unit_inactive", f"La unidad {unit.code} está inactiva: elija otra.", field, index)
        return unit

    def _refuse_clashes(self, outlooks: dict[Activity, Outlook], added: list[Activity]) -> None:
        """A code, and a name within unit and MEF activity, is given once in a plan."""
        taken = self._places_after(outlooks)
        codes = {fold(activity.code): activity.code for activity in self.activities}
        for index, activity in enumerate(added):
            key = fold(activity.code)
            if key in codes:
                self._forbid(CODE_TAKEN, said_of_code(activity.code, codes[key]), "add.code", index)
            codes.setdefault(key, activity.code)
            place = (activity.unit_id, activity.mef_activity_id, fold(activity.name))
            if place in taken:
                self._forbid(PLACE_TAKEN, said_of_place(taken[place]), "add.name", index)
            taken.setdefault(place, activity)

    def _places_after(self, outlooks: dict[Activity, Outlook]) -> dict[Hashable, Activity]:
        """Return who is where after the moves. The database sees one row after the other: what another activity
        leaves in the same modification is taken for a move.
        """
        before: dict[Hashable, Activity] = {
            _place(activity, activity.unit_id): activity for activity in self.activities
        }
        after = dict(before)
        for index, item in enumerate(self.modification.move):
            activity = self.by_name[item.activity]
            unit = outlooks[activity].unit
            if unit is None:
                continue
            place = _place(activity, unit.pk)
            if (twin := before.get(place) or after.get(place)) is not None:
                leaves = " Trasládela antes, en otra versión." if outlooks.get(twin) and outlooks[twin].unit else ""
                self._forbid(PLACE_TAKEN, said_of_place(twin) + leaves, "move.unit", index)
            after.pop(_place(activity, activity.unit_id), None)
            after.setdefault(place, activity)
        return after

    def _unknown(self, field: str, index: int, code: str, what: str, name: Name) -> None:
        detail = f"No existe {what} con el {'código' if isinstance(name, str) else 'id'} {name}."
        self.wrong.append(error_item(code, detail, field=field, index=index))

    def _forbid(self, code: str, detail: str, field: str, index: int) -> None:
        self.forbidden.append(error_item(code, detail, field=field, index=index))


def _place(activity: Activity, unit_id: int) -> Hashable:
    return unit_id, activity.mef_activity_id, activity.name_key


def _grouped(named: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for name, index in named:
        groups[name].append(index)
    return groups


def find(rows: QuerySet, names: Sequence[Name]) -> dict[Name, Any]:
    """Return those of `rows` that are named, by every name they have: one query, none without names."""
    if not names:
        return {}
    ids = {name for name in names if isinstance(name, int) and 0 < name <= LARGEST_ID}
    codes = {name for name in names if isinstance(name, str)}
    return by_name(rows.filter(Q(pk__in=ids) | Q(code__in=codes)))


def by_name(rows: Iterable[Any]) -> dict[Name, Any]:
    """Return rows by id and by code."""
    found: dict[Name, Any] = {}
    for row in rows:
        found[row.pk] = found[row.code] = row
    return found
