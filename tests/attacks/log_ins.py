"""`python -m tests.attacks.log_ins`: what 50 attempts to log in a second do to a client with a key.

Without and with attempts, by turns, one client asks for an activity's progress (R1) 50 times a second. The attempts
come from one address for one name, or each from another address for another name, so that nothing but the turn of the
password check holds them back.
"""

import http.client
import itertools
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from threading import Thread
from typing import NamedTuple
from urllib.parse import urlencode

from tests.service_process import made_key, served

_SECONDS, _RATE = 10, 50
_ROUNDS = 2
_R1 = "/api/v1/activities/1/progress/"


class Attempt(NamedTuple):
    """From where, and for whom; how often, of all that are told apart, is given by a number."""

    address: Callable[[int], str]
    name: Callable[[int], str]


FLOODS = {
    "one address, one name": Attempt(lambda number: "192.0.2.1", lambda number: "oficina"),
    "other addresses and names": Attempt(lambda number: f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", str),
}
_numbers = itertools.count(time.time_ns() // 10**6 % 2**23)


def main() -> None:
    """Print the percentiles of R1 and the statuses of the attempts."""
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder, "data")
        with served(data_dir, PROXIES="1") as (_, port):
            key = made_key("manage.py create_client ataque --role reader", data_dir)
            _asked(port, key, 2)
            for _ in range(_ROUNDS):
                _said("nobody", _asked(port, key, _SECONDS), Counter())
                for name in FLOODS:
                    with ProcessPoolExecutor(1) as other:
                        answers = other.submit(_flood, port, name)
                        _said(name, _asked(port, key, _SECONDS), answers.result())


def _said(name: str, times: list[float], answers: Counter[int]) -> None:
    cuts = statistics.quantiles(times, n=100)
    print(f"{name:26} R1 p50 {cuts[49]:6.1f} ms  p99 {cuts[98]:6.1f} ms", dict(answers), flush=True)


def _paced(seconds: float) -> Iterator[None]:
    """Yield `_RATE` times a second."""
    start = time.perf_counter()
    for number in range(int(seconds * _RATE)):
        time.sleep(max(0.0, start + number / _RATE - time.perf_counter()))
        yield


def _asked(port: int, key: str, seconds: float) -> list[float]:
    """Return how many milliseconds each answer took, over connections of their own so that both workers are asked."""
    times = []
    for _ in _paced(seconds):
        start = time.perf_counter()
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        link.request("GET", _R1, headers={"Authorization": f"Api-Key {key}"})
        answer = link.getresponse()
        answer.read()
        link.close()
        times.append((time.perf_counter() - start) * 1000)
        assert answer.status == 200
    return times


def _flood(port: int, name: str) -> Counter[int]:
    """Send attempts, each in a thread of its own so that none waits for another; count the statuses of the answers."""
    statuses: list[int] = []
    senders = []
    for _ in _paced(_SECONDS):
        senders.append(Thread(target=lambda: statuses.append(_attempt(port, FLOODS[name]))))
        senders[-1].start()
    for sender in senders:
        sender.join()
    return Counter(statuses)


def _attempt(port: int, flood: Attempt) -> int:
    number = next(_numbers)
    return tried(port, flood.name(number), **{"X-Forwarded-For": flood.address(number)})


def tried(port: int, name: str, **headers: str) -> int:
    """Send the form of the log-in with a wrong password, as a browser would; return the status of the answer."""
    token = "t" * 32
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    form = {"login": name, "password": "123456", "csrfmiddlewaretoken": token}
    headers |= {"Cookie": f"csrftoken={token}", "Content-Type": "application/x-www-form-urlencoded"}
    link.request("POST", "/cuenta/entrar/", urlencode(form), headers)
    answer = link.getresponse()
    answer.read()
    link.close()
    return answer.status


if __name__ == "__main__":
    main()
