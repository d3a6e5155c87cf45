"""Reading of environment variables. docs/operations.md lists them all."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

AT_START = "at_start"  # the tag of checks (Django's) whose warnings are also said when the service starts
_LONGEST_ADDRESS = 200  # characters
_YES = {"1", "true", "yes", "on", "si", "sí"}
_NO = {"0", "false", "no", "off"}


def flag(name: str, *, default: str = "0") -> bool:
    """Tell whether the variable (or `default`, if unset or empty) says yes. Raises ImproperlyConfigured."""
    value = os.environ.get(name, "").strip().lower() or default
    if value in _YES:
        return True
    if value in _NO:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} no se entiende: escriba 1 o 0.")


def whole(name: str, *, default: int) -> int:
    """Return the whole number, 0 or more, that the variable says; `default` if it is unset or empty.

    Raises ImproperlyConfigured.
    """
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    if not (value.isascii() and value.isdigit()):
        raise ImproperlyConfigured(f"{name}={value!r} no se entiende: escriba un número entero.")
    return int(value)


def directory(name: str) -> str | None:
    """Return the directory that the variable names, None if it is unset or empty.

    Raises ImproperlyConfigured for one that is not there or cannot be written to.
    """
    value = os.environ.get(name, "").strip()
    if value and not (Path(value).is_dir() and os.access(value, os.W_OK | os.X_OK)):
        raise ImproperlyConfigured(f"{name}={value!r} no es un directorio en el que se pueda escribir.")
    return value or None


def words(name: str, default: str = "") -> list[str]:
    """Return the variable's comma-separated words, without blanks."""
    value = os.environ.get(name, "").strip() or default
    return [word.strip() for word in value.split(",") if word.strip()]


def secure_address(name: str) -> str:
    """Return the address that the variable says, "" if it is unset or empty: https, or http to this machine.

    Raises ImproperlyConfigured.
    """
    value = os.environ.get(name, "").strip()
    if not value:
        return ""
    parts = urlsplit(value)
    is_local = parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1"}
    plain = not (parts.query or parts.fragment or parts.username) and len(value) <= _LONGEST_ADDRESS
    if not ((parts.scheme == "https" or is_local) and parts.hostname and plain):
        raise ImproperlyConfigured(f"{name}={value!r} no se entiende: escriba una dirección https://…")
    return value


def needed(name: str, *, by: str) -> str:
    """Return what the variable says. Raises ImproperlyConfigured where it is empty and `by` is not."""
    value = os.environ.get(name, "").strip()
    if not value and os.environ.get(by, "").strip():
        raise ImproperlyConfigured(f"{by} necesita también {name}.")
    return value
