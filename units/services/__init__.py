"""Writes of the `units` app: keyword-only, verb-first, inside the transaction of `units.history.change_sets`."""

from units.services.clients import create_client, revoke_client, role_named, rotate_client
from units.services.memberships import create_membership, delete_membership
from units.services.units import create_unit, delete_unit, update_unit

__all__ = [
    "create_client",
    "create_membership",
    "create_unit",
    "delete_membership",
    "delete_unit",
    "revoke_client",
    "role_named",
    "rotate_client",
    "update_unit",
]
