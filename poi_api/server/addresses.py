"""Where the service listens, and by which address people find it: a command that writes links says the same."""

import os
from pathlib import Path

from django.conf import settings

from poi_api import private_files
from poi_api.server.workers import EVERYWHERE


class ServingError(Exception):
    """The service cannot start; the message says why, in Spanish."""


def where_to_listen() -> tuple[str, int]:
    """Return the host and the port that the environment says (HOST, PORT). Raises ServingError for what is no port."""
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise ServingError(f"PORT={port!r} no es un puerto: escriba un número de 1 a 65535.")
    return host, int(port)


def base_address(host: str, port: int) -> str:
    """Return the address of a service that listens there, as a browser on the same machine calls it."""
    host = EVERYWHERE.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def keep(host: str, port: int) -> None:
    """Keep where the service was started last, for commands that are not told (`public_address`)."""
    private_files.replace(_kept(), f"{host} {port}")


def public_address() -> str:
    """Return where people find the service, as far as settings, the environment and its last start say.

    Raises ServingError for a PORT that is none.
    """
    if settings.CSRF_TRUSTED_ORIGINS:
        return str(settings.CSRF_TRUSTED_ORIGINS[0])
    given = (name.removeprefix(".") for name in settings.ALLOWED_HOSTS)
    named = next((name for name in given if name not in ("*", "localhost", "127.0.0.1", "[::1]")), "")
    if settings.HTTPS:
        return f"https://{named or '127.0.0.1'}"
    host, port = _listens()
    return base_address(named or host, port)


def _listens() -> tuple[str, int]:
    said = where_to_listen()
    if os.environ.get("PORT") or os.environ.get("HOST") or not _kept().exists():
        return said
    host, _, port = _kept().read_text(encoding="utf-8").strip().rpartition(" ")
    return host, int(port)


def _kept() -> Path:
    return Path(settings.DATA_DIR) / "listens_at"
