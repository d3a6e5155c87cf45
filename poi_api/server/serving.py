"""`make run`: prepare the database, serve the API with Granian, and stop both together."""

import os
import signal
import socket
import sys
from importlib import import_module

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import connections
from django.db.utils import Error as DatabaseError

from poi_api.database.configuration import OWNER_URL
from poi_api.server import listening, memory
from poi_api.server.addresses import ServingError, keep, public_address, where_to_listen
from poi_api.server.workers import WORKERS, Service

_ending: list[int] = []  # signals that came while the service was being prepared


def main() -> None:
    """Serve until SIGINT or SIGTERM. Ends with 1 and a message if it cannot start."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "poi_api.settings")
    os.environ["DEBUG"] = "0"
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    try:
        host, port = where_to_listen()
        listeners = _listen(host, port)
        _migrate_and_forget_the_owner()
        first = _prepared()
    except (ServingError, CommandError, DatabaseError, ImproperlyConfigured, OSError) as error:
        sys.exit(f"No se puede iniciar la API. {error}")
    if _ending:
        sys.exit(128 + _ending[0])
    keep(host, port)
    Service(host, port, listeners, _announcement(first)).serve()


def _migrate_and_forget_the_owner() -> None:
    """With DATABASE_OWNER_URL, migrate and begin anew without it: what serves never had the owner's connection."""
    if not os.environ.get(OWNER_URL):
        return
    django.setup()
    from poi_api.server import first_run  # models can be imported from here on

    first_run.migrate()
    connections.close_all()
    without = {name: value for name, value in os.environ.items() if name != OWNER_URL}
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], without)  # noqa: S606 - ourselves, no shell


def _prepared() -> tuple[str, str]:
    django.setup()
    from poi_api.server import first_run  # models can be imported from here on

    print("Preparando la base de datos…", flush=True)
    try:
        first = first_run.prepare()
    finally:
        connections.close_all()  # each worker opens its own
    import_module("poi_api.wsgi")  # once for all workers, which are forked from here
    memory.settle()
    return first


def _end(number: int, _: object) -> None:
    # What is raised while an object is being deleted gets lost; that it was asked for does not
    _ending.append(number)
    sys.exit(128 + number)


def _listen(host: str, port: int) -> list[socket.socket]:
    """Return the sockets that the workers serve. Raises ServingError if the port is taken."""
    try:
        return listening.listen(host, port, WORKERS)
    except OSError as error:
        raise ServingError(
            f"El puerto {port} de {host} no está libre ({error.strerror}). Elija otro: make run PORT=8001"
        ) from None


def _announcement(first: tuple[str, str]) -> str:
    key, told = first
    base = public_address()
    person = f"  {told}\n\n" if told else ""
    return (
        f"\nPáginas de la oficina: {base}/\n{person}"
        f"API POI en {base}/api/v1/  (documentación: {base}/api/docs/)\n"
        f"Clave de lectura: {key}\n\n"
        f"  curl -H 'Authorization: Api-Key {key}' '{base}/api/v1/reports/matrix/?year=2022'\n\n"
        "Ctrl-C la detiene."
    )


if __name__ == "__main__":
    main()
