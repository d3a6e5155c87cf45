"""What of the answers is logged."""

import logging


class NotSaidAlready(logging.Filter):
    """Passes by what Django logs about a 503: who answers so has said why."""

    def filter(self, record: logging.LogRecord) -> bool:
        return getattr(record, "status_code", None) != 503
