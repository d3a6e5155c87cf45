"""Is the process alive, and can it serve? For whoever starts and watches it; no key needed."""

from functools import cache

from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from poi_api.database.limits import patient_for
from poi_api.http.problems import unavailable

_PATIENCE = 2.0  # seconds


@csrf_exempt  # a wrong method is told as such
@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process answers, whatever the database does."""
    return HttpResponse("ok", content_type="text/plain")


@csrf_exempt  # a wrong method is told as such
@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers, soon, and has every migration, else a 503 that says which of the two."""
    try:
        with patient_for(_PATIENCE):
            applied = MigrationRecorder(connection).applied_migrations()
    except Error:
        return unavailable("La base de datos no responde.")
    if not latest_migrations() <= set(applied):
        return unavailable("A la base de datos le faltan migraciones.")
    return HttpResponse("ok", content_type="text/plain")


@cache
def latest_migrations() -> frozenset[tuple[str, str]]:
    """Return the last migration of each app, as (app, name)."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())
