"""Writes of the `units` app: keyword-only, atomic."""

from datetime import datetime

from django.db import transaction

from units.choices import Role
from units.keys import new_key
from units.models import ApiClient, Unit


@transaction.atomic
def create_client(
    *, name: str, role: str, unit: Unit | None = None, expires_at: datetime | None = None
) -> tuple[ApiClient, str]:
    """Make a machine client and its key, shown here and never again.

    `unit` None is the whole installation. Raises ValidationError for a blank name or an unknown role.
    """
    key = new_key()
    client = ApiClient(
        name=name.strip(), role=role, unit=unit, prefix=key.prefix, key_hash=key.digest, expires_at=expires_at
    )
    client.full_clean(exclude=["key_hash"])
    client.save(force_insert=True)
    return client, key.text


def role_named(text: str) -> Role:
    """Return the role called `text`. Raises ValueError, in Spanish, naming those there are."""
    try:
        return Role(text)
    except ValueError:
        raise ValueError(f"No existe el rol «{text}»: use {', '.join(Role.values)}.") from None
