"""Queues before a connection of the event loop: who asks the same, or can be served together, is told together."""

import asyncio
import logging
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple, TypeVar

import psycopg

from poi_api.database.event_loop import LoopConnection
from poi_api.database.prepared import Texts
from poi_api.database.rows import texts_of

logger = logging.getLogger(__name__)

_MOST_TOGETHER = 16  # acts of one statement
_MOMENT = 0.003  # seconds in which those who were answered together mostly come again
_MOST_WAITING = 100  # in one queue; others go where they wait otherwise, or are told that there are too many

T = TypeVar("T")
_Answer = asyncio.Future[Any]
_Waiting = tuple[Any, _Answer]  # what somebody says besides what is shared with others, and where it is answered


class _Act(NamedTuple):
    """What is said in an act, what it is about, and what makes of its row what is told."""

    about: Hashable
    said: Sequence[Any]
    make: Callable[[Texts], Any]


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
