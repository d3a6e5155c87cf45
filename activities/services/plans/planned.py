"""What a modification of a plan comes to, once it is compared with the plan: what there is to write."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from activities.models import Activity
from poi_api.http.problem_items import ErrorItem
from units.models import Unit

Programme = list[Decimal]


@dataclass(slots=True)
class PlannedChange:
    """An activity as the modification leaves it: its programme, and the month with which it ends if it does.

    `unit` is the one that it moves to, if it does, `corrections` what is corrected of it, by field name.
    """

    activity: Activity
    programmed: Programme
    cancelled_from: int | None
    unit: Unit | None = None
    corrections: dict[str, Any] = field(default_factory=dict)

    @property
    def has_effect(self) -> bool:
        """Tell whether anything is different from before."""
        before = self.activity.figure
        return (
            self.unit is not None
            or bool(self.corrections)
            or self.cancelled_from != before.cancelled_from
            or self.programmed != list(before.programmed)
        )

    @property
    def given_once(self) -> Hashable:
        """What the plan may have once, as it is after the change: the name within unit and MEF activity."""
        mef_activity = self.corrections.get("mef_activity")
        return (
            self.unit.pk if self.unit else self.activity.unit_id,
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
