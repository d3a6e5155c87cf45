"""Who: units, memberships, client keys, and what each of them did."""

from units.models.access import ApiClient, ClientUse, Invitation, LoginAttempts, Membership
from units.models.account_event import AccountEvent
from units.models.answer import StoredAnswer
from units.models.change import Change, ChangeSet, LastChange
from units.models.restoration import Restoration
from units.models.unit import Unit, UnitAlias

__all__ = [
    "AccountEvent",
    "ApiClient",
    "Change",
    "ChangeSet",
    "ClientUse",
    "Invitation",
    "LastChange",
    "LoginAttempts",
    "Membership",
    "Restoration",
    "StoredAnswer",
    "Unit",
    "UnitAlias",
]
