"""Is the process alive, and can it serve? For whoever starts and watches it; no key needed.

They are answered before anything looks at the host or redirects to HTTPS, so that they can be asked by address.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.cache import never_cache

from poi_api.database.interruptions import primary_message
from poi_api.http.problem_items import error_item
from poi_api.http.problems import problem, unavailable

ALIVE = "/healthz"
READY = "/readyz"
READING = ("GET", "HEAD")
_PATIENCE = 2.0  # seconds for the database

Handler = Callable[[HttpRequest], HttpResponseBase]


def probes(get_response: Handler) -> Handler:
    """Return the middleware that answers the two addresses; it comes first."""
    views: dict[str, Handler] = {ALIVE: healthz, READY: readyz}

    def answer(request: HttpRequest) -> HttpResponseBase:
        view = views.get(request.path_info)
        if view and request.method not in READING:
            items = [error_item("method_not_allowed", "Solo se puede leer.")]
            return problem(405, items, {"Allow": ", ".join(READING)})
        return (view or get_response)(request)

    return answer


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process answers, whatever the database does."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers, soon, and has every migration, else a 503 that says which of the two."""
    link: Any = connection  # that of `poi_api.database.engine`
    try:
        with link.impatient(_PATIENCE):
            applied = MigrationRecorder(link).applied_migrations()
    except Error as error:
        return unavailable("La base de datos no responde.", primary_message(error))
    if not latest_migrations() <= set(applied):
        return unavailable("A la base de datos le faltan migraciones.")
    return HttpResponse("ok", content_type="text/plain")


@cache
def latest_migrations() -> frozenset[tuple[str, str]]:
    """Return the last migration of each app, as (app, name)."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())
