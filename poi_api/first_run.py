"""What `make run` sees to before it serves: tables, something to look at, and a key to look at it with."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now

from activities.models import Plan
from poi_api import private_files
from poi_api.environment import flag
from units.choices import Role
from units.keys import digest_of
from units.models import ApiClient
from units.services import create_client

_SAMPLE = Path("reports", "document", "sample", "poi-2022-ejecucion-iv-trimestre.tsv")
_SAMPLE_YEAR = 2022
_LOCK = 20_220_101  # any number that only this program uses


def prepare() -> str:
    """Bring the database up to date, import the sample into an empty one, and return a reader key that works.

    Raises OperationalError if there is no database, CommandError if the sample is refused.
    """
    with _alone():
        call_command("migrate", verbosity=0, interactive=False)
        if flag("SAMPLE", default="1") and not Plan.objects.exists():
            _import_sample()
        return reader_key(settings.DATA_DIR / "reader_key")


def reader_key(path: Path) -> str:
    """The key kept in `path`; a new one, kept there from now on, if this database does not know it."""
    kept = path.read_text(encoding="utf-8").strip() if path.exists() else ""
    if _works(kept):
        return kept
    _, key = create_client(name="Lector de esta instalación", role=Role.READER, unit=None)
    private_files.replace(path, key)
    return key


def _works(key: str) -> bool:
    lasting = Q(expires_at=None) | Q(expires_at__gt=Now())
    return ApiClient.objects.filter(lasting, key_hash=digest_of(key), revoked_at=None).exists()


def _import_sample() -> None:
    call_command(
        "import_poi",
        str(settings.BASE_DIR / _SAMPLE),
        institution="SAT",
        institution_name="SAT LIMA",
        year=_SAMPLE_YEAR,
    )


@contextmanager
def _alone() -> Iterator[None]:
    """Hold back other processes that start on the same database meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
