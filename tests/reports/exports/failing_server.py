"""The real service, whose first export fails when a part of it has been sent: `python -m … PORT`."""

import sys
from collections.abc import Iterator
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from poi_api.wsgi import application
from reports.exports import statement as exports

_whole = exports._blocks
_failed: list[bool] = []


def _fails_once(parts: Iterator[bytes]) -> Iterator[bytes]:
    for part in _whole(parts):
        yield part
        if not _failed:
            _failed.append(True)
            raise RuntimeError("fails half-way, as it should")


def _application() -> Any:
    exports._blocks = _fails_once
    return application


if __name__ == "__main__":
    MPServer(
        "service",
        port=int(sys.argv[1]),
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=1,
        blocking_threads=1,
        log_level=LogLevels.warning,
    ).serve(target_loader=_application, wrap_loader=False)
