"""What `make run` sees to before it serves: tables, something to look at, and a key to look at it with."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from poi_api.environment import flag

_SAMPLE = Path("activities", "document", "sample", "poi-2022-ejecucion-iv-trimestre.tsv")
_SAMPLE_YEAR = 2022
_LOCK = 20_220_101  # any number that only this program uses


def prepare() -> str:
    """Bring the database up to date, import the sample into an empty one, and return a reader key that works.

    Raises OperationalError if there is no database, CommandError if the sample is refused.
    """
    with _alone():
        call_command("migrate", verbosity=0, interactive=False)
        if flag("SAMPLE", default="1") and not apps.get_model("activities", "Plan").objects.exists():
            _import_sample()
        kept = settings.DATA_DIR / "reader_key"
        call_command("keep_reader_key", str(kept))
        return kept.read_text(encoding="utf-8").strip()


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
