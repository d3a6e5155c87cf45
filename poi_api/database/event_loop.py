"""Connections of the event loop, for small statements that need no thread."""

import asyncio
import logging
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from functools import partial
from typing import Any, NamedTuple, TypeVar

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
_MOST_TOGETHER = 16  # acts of one statement
_MOMENT = 0.003  # seconds in which those who were answered together mostly come again
_MOST_WAITING = 100  # in one queue; others go where they wait otherwise, or are told that there are too many

T = TypeVar("T")
_Link = psycopg.AsyncConnection[Any]
_Answer = asyncio.Future[Any]
_Waiting = tuple[Any, _Answer]  # what somebody says besides what is shared with others, and where it is answered


class _Act(NamedTuple):
    """What is said in an act, what it is about, and what makes of its row what is told."""

    about: Hashable
    said: Sequence[Any]
    make: Callable[[Texts], Any]


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


class _Turns:
    """A queue before one connection: while it is asked others wait, who are answered together if they share enough."""

    def __init__(self, connection: LoopConnection) -> None:
        self.connection = connection
        self._waiting: dict[Hashable, list[_Waiting]] = {}
        self._came = asyncio.Event()
        self._work: asyncio.Task[None] | None = None

    def is_open(self) -> bool:
        """Tell whether there is an answer to wait for now, and see to it that there can be soon."""
        return self._is_at_work() or self.connection.is_free()

    def _is_at_work(self) -> bool:
        return self._work is not None and not self._work.done()

    async def _answered(self, shared: Hashable, said: Any) -> Any:
        """Return the answer to what is said; None where there is none, and where it cannot be had now."""
        if not self.is_open() or sum(map(len, self._waiting.values())) >= _MOST_WAITING:
            return None
        answer: _Answer = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(shared, []).append((said, answer))
        self._came.set()
        if not self._is_at_work():
            self._work = asyncio.create_task(self._answer())
        return await answer

    async def _answer(self) -> None:
        """Answer all who wait; if the connection fails they are told nothing."""
        waiting: list[_Waiting] = []
        try:
            while self._waiting:
                shared = next(iter(self._waiting))
                await self._assemble(shared)
                if not self.connection.is_free():
                    break
                waiting = self._waiting.pop(shared)
                await self._ask(shared, waiting)
        finally:  # whatever ended it, nobody waits on
            _tell(waiting, None)
            self._tell_all_nothing()

    def _tell_all_nothing(self) -> None:
        while self._waiting:
            _tell(self._waiting.popitem()[1], None)

    async def _assemble(self, shared: Hashable) -> None:
        """Wait for others who share that, where it is worth it."""

    async def _ask(self, shared: Hashable, waiting: list[_Waiting]) -> None:
        """Answer those who share that, or some of them, and let the others wait on."""
        raise NotImplementedError


class SharedAnswers(_Turns):
    """Reads by one connection; those who ask the same while it was not sent yet are told the same."""

    def __init__(self, connection: LoopConnection, patience: float) -> None:
        super().__init__(connection)
        self._patience = patience

    async def row_of(self, statement: str, values: Sequence[Any]) -> Texts | None:
        """Return the first row that a statement gives; None without one, and where that cannot be told now."""
        row: Texts | None = await self._answered((statement, *texts_of(values)), None)
        return row

    async def _ask(self, shared: Any, waiting: list[_Waiting]) -> None:
        statement, *values = shared
        rows: Sequence[Texts] = ()
        try:
            rows = await self.connection.rows_of(statement, values, self._patience)
        except psycopg.Error as error:  # whoever asked goes on in a thread, which says what is wrong
            logger.warning("La base no respondió por una clave, que buscará un hilo: %s", error)
        _tell(waiting, next(iter(rows), None))


class SharedActs(_Turns):
    """Acts by one connection; those that wait for it are done together, by one statement, and each is told its own.

    Such a statement takes what the acts share, then a list for each thing that they say, and is one transaction. Its
    rows begin with the place in these lists, from 0, of the act that was done; one that was not done has none.
    """

    def __init__(self, connection: LoopConnection) -> None:
        super().__init__(connection)
        self._expected: tuple[Hashable, int] = (), 0  # how many that share something come together

    async def _assemble(self, shared: Hashable) -> None:
        """Wait a moment for as many as were there last: two halves that take turns cost twice as much as one whole."""
        of, expected = self._expected
        if shared != of:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(_MOMENT):
                while len(self._waiting[shared]) < expected:
                    self._came.clear()
                    await self._came.wait()

    async def made_of(
        self, statement: str, shared: Sequence[Any], said: Sequence[Any], about: Hashable, make: Callable[[Texts], T]
    ) -> T | None:
        """Return what is made of an act's row; None if it was not done. No two acts `about` the same are done together.

        It is made while the act is put down on disk, and told after that. Raises psycopg.Error where it is not known
        whether it was done, or the database does not do it now.
        """
        made: T | None = await self._answered((statement, *shared), _Act(about, said, make))
        return made

    async def _ask(self, shared: Any, waiting: list[_Waiting]) -> None:
        together: dict[Hashable, _Waiting] = {}
        later: list[_Waiting] = []
        for act, answer in waiting:
            if answer.done():  # whoever asked has left
                continue
            if len(together) == _MOST_TOGETHER or act.about in together:
                later.append((act, answer))
            else:
                together[act.about] = act, answer
        if later:
            self._waiting[shared] = later
        if together:
            await self._act(shared, [*together.values()])
        self._expected = shared, min(len(together) + len(self._waiting.get(shared, ())), _MOST_TOGETHER)

    async def _act(self, shared: Any, acts: list[_Waiting]) -> None:
        statement, *values = shared
        lists = map(list, zip(*[act.said for act, _ in acts], strict=True))
        try:
            made = await self.connection.made_of(statement, [*values, *lists], partial(_made, acts))
        except (psycopg.DataError, psycopg.IntegrityError, psycopg.InternalError, psycopg.ProgrammingError) as error:
            await self._refused(shared, acts, error)
        except BaseException as error:  # it is not known whether they were done: nobody tries them again
            _tell(acts, error)
            if not isinstance(error, psycopg.Error):
                raise
            self._tell_all_nothing()  # they would wait as long, one after the other
        else:
            for place, each in enumerate(acts):
                _tell([each], made.get(place))

    async def _refused(self, shared: Any, acts: list[_Waiting], error: psycopg.Error) -> None:
        """Do each of several alone, since nothing was done, so that nobody is told another's error."""
        if len(acts) == 1:
            _tell(acts, error)
            return
        for each in acts:
            if self.connection.is_free():
                await self._act(shared, [each])
            else:
                _tell([each], None)


def _made(acts: list[_Waiting], rows: list[Texts]) -> dict[int, Any]:
    """Return what is made of those that were done, by their places; of one that fails by our own fault, its error."""
    made: dict[int, Any] = {}
    for row in rows:
        place = int(row[0] or 0)
        try:
            made[place] = acts[place][0].make(row)
        except Exception as error:  # it was done, as the others were, who are told theirs
            made[place] = error
    return made


def _tell(waiting: Iterable[_Waiting], told: Any) -> None:
    for _, answer in waiting:
        if answer.done():  # whoever asked has left
            continue
        if isinstance(told, BaseException):
            answer.set_exception(told)
        else:
            answer.set_result(told)
