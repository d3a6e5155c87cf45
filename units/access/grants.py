"""What a caller may do: its grants, whoever it is (a machine client or a person)."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from units.choices import Role


@dataclass(frozen=True, slots=True)
class Grant:
    """A role on a unit and all below it; `unit_id` None is the installation."""

    role: Role
    unit_id: int | None


@dataclass(frozen=True, slots=True)
class Access:
    """Who asks, and with which grants. `actor` is how history names the caller."""

    actor: str
    grants: tuple[Grant, ...]
    client_id: int | None = None
    user_id: int | None = None

    @property
    def is_authenticated(self) -> bool:
        """True, for DRF, which asks this of a user: an `Access` is made only for callers that are known."""
        return True

    @property
    def pk(self) -> str:
        """A short name of the caller, the same for every request of it."""
        return f"client:{self.client_id}" if self.client_id is not None else f"user:{self.user_id}"

    @property
    def rights(self) -> str:
        """A name of what the caller may do, 8 hexadecimal digits: the same for all who may do the same."""
        return _name_of(self.grants)

    def everywhere(self, role: Role = Role.READER) -> bool:
        """Tell whether the caller holds `role` or more on the whole installation."""
        return any(grant.unit_id is None and grant.role.includes(role) for grant in self.grants)

    def unit_ids(self, role: Role = Role.READER) -> list[int]:
        """Return the units on which the caller holds `role` or more, not those below them, in order."""
        return sorted({g.unit_id for g in self.grants if g.unit_id is not None and g.role.includes(role)})

    def holds(self, role: Role) -> bool:
        """Tell whether the caller holds `role` or more anywhere."""
        return any(grant.role.includes(role) for grant in self.grants)

    def allows(self, role: Role, path: Iterable[int]) -> bool:
        """Tell whether the caller holds `role` or more on the unit whose path (ids from its root) is given."""
        return self.everywhere(role) or not set(path).isdisjoint(self.unit_ids(role))


@lru_cache(maxsize=1000)
def _name_of(grants: tuple[Grant, ...]) -> str:
    text = repr(sorted({(grant.role.value, grant.unit_id or 0) for grant in grants}))
    return hashlib.blake2b(text.encode(), digest_size=4).hexdigest()
