"""A connection of the event loop, for small questions that are asked before a request is given to a thread."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable, Sequence
from itertools import chain
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections

from poi_api.database.limits import LIMITS, Limits
from poi_api.database.prepared import Prepared, Texts
from poi_api.database.rows import texts_of

logger = logging.getLogger(__name__)

_PATIENCE = 1.0  # seconds for an answer, after which the connection is given up
_PAUSE = 2.0  # seconds until the next attempt to connect

_Link = psycopg.AsyncConnection[Any]
_Question = tuple[str, tuple[str | None, ...]]  # a statement and its values
_Answer = asyncio.Future[Texts | None]


class LoopConnection:
    """Asks one question after the other; those that are the same and were not sent yet are asked once.

    Nobody waits while there is no connection, nor for a server that says nothing: they are told nothing, and go on.
    """

    def __init__(self, first: str) -> None:
        """Connect when first needed. Each connection is asked `first` before all else, and `known` is what it said."""
        self._first = first
        self.known: Any = ()
        self._link: tuple[_Link, Prepared] | None = None
        self._waiting: dict[_Question, list[_Answer]] = {}
        self._work: asyncio.Task[None] | None = None

    async def row_of(self, statement: str, values: Sequence[Any]) -> Texts | None:
        """Return the first row that a statement gives; None without one, and where that cannot be told now."""
        if self._link is None:
            self._begin(self._connect)
            return None
        answer: _Answer = asyncio.get_running_loop().create_future()
        self._waiting.setdefault((statement, tuple(texts_of(values))), []).append(answer)
        self._begin(self._answer, *self._link)
        return await answer

    def _begin(self, work: Callable[..., Coroutine[Any, Any, None]], *link: Any) -> None:
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(work(*link))

    async def _connect(self) -> None:
        settings = connections[DEFAULT_DB_ALIAS]
        how = {**settings.get_connection_params(), "autocommit": True, "cursor_factory": psycopg.AsyncCursor}
        try:
            link = await _Link.connect(**how)
            await link.execute(Limits.sql(local=False), settings.settings_dict.get(LIMITS, Limits()).values)
            prepared = Prepared(link.pgconn)
            self.known = await link.wait(prepared.ask(self._first, ()), timeout=_PATIENCE)
            self._link = link, prepared
        except psycopg.Error as error:  # the threads say so to whoever asks
            logger.warning("no connection for the event loop: %s", error)
            await asyncio.sleep(_PAUSE)

    async def _answer(self, link: _Link, prepared: Prepared) -> None:
        """Answer all who wait. Where that fails they are told nothing, and the connection is given up."""
        answers, failed = list[_Answer](), True
        try:
            while self._waiting:
                question = next(iter(self._waiting))
                answers = self._waiting.pop(question)
                _tell(answers, await link.wait(prepared.ask(*question), timeout=_PATIENCE))
            failed = False
        except psycopg.Error as error:
            logger.warning("the connection of the event loop failed: %s", error)
        finally:
            if failed:
                self._link = None
                _tell(chain(answers, *self._waiting.values()), None)
                self._waiting.clear()
                await link.close()


def _tell(answers: Iterable[_Answer], row: Texts | None) -> None:
    for answer in answers:
        if not answer.done():  # whoever asked has left
            answer.set_result(row)
