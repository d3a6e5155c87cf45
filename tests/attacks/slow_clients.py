"""python -m tests.attacks.slow_clients: hundreds of slow clients for a minute, and how others are answered meanwhile.

It fills a database of its own as `make bench` does and serves it as `make run` does; first the same is
measured without an attack. Ends with 1 if an answer is missing, or one in a hundred takes longer than the goal.
With `--headers 0 --bodies 0 --readers 0 --silent 1500` it is connections that say nothing.
"""

import argparse
import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.attacks.attackers import Target
from tests.attacks.directories import until_the_end
from tests.attacks.watching import Watched, watch

_GOAL = 0.25  # seconds within which 99 of 100 answers come
_ATTACKERS = {"silent": 0, "headers": 500, "bodies": 500, "readers": 100}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--size", default="S", help="of the database; with M what the readers ask for is a file")
    for kind, count in _ATTACKERS.items():
        parser.add_argument(f"--{kind}", type=int, default=count)
    options = vars(parser.parse_args())
    counts = [f"{kind}={options[kind]}" for kind in _ATTACKERS]
    with _served(options["size"]) as (target, path):
        _measured(target, path, 2.0)  # the first answers of a process take longer
        alone = _measured(target, path, min(options["seconds"], 10.0))
        # In a process of their own, so that they do not hold up who measures
        with subprocess.Popen(
            [sys.executable, "-m", "tests.attacks.attackers", str(target.port), target.key, *counts]
        ) as attackers:
            attacked = _measured(target, path, options["seconds"])
            attackers.kill()
    print(*(f"alone     {one.line()}" for one in alone), *(f"attacked  {one.line()}" for one in attacked), sep="\n")
    sys.exit(any(one.failures or one.within(0.99) > _GOAL for one in attacked))


@contextmanager
def _served(size: str) -> Iterator[tuple[Target, str]]:
    """Serve a filled database; yield it as a target, with the address of R1."""
    os.environ |= {"POI_DATA_DIR": until_the_end(), "DJANGO_SETTINGS_MODULE": "tests.bench.settings"}
    os.environ.pop("DATABASE_URL", None)
    import django

    django.setup()
    from django.core.management import call_command

    from tests.bench import data, operations, servers
    from units.choices import Role
    from units.services.clients import create_client

    call_command("migrate", verbosity=0)
    data.fill(data.SIZES[size])
    _, key = create_client(name="reader", role=Role.READER)
    with servers.product() as server:
        yield Target(server.port, key), operations.activity_path(data.activities_by_year()[-1][0])


def _measured(target: Target, path: str, seconds: float) -> list[Watched]:
    return asyncio.run(watch(target, ["/healthz", path], seconds=seconds))


if __name__ == "__main__":
    main()
