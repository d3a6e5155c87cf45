"""What `make run` sees to before it serves: tables, something to look at, and a key to look at it with."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core import checks
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from poi_api.database import locks, roles
from poi_api.database.copies import unfinished
from poi_api.database.rows import values_of
from poi_api.environment import AT_START, flag

_SAMPLE = Path("activities", "document", "sample", "poi-2022-ejecucion-iv-trimestre.tsv")
_SAMPLE_YEAR = 2022
_SAMPLE_INSTITUTION = "SAT"
_FIRST_PERSON = "oficina_password"  # the file in which the password of the sample's first person is


@roles.missing_rights_said()
def prepare() -> tuple[str, str]:
    """Bring the database up to date, import the sample into an empty one, and return what there is to begin with.

    That is a reader key that works, and a line that says who can come in first, blank where people are there.

    Raises OperationalError if there is no database, CommandError if it is of another version or refuses the sample.
    """
    migrate()
    if roles.owns_something():
        print(roles.COST, file=sys.stderr, flush=True)
    for warning in checks.run_checks(tags=[AT_START]):
        print(warning.msg, file=sys.stderr, flush=True)
    with alone():
        if flag("SAMPLE", default="1") and not apps.get_model("activities", "Plan").objects.exists():
            _import_sample()
        kept = settings.DATA_DIR / "reader_key"
        call_command("keep_reader_key", str(kept))
        return kept.read_text(encoding="utf-8").strip(), _first_person()


@roles.missing_rights_said()
def migrate() -> None:
    """Bring the database up to date as its owner. Raises OperationalError or CommandError as `prepare` does."""
    roles.require_owner()
    with roles.as_owner(), alone():
        unfinished.require_finished()
        refuse_unknown(set(MigrationLoader(connection).applied_migrations))
        call_command("migrate", verbosity=0, interactive=False)


def refuse_unknown(applied: set[tuple[str, str]]) -> None:
    """Raise CommandError if among the migrations of a database (app, name) is one that this version does not have.

    Django would take its tables for those of this version, because others of the same name were run.
    """
    loader = MigrationLoader(None)
    unknown = sorted(
        f"{app}.{name}" for app, name in applied - set(loader.disk_migrations) if app in loader.migrated_apps
    )
    if unknown:
        raise CommandError(
            "La base de datos es de otra versión del programa y no se puede actualizar: tiene migraciones que esta "
            f"no conoce ({', '.join(unknown)}). Use una base nueva (otro POI_DATA_DIR u otro DATABASE_URL), "
            "o la versión con la que se creó."
        )


def _first_person() -> str:
    password = settings.DATA_DIR / _FIRST_PERSON
    if password.exists():
        return f"Primera persona: oficina, con la contraseña de {password}"
    if apps.get_model("auth", "User").objects.exists():
        return ""
    return "Cree la primera persona: .venv/bin/python manage.py create_person USUARIO --role planner"


def _import_sample() -> None:
    call_command(
        "import_poi",
        str(settings.BASE_DIR / _SAMPLE),
        institution=_SAMPLE_INSTITUTION,
        institution_name="SAT LIMA",
        year=_SAMPLE_YEAR,
    )
    call_command(
        "sample_year", str(settings.DATA_DIR / _FIRST_PERSON), institution=_SAMPLE_INSTITUTION, year=_SAMPLE_YEAR
    )


@contextmanager
def alone() -> Iterator[None]:
    """Hold back other processes that start on the same database meanwhile."""
    values_of(f"SELECT pg_advisory_lock({locks.FIRST_RUN})")
    try:
        yield
    finally:
        values_of(f"SELECT pg_advisory_unlock({locks.FIRST_RUN})")
