"""Who makes an answer just now, on the event loop, and who waits for it: nobody makes what is being made."""

import asyncio
from collections.abc import Callable

from units.requests.answer_memory import Asked

_PATIENCE = 1.0  # seconds until who waits has a thread of its own


class Makers:
    """The requests that have a thread to make an answer, by what they ask."""

    def __init__(self) -> None:
        self._making: dict[Asked, asyncio.Future[None]] = {}

    async def wait(self, asked: Asked) -> bool:
        """Wait for a while for who makes the answer, however that ends; tell whether there was somebody."""
        making = self._making.get(asked)
        if making is None:
            return False
        await asyncio.wait([making], timeout=_PATIENCE)
        return True

    def begin(self, asked: Asked) -> Callable[[], None]:
        """Say that a thread is to make the answer, and return what says that it has ended. The first one counts."""
        if asked in self._making:
            return lambda: None
        making = self._making[asked] = asyncio.get_running_loop().create_future()

        def end() -> None:
            del self._making[asked]
            making.set_result(None)

        return end
