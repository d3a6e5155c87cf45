"""The end of a serving process: what runs is finished, what waits for a client is not, and it does not take long."""

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable

from poi_api.server.answers import Send
from poi_api.server.presence import Receive

PATIENCE = 8  # seconds from the word to stop to the end, whatever still runs


async def serve_until_told(receive: Receive, send: Send, stop: Callable[[], None]) -> None:
    """Speak ASGI's lifespan protocol, and call `stop` when SIGTERM comes, before the server stops to listen."""
    await receive()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, _end, stop)
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


def _end(stop: Callable[[], None]) -> None:
    stop()
    last = threading.Timer(PATIENCE, _exit)
    last.daemon = True
    last.start()
    # Granian has taken this signal for the same as SIGTERM: it accepts no more and waits for its connections to end
    os.kill(os.getpid(), signal.SIGINT)


def _exit() -> None:
    """End without waiting for threads that still work or clients that do not read; the database undoes what is open."""
    logging.shutdown()
    os._exit(0)
