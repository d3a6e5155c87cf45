"""Connections of the event loop, for small statements that need no thread."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.pq import TransactionStatus

from poi_api.database.engine.base import has_spoken
from poi_api.database.limits import LIMITS, Limits
from poi_api.database.prepared import Prepared, Texts
from poi_api.database.rows import texts_of

logger = logging.getLogger(__name__)

_PAUSE = 2.0  # seconds until the next attempt to connect

_Link = psycopg.AsyncConnection[Any]
_Question = tuple[str, tuple[str | None, ...]]  # a statement and its values
_Answer = asyncio.Future[Texts | None]


class LoopConnection:
    """A connection that is made when it is first wanted, for which nobody waits, and anew when it failed."""

    def __init__(self, first: str) -> None:
        """Each connection is asked `first` before all else, and `known` is what it answered."""
        self._first = first
        self.known: Any = ()
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

    async def row_of(self, statement: str, values: Sequence[Any], patience: float | None = None) -> Texts | None:
        """Return the first row that a statement gives; None without one. Raises psycopg.Error.

        It is for who found it free. An answer is waited for so many seconds, or as long as everywhere.
        """
        assert self._link  # noqa: S101 - for types
        link, prepared = self._link
        self._is_asked = True
        try:
            return await link.wait(prepared.ask(statement, texts_of(values)), timeout=patience or self._patience)
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
            await link.execute("SELECT set_config('TimeZone', %s, false)", [settings.timezone_name])  # as Django does
            await link.execute(Limits.sql(local=False), limits.values)
            prepared = Prepared(link.pgconn)
            self._patience = limits.patience
            self.known = await link.wait(prepared.ask(self._first, ()), timeout=self._patience)
            self._link = link, prepared
        except psycopg.Error as error:  # the threads say so to whoever asks
            logger.warning("Sin conexión con la base para lo que no necesita un hilo: %s", error)
            if link:
                await link.close()
            await asyncio.sleep(_PAUSE)


class SharedAnswers:
    """Reads by one connection; those who ask the same while it was not sent yet are told the same."""

    def __init__(self, connection: LoopConnection, patience: float) -> None:
        self.connection = connection
        self._patience = patience
        self._waiting: dict[_Question, list[_Answer]] = {}
        self._work: asyncio.Task[None] | None = None

    async def row_of(self, statement: str, values: Sequence[Any]) -> Texts | None:
        """Return the first row that a statement gives; None without one, and where that cannot be told now."""
        if not self._waiting and not self._is_at_work() and not self.connection.is_free():
            return None
        answer: _Answer = asyncio.get_running_loop().create_future()
        self._waiting.setdefault((statement, tuple(texts_of(values))), []).append(answer)
        if not self._is_at_work():
            self._work = asyncio.create_task(self._answer())
        return await answer

    def _is_at_work(self) -> bool:
        return self._work is not None and not self._work.done()

    async def _answer(self) -> None:
        """Answer all who wait; if the connection fails they are told nothing."""
        answers: list[_Answer] = []
        try:
            while self._waiting:
                question = next(iter(self._waiting))
                row, answers = None, self._waiting.pop(question)
                try:
                    if self.connection.is_free():
                        row = await self.connection.row_of(*question, self._patience)
                except psycopg.Error as error:  # whoever asked goes on in a thread, which says what is wrong
                    logger.warning("La base no respondió por una clave, que buscará un hilo: %s", error)
                _tell(answers, row)
        finally:  # whatever ended it, nobody waits on
            _tell(chain(answers, *self._waiting.values()), None)
            self._waiting.clear()


def _tell(answers: Iterable[_Answer], row: Texts | None) -> None:
    for answer in answers:
        if not answer.done():  # whoever asked has left
            answer.set_result(row)
