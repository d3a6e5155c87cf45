"""Which PostgreSQL the application uses: the one of DATABASE_URL or, without it, the embedded one.

Everything connects as the service's role; the owner's is for `poi_api/database/roles.py` alone.
"""

import os
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from poi_api.database.embedded.server import Server

OWNER_URL = "DATABASE_OWNER_URL"
# One connection for the life of a worker, with statements that the server parses and plans once
_OPTIONS = {
    "server_side_binding": True,
    "prepare_threshold": 1,
    # Seconds: to connect, and until a host that is gone without a word is noticed, by whoever waits for it
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,  # milliseconds
}
_PERSISTENT = {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}
_ANOTHER_DATABASE = "DATABASE_OWNER_URL y DATABASE_URL deben nombrar la misma base, cada una con el usuario de su rol."

_NO_URL = (
    "DATABASE_URL debe apuntar a PostgreSQL: postgres://usuario:clave@servidor/base. Lo que en la clave no es letra ni "
    "cifra se escribe con % y su número: @ es %40, # es %23, / es %2F, : es %3A."
)


def from_environment(data_dir: Path) -> dict[str, Any]:
    """Return the settings of Django's default database. Raises ImproperlyConfigured if it is not PostgreSQL."""
    url = os.environ.get("DATABASE_URL")
    settings = _external(url) if url else _embedded(data_dir)
    _require_same_database(settings)
    return {**settings, **_PERSISTENT, "OPTIONS": {**_OPTIONS, **settings.get("OPTIONS", {})}}


def owner_from_environment() -> dict[str, Any] | None:
    """Return what differs in the settings when the owner of DATABASE_URL's tables connects, None if none is named."""
    url = os.environ.get(OWNER_URL)
    if not url:
        return None
    owner = _external(url)
    different = {part: owner[part] for part in ("USER", "PASSWORD", "HOST", "PORT")}
    return {**different, "OPTIONS": {**_OPTIONS, **owner.get("OPTIONS", {})}}


def _require_same_database(service: dict[str, Any]) -> None:
    if url := os.environ.get(OWNER_URL):
        owner = _external(url)
        if owner["NAME"] != service["NAME"] or not (owner["USER"] and service["USER"]):
            raise ImproperlyConfigured(_ANOTHER_DATABASE)


def _external(url: str) -> dict[str, Any]:
    try:
        settings: dict[str, Any] = dict(dj_database_url.parse(url))
    except ValueError:
        settings = {}
    if settings.get("ENGINE") != "django.db.backends.postgresql" or not settings["NAME"]:
        raise ImproperlyConfigured(_NO_URL)  # without what was said: there is a password in it
    return {**settings, "ENGINE": "poi_api.database.engine"}


def _embedded(data_dir: Path) -> dict[str, Any]:
    if os.environ.get(OWNER_URL):
        raise ImproperlyConfigured(f"{OWNER_URL} acompaña a DATABASE_URL: la base incluida tiene su propio dueño.")
    server = Server(data_dir)
    return {
        "ENGINE": "poi_api.database.embedded",
        "NAME": server.database,
        "USER": server.role,
        "HOST": str(server.socket_dir),
        "PORT": server.port,
        "EMBEDDED_DATA_DIR": str(data_dir),
    }
