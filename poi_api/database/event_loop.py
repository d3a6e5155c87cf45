"""Connections of the event loop, for small statements that need no thread."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

from poi_api.database.engine.base import SESSION, has_spoken
from poi_api.database.limits import LIMITS, Limits
from poi_api.database.prepared import Meanwhile, Prepared, Texts, numbered, require, rows_in, values_in
from poi_api.database.rows import texts_of

logger = logging.getLogger(__name__)

_PAUSE = 2.0  # seconds until the next attempt to connect

T = TypeVar("T")
_Link = psycopg.AsyncConnection[Any]


class LoopConnection:
    """A connection that is made when it is first wanted, for which nobody waits, and anew when it failed."""

    def __init__(self, first: str) -> None:
        """Each connection is asked `first` before all else, and `known` is what it answered.

        `errors` makes those of psycopg Django's: in each task of the loop `connection` is another one, made for that.
        """
        self._first = first
        self.known: Any = ()
        self.errors: AbstractContextManager[None] = connections[DEFAULT_DB_ALIAS].wrap_database_errors
        self._link: tuple[_Link, Prepared] | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._is_asked = False
        self._patience: float | None = None

    def is_free(self) -> bool:
        """Tell whether it can be asked now, and see to it that it can be soon."""
        if self._is_asked:
            return False
        if self._link and has_spoken(self._link[0].pgconn.socket):
            self._link[0].pgconn.finish()
            self._link = None
        if self._link is None and (self._connecting is None or self._connecting.done()):
            self._connecting = asyncio.create_task(self._connect())
        return self._link is not None

    async def rows_of(self, statement: str, values: Sequence[Any], patience: float | None = None) -> list[Texts]:
        """Return the rows that a statement gives. Raises psycopg.Error.

        It is for who found it free. An answer is waited for so many seconds, or as long as everywhere.
        """
        _, result = await self._asked(statement, texts_of(values), patience)
        return rows_in(result)

    async def made_of(self, statement: str, values: Sequence[Any], make: Callable[[list[Texts]], T]) -> T:
        """Return what is made of the rows of a statement, made while that is put down on disk. Raises psycopg.Error."""
        made: list[T] = []
        _, result = await self._asked(statement, texts_of(values), meanwhile=lambda rows: made.append(make(rows)))
        require(ExecStatus.TUPLES_OK, result)
        return made[-1]  # what was undone and asked again was made before

    async def values_of(
        self, statement: str, values: Mapping[str, Any], patience: float
    ) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Return the same with its columns' names and its rows as values; what it is asked with has names."""
        texts = texts_of(values[name] for name in numbered(statement)[1])
        link, result = await self._asked(statement, texts, patience)
        return values_in(result, link)

    async def _asked(
        self, statement: str, values: Texts, patience: float | None = None, meanwhile: Meanwhile | None = None
    ) -> tuple[_Link, PGresult]:
        assert self._link  # noqa: S101 - for types
        link, prepared = self._link
        self._is_asked = True
        try:
            asked = prepared.result_of(statement, values, meanwhile)
            return link, await link.wait(asked, timeout=patience or self._patience)
        finally:
            self._is_asked = False
            if link.pgconn.transaction_status != TransactionStatus.IDLE:  # it is gone, or still at work
                self._link = None
                await link.close()

    async def _connect(self) -> None:
        settings = connections[DEFAULT_DB_ALIAS]
        how = {**settings.get_connection_params(), "autocommit": True, "cursor_factory": psycopg.AsyncCursor}
        limits = settings.settings_dict.get(LIMITS, Limits())
        link = None
        try:
            link = await _Link.connect(**how)
            await link.execute(SESSION)
            await link.execute("SELECT set_config('TimeZone', %s, false)", [settings.timezone_name])  # as Django does
            await link.execute(Limits.sql(local=False), limits.values)
            prepared = Prepared(link.pgconn)
            self._patience = limits.patience
            (self.known,) = await link.wait(prepared.ask(self._first, ()), timeout=self._patience)
            self._link = link, prepared
        except psycopg.Error as error:  # the threads say so to whoever asks
            logger.warning("Sin conexión con la base para lo que no necesita un hilo: %s", error)
            if link:
                await link.close()
            await asyncio.sleep(_PAUSE)
