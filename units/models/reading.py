"""Of which moment rows are read: `units/history/past.py` says it, and querysets heed it."""

from contextvars import ContextVar
from datetime import datetime

moment_read: ContextVar[datetime | None] = ContextVar("moment_read", default=None)


def is_past() -> bool:
    """Tell whether the past is read."""
    return moment_read.get() is not None
