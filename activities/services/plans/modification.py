"""What a modification of a plan asks for, as it was sent: by id or code, not yet looked up."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

Name = int | str  # an id, or a code (api.md, "Identity")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTarget:
    activity: Name
    programmed: Sequence[Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewActivity:
    """`code` blank: the next free one."""

    unit: Name
    mef_activity: Name
    measurement_unit: Name
    name: str
    programmed: Sequence[Decimal]
    code: str = ""
    accumulation: str = "sum"


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    activity: Name
    unit: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation:
    activity: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Modification:
    """The body of `POST /plans/{id}/versions/`, but for its head."""

    targets: Sequence[NewTarget] = ()
    add: Sequence[NewActivity] = ()
    move: Sequence[Move] = ()
    cancel: Sequence[Cancellation] = ()
