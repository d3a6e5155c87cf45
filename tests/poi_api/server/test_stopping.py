"""SIGTERM while there is much to do: what runs is finished, the rest is refused, and nobody has to be killed."""

import http.client
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count

import pytest

from poi_api.server import workers
from poi_api.server.workers import Service
from tests.poi_api.processes import is_alive, workers_of
from tests.poi_api.server.wire import Wire, head
from tests.service_process import copied, first_run, served, starting

REFUSED = "refused"
AT_THE_STOP = 0.1  # seconds
LONG = 300  # seconds after which a service is killed whose process does not end, and until which it waits for a header
MINUTE = 60  # seconds, in which every service ends
IMPATIENT = f"""
from poi_api.server import stopping, workers
stopping.PATIENCE = 0.5
workers.PATIENCE, workers._HEADERS_IN = {LONG}, {LONG} * 1000
from poi_api.server.serving import main
main()
"""


def asking(
    port: int, key: str, answers: Counter, stop: threading.Event, pages: Iterator[int], unread: list[float]
) -> None:
    """Ask for sums of a page that nobody asked for: what was kept is sent before there is anything to finish.

    `unread` are the moments of requests that found their connection closed.
    """
    while not stop.is_set():
        page, begun = next(pages), time.monotonic()
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            place = f"limit={1 + page % 1000}&offset={page // 1000}"
            path = f"/api/v1/reports/execution/?year=2022&group_by=activity,month&{place}"
            link.request("GET", path, headers={"Authorization": f"Api-Key {key}"})
            answer = link.getresponse()
            answer.read()
            answers[answer.status] += 1
        except ConnectionRefusedError:
            answers[REFUSED] += 1
            time.sleep(0.01)
        except http.client.RemoteDisconnected:
            unread.append(begun)
        finally:
            link.close()


def until_it_serves_no_more(process: "subprocess.Popen[str]", word: signal.Signals) -> float:
    """Tell a service to stop, and return after how many seconds its workers have; its database stops after them."""
    serving, start = workers_of(process.pid), time.monotonic()
    process.send_signal(word)
    while any(map(is_alive, serving)):
        assert time.monotonic() - start < MINUTE
        time.sleep(0.02)
    return time.monotonic() - start


def test_under_load_with_half_sent_bodies_every_request_taken_is_answered(tmp_path):
    with ExitStack() as wires, served(tmp_path / "data") as (process, port):
        key = (tmp_path / "data" / "reader_key").read_text().strip()
        answers: Counter = Counter()
        stop = threading.Event()
        unread: list[float] = []
        asked = (port, key, answers, stop, count(), unread)
        loads = [threading.Thread(target=asking, args=asked) for _ in range(4)]
        for load in loads:
            load.start()
        halves, idle = ([wires.enter_context(Wire(port)) for _ in range(20)] for _ in range(2))
        for wire in halves:
            wire.send(head("POST /api/v1/units/", "Content-Length: 100"), b"{")
        time.sleep(1)
        while answers[200] <= 10:
            assert process.poll() is None
            time.sleep(0.05)
        start = time.monotonic()
        took = until_it_serves_no_more(process, signal.SIGTERM)
        said, _ = process.communicate()
        stop.set()
        for load in loads:
            load.join()

        assert process.returncode == 0
        assert all(" stopping: " in line for line in said.splitlines()), said  # of each process one, about the bodies
        assert took < 7  # seconds; less than what a process is given at most
        assert set(answers) <= {200, REFUSED}
        # Who asks in the moment of the stop may find the connection closed before the request was read
        assert all(abs(begun - start) < AT_THE_STOP for begun in unread)
        assert {wire.answer().status for wire in halves} == {503}
        assert all(wire.is_closed() for wire in idle)


def test_who_does_not_finish_a_header_holds_up_the_end_no_longer_than_is_waited_for_it(tmp_path):
    with served(tmp_path / "data", "-c", IMPATIENT) as (process, port), Wire(port) as wire:
        wire.send(b"GET / HTTP/1.1\r\nX-Slow: ")
        time.sleep(0.5)  # until it has been read
        took = until_it_serves_no_more(process, signal.SIGTERM)
        said, _ = process.communicate()
    assert (process.returncode, said) == (0, "")
    assert took < LONG / 2


@pytest.mark.parametrize("word", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_a_word_to_stop_while_the_processes_start_is_not_lost(tmp_path, word):
    data_dir = tmp_path / "data"
    copied(first_run(), data_dir)  # which a start has nothing to prepare in
    for pause in (0.0, 0.1):
        with starting(data_dir) as (process, _):
            while len(workers_of(process.pid)) < 2:
                assert process.poll() is None
                time.sleep(0.01)
            time.sleep(pause)
            took = until_it_serves_no_more(process, word)
            process.communicate()
            assert (process.returncode, took < 7) == (0, True), pause


def test_a_word_is_heeded_though_it_wakes_nobody(monkeypatch):
    """As one does that comes between the last look at words and the wait itself."""
    service = Service.__new__(Service)
    service.interrupt_children, service.interrupt_signal, service.main_loop_interrupt = [], False, threading.Event()
    monkeypatch.setattr(workers, "_LOOK", 0.01)
    waiting = threading.Thread(target=service._has_died, daemon=True)
    waiting.start()
    time.sleep(0.1)  # until it waits
    service.interrupt_signal = True
    waiting.join(5)
    assert not waiting.is_alive()


def test_a_worker_that_has_ended_is_not_killed_though_that_is_learned_late():
    class Ended:
        idx, late = 0, 5

        def terminate(self):
            pass

        def is_alive(self):
            self.late -= 1
            return self.late > 0

        def join(self, timeout):
            pass

        def kill(self):
            raise AssertionError

    service = object.__new__(Service)
    service.wrks, service.workers_kill_timeout = [Ended()], 16  # type: ignore[list-item]
    service._stop_workers()
    assert service.wrks == []
