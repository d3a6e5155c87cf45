"""On real HTTP: what was accepted is in the history, once, whoever writes at the same moment or gets killed."""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.activities.service import (
    PATIENCE,
    YEAR,
    Answer,
    Service,
    activities,
    at_once,
    figures_that_differ_from_the_truth,
    running,
)

CLIENTS = 20
_BY_REQUEST = """
SELECT s.request_id, count(DISTINCT s.id), count(*)
  FROM activities_progressentry e JOIN units_changeset s ON s.id = e.change_set_id
 WHERE s.request_id LIKE %s GROUP BY 1
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("avance") / "data") as made:
        yield made


@pytest.fixture(scope="module")
def keys(service) -> list[str]:
    return [service.new_key() for _ in range(CLIENTS)]


@pytest.fixture(scope="module")
def ids(service) -> Any:
    return activities(service)


def path_of(activity: int, month: int) -> str:
    return f"/activities/{activity}/progress/{month}/"


def history(service: Service, activity: int, month: int) -> dict[int, Any]:
    """Return the quantities of a month by their version."""
    answer = service.ask("GET", f"{path_of(activity, month)}history/?limit=1000", service.planner)
    return {entry["entry_version"]: entry["executed"] for entry in answer.body["results"]}


def until_somebody_waits(watch: Any) -> None:
    deadline = time.monotonic() + PATIENCE
    while not watch.execute("SELECT FROM pg_locks WHERE NOT granted").fetchall():
        assert time.monotonic() < deadline


def batch_of(ids: Any, month: int, executed: int) -> dict[str, Any]:
    items = [{"activity": one, "year": YEAR, "month": month, "executed": executed} for one in ids]
    return {"mode": "atomic", "items": items}


class TestAtTheSameMoment:
    def test_twenty_clients_on_the_same_and_on_different_months(self, service: Service, keys, ids):
        shared, rounds = (ids[0], 1), 2

        def write(number: int) -> list[tuple[int, int, int, int]]:
            accepted = []
            for turn in range(rounds):
                executed = 1000 * (turn + 1) + number
                for activity, month in (shared, (ids[1 + number], 2), (ids[1 + number % 3], 3 + number % 10)):
                    answer = service.ask("PUT", path_of(activity, month), keys[number], {"executed": executed})
                    assert answer.status == 200, answer
                    accepted.append((activity, month, answer.body["entry_version"], executed))
            return accepted

        accepted = [answer for answers in at_once(CLIENTS, write) for answer in answers]
        assert len(accepted) == CLIENTS * rounds * 3
        places = [(activity, month, version) for activity, month, version, _ in accepted]
        assert max(Counter(places).values()) == 1
        for activity, month in {place[:2] for place in places}:
            stored = history(service, activity, month)
            assert list(stored) == list(range(1, len(stored) + 1))
            assert all(stored[v] == q for a, m, v, q in accepted if (a, m) == (activity, month))
        assert figures_that_differ_from_the_truth(service) == 0

    def test_of_those_that_start_from_the_same_version_one_alone_writes(self, service: Service, keys, ids):
        def write(number: int) -> Answer:
            month = service.ask("GET", path_of(ids[5], 12), keys[number])
            body = {"executed": 5000 + number, "entry_version": before}
            assert month.status == 200
            return service.ask("PUT", path_of(ids[5], 12), keys[number], body)

        before = service.ask("GET", path_of(ids[5], 12), keys[0]).body["entry_version"]
        answers = at_once(CLIENTS, write)
        assert sorted(answer.status for answer in answers) == [200] + [412] * (CLIENTS - 1)
        (won,) = (answer.body for answer in answers if answer.status == 200)
        lost = [answer.body["current"] for answer in answers if answer.status == 412]
        assert all(current["executed"] == won["executed"] for current in lost)

    def test_batches_that_cross_do_not_wait_for_each_other_in_a_circle(self, service: Service, keys, ids):
        def write(number: int) -> int:
            order = list(ids) if number % 2 else list(reversed(ids))
            answer = service.ask("POST", "/progress/batch/", keys[number], batch_of(order, 11, 7000 + number))
            return answer.status

        assert at_once(8, write) == [200] * 8
        assert figures_that_differ_from_the_truth(service) == 0

    def test_who_comes_while_the_plan_is_being_closed_waits_and_is_refused(self, service: Service, keys, ids):
        with service.connect() as planner, service.connect() as watch:
            planner.execute("BEGIN")
            planner.execute("SELECT FROM activities_plan FOR UPDATE")
            answers: list[Answer] = []
            path, body = path_of(ids[9], 12), {"executed": 91}
            writer = threading.Thread(target=lambda: answers.append(service.ask("PUT", path, keys[0], body)))
            writer.start()
            until_somebody_waits(watch)
            planner.execute("UPDATE activities_plan SET status = 'closed'")
            planner.execute("COMMIT")
            writer.join(PATIENCE)
            planner.execute("UPDATE activities_plan SET status = 'approved'")
        assert [(answer.status, answer.body["errors"][0]["code"]) for answer in answers] == [(409, "plan_closed")]


class TestSentAgain:
    def test_twins_have_one_effect_and_one_answer(self, service: Service, keys, ids):
        before = history(service, ids[6], 12)
        headers = {"Idempotency-Key": "gemelos"}

        def ask(_: int) -> Any:
            return service.ask("PUT", path_of(ids[6], 12), keys[0], {"executed": 61}, headers)

        answers = at_once(6, ask)
        refused = [answer for answer in answers if answer.status != 200]
        assert [(each.status, each.body["errors"][0]["code"]) for each in refused] == [(503, "in_progress")] * len(
            refused
        )
        answered = [answer for answer in answers if answer.status == 200] + [ask(0) for _ in refused]
        assert sorted(answer.headers.get("idempotency-replayed", "") for answer in answered) == ["", *["true"] * 5]
        assert all(answer.body == answered[0].body for answer in answered)
        assert len(history(service, ids[6], 12)) == len(before) + 1

    def test_a_connection_cut_after_the_commit_gets_the_first_answer_on_asking_again(self, service: Service, keys, ids):
        before = len(history(service, ids[7], 12))
        body, headers = {"executed": 71}, {"Idempotency-Key": "cortada"}
        link = http.client.HTTPConnection("127.0.0.1", service.port, timeout=PATIENCE)
        link.request("PUT", f"/api/v1{path_of(ids[7], 12)}", *service.encoded(keys[0], body, headers))
        deadline = time.monotonic() + PATIENCE
        while len(history(service, ids[7], 12)) == before:
            assert time.monotonic() < deadline
        link.close()
        again = service.ask("PUT", path_of(ids[7], 12), keys[0], body, headers)
        assert (again.status, again.headers["idempotency-replayed"]) == (200, "true")
        assert again.body["result"] == "updated"
        assert len(history(service, ids[7], 12)) == before + 1

    def test_after_a_400_the_mended_request_works_under_the_same_key(self, service: Service, keys, ids):
        headers = {"Idempotency-Key": "corregida"}
        assert service.ask("PUT", path_of(ids[8], 12), keys[0], {"executed": -1}, headers).status == 400
        mended = service.ask("PUT", path_of(ids[8], 12), keys[0], {"executed": 81}, headers)
        assert (mended.status, mended.headers.get("idempotency-replayed")) == (200, None)


class TestKilled:
    """Workers and the database are killed while batches are under way; clients send again with the same key."""

    WRITERS, BATCHES, KILLS = 4, 7, 4

    def test_every_batch_is_there_once_and_whole(self, service: Service, keys, ids):
        acknowledged: list[str] = []
        broken: list[str] = []
        over = threading.Event()

        def write(number: int) -> None:
            for turn in range(self.BATCHES):
                name = f"muerte-{number}-{turn}"
                answer = sent_until_answered(
                    service, keys[number], name, batch_of(ids, turn + 1, 100 * number + turn + 10_000), broken
                )
                assert answer.status == 200, answer
                acknowledged.append(name)

        def work(number: int) -> None:
            if number < self.WRITERS:
                try:
                    write(number)
                finally:
                    over.set()
            else:
                self.kill(service, acknowledged, over)

        at_once(self.WRITERS + 1, work)
        assert broken  # or nothing was put to the test
        with service.connect() as link:
            found = {name: rest for name, *rest in link.execute(_BY_REQUEST, ["muerte-%"])}
        written = {name for name, (_, entries) in found.items() if entries}
        assert all(rest == [1, len(ids)] for rest in found.values()), found
        assert written == set(acknowledged)
        assert len(acknowledged) == self.WRITERS * self.BATCHES
        assert figures_that_differ_from_the_truth(service) == 0

    def kill(self, service: Service, acknowledged: list[str], over: threading.Event) -> None:
        """Kill the database and a worker in turn, each time after a few more batches were acknowledged."""
        deadline = time.monotonic() + PATIENCE
        for kill in range(self.KILLS):
            while len(acknowledged) < (kill + 1) * 4 and not over.is_set() and time.monotonic() < deadline:
                over.wait(0.005)
            if kill % 2:
                service.kill_a_worker()
            else:
                service.kill_database()


def sent_until_answered(service: Service, key: str, name: str, body: Any, broken: list[str]) -> Answer:
    """Send a batch under one name until it is answered with anything but «try again»."""
    headers = {"Idempotency-Key": name, "X-Request-Id": name}
    deadline = time.monotonic() + PATIENCE
    while True:
        assert time.monotonic() < deadline
        try:
            answer = service.ask("POST", "/progress/batch/", key, body, headers)
        except (OSError, http.client.HTTPException, ValueError):
            broken.append(name)
        else:
            if answer.status != 503:
                return answer
            broken.append(name)
        time.sleep(0.05)
