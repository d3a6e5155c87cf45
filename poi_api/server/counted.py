"""Log lines about what can happen thousands of times a second: for each code one in ten seconds, with a count."""

import asyncio
import logging
from collections import Counter

logger = logging.getLogger(__name__)

_PAUSE = 10.0  # seconds between two lines with the same code

_not_said: Counter[str] = Counter()
_paused: set[str] = set()


def warn(code: str, why: str = "") -> None:
    """Log what happened, or count it if there was a line with its code just now; on the event loop."""
    _not_said[code] += 1
    if code not in _paused:
        _say(code, why)


def _say(code: str, why: str = "") -> None:
    """Log how often it happened since the last line; nothing if it did not, and then the next is logged at once."""
    if count := _not_said.pop(code, 0):
        logger.warning("%s: %d%s", code, count, f" ({why})" if why else "")
        _paused.add(code)
        asyncio.get_running_loop().call_later(_PAUSE, _say, code)
    else:
        _paused.discard(code)
