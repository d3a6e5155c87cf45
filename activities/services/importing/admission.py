"""Only so many documents are read and brought in at once, so that whoever else asks does not wait for them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from poi_api.database import locks
from poi_api.database.limits import Work, working_on
from poi_api.database.rows import row_of
from poi_api.http.exceptions import Unavailable

_WAIT = 10  # seconds; most take less
_BUSY = "Ya se están leyendo o aplicando tantos documentos como se puede a la vez; vuelva a intentar en unos segundos."
# The lock is the transaction's: it ends with it, however that ends
_SLOT = f"""
SELECT EXISTS (SELECT FROM generate_series(1, %s) AS slot WHERE pg_try_advisory_xact_lock({locks.IMPORT_SLOTS}))
"""


@contextmanager
def admitted() -> Iterator[None]:
    """Hold one of the slots, with the limits of an import. Raises Unavailable (503) where none is free."""
    with working_on(Work.IMPORT):
        if row_of(_SLOT, [settings.IMPORTS_AT_ONCE]) != ("t",):
            raise Unavailable("busy", _BUSY, wait=_WAIT)
        yield
