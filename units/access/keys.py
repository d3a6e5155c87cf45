"""Keys of machine clients: `poi_<prefix>_<secret>`, 256 random bits, stored as SHA-256 (domain.md, "Roles")."""

import hashlib
import secrets
from dataclasses import dataclass

_MARK = "poi"


@dataclass(frozen=True, slots=True)
class Key:
    """A new key: `text` is shown once, `prefix` and `digest` (32 bytes) are stored."""

    text: str
    prefix: str
    digest: bytes


def new_key() -> Key:
    """Make a key of 256 random bits under a random prefix of 8 hexadecimal digits."""
    prefix = secrets.token_hex(4)
    text = f"{_MARK}_{prefix}_{secrets.token_urlsafe(32)}"
    return Key(text=text, prefix=prefix, digest=digest_of(text))


def digest_of(text: str) -> bytes:
    """Return the SHA-256 of a key, 32 bytes."""
    return hashlib.sha256(text.encode()).digest()


def prefix_of(text: str) -> str | None:
    """Return the prefix of a key, or None for a text that cannot be one."""
    parts = text.split("_", 2)
    plain = text.isascii() and text.isprintable()
    return parts[1] if plain and len(parts) == 3 and parts[0] == _MARK else None
