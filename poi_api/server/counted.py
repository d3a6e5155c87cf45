"""Log lines about what can happen thousands of times a second: for each code one in ten seconds, with a count."""

import logging
import time
from collections import Counter

logger = logging.getLogger(__name__)

_PAUSE = 10.0  # seconds between two lines with the same code

_since_line: Counter[str] = Counter()
_last_lines: dict[str, float] = {}


def warn(code: str, why: str = "") -> None:
    """Count what happened, and log it unless there was a line with its code just now; on the event loop."""
    _since_line[code] += 1
    now = time.monotonic()
    if now - _last_lines.get(code, -_PAUSE) < _PAUSE:
        return
    logger.warning("%s: %d desde la línea anterior%s", code, _since_line.pop(code), f" ({why})" if why else "")
    _last_lines[code] = now
