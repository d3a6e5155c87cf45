"""What a modification of a plan asks for, as it was sent by id or code, and what there is to write of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from activities.models import Activity
from activities.services.plans.uniqueness import Key
from poi_api.http.problem_items import ErrorItem

Name = int | str  # an id, or a code (api.md, "Identity")
Programme = list[Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTarget:
    activity: Name
    programmed: Sequence[Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """A new activity: its `fields`, with what they refer to by `Name`; without a `code` it gets the next free one."""

    fields: Mapping[str, Any]
    programmed: Sequence[Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Another unit for an activity; one that was cancelled moves only where that is said."""

    activity: Name
    unit: Name
    also_cancelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation:
    """The end of an activity: from a month on, by default that of the day from which the version is in effect."""

    activity: Name
    from_month: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What had been put down wrongly of an activity; None is left as it is."""

    activity: Name
    measurement_unit: Name | None = None
    mef_activity: Name | None = None
    accumulation: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Modification:
    """The lists of `POST /plans/{id}/versions/`."""

    targets: Sequence[NewTarget] = ()
    add: Sequence[Addition] = ()
    move: Sequence[Move] = ()
    cancel: Sequence[Cancellation] = ()
    correct: Sequence[Correction] = ()


@dataclass(slots=True)
class PlannedChange:
    """An activity as the modification leaves it: its programme, and the month with which it ends if it does.

    `amended` is what it gets of its own in place of what it had, by field name: the unit that it moves to, corrections.
    """

    activity: Activity
    programmed: Programme
    cancelled_from: int | None
    amended: dict[str, Any] = field(default_factory=dict)

    @property
    def has_effect(self) -> bool:
        """Tell whether anything is different from before."""
        before = self.activity.figure
        return (
            bool(self.amended)
            or self.cancelled_from != before.cancelled_from
            or self.programmed != list(before.programmed)
        )

    @property
    def given_once(self) -> Key:
        """What the plan may have once, as it is after the change: the name within unit and MEF activity."""
        unit, mef_activity = self.amended.get("unit"), self.amended.get("mef_activity")
        return (
            unit.pk if unit else self.activity.unit_id,
            mef_activity.pk if mef_activity else self.activity.mef_activity_id,
            self.activity.name_key,
        )

    def end_with(self, month: int) -> None:
        """Cancel the activity from a month on."""
        self.cancelled_from = month
        self.programmed = [q if place < month else Decimal(0) for place, q in enumerate(self.programmed, 1)]


@dataclass(frozen=True, slots=True)
class ResolvedModification:
    """What there is to write: new activities with their programmes, and changes that have an effect.

    `conflicts` is what of it the plan does not allow (`unit_inactive`, `activity_cancelled`,
    `activity_code_once_per_plan`, `activity_once_per_plan_and_unit`).
    """

    added: list[tuple[Activity, Programme]]
    changes: list[PlannedChange]
    conflicts: list[ErrorItem]
