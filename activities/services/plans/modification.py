"""What a modification of a plan asks for, as it was sent: by id or code, not yet looked up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Name = int | str  # an id, or a code (api.md, "Identity")


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
