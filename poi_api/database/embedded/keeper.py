"""The process that stops the embedded server when its last user has ended, even by `kill -9`."""

import os
import sys
from pathlib import Path

from poi_api.database.embedded import locks
from poi_api.database.embedded.server import Server


def main(data_dir: Path) -> None:
    """Return in the caller as soon as there is a keeper: this process's child, or another one."""
    server = Server(data_dir)
    keeper = locks.try_take(server.keeper_lock)
    if keeper is None or os.fork():
        os._exit(0)  # without unlocking what the child goes on holding
    os.chdir("/")
    users = locks.take(server.users_lock)
    server.stop()
    # In this order: who can use the server again must not still see a keeper
    keeper.close()
    users.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
