"""A busy service is copied and goes on elsewhere; and a copy of its files that was put back is noticed."""

import re
import shutil
import time
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

from poi_api.database.embedded.server import Server
from tests.activities.service import YEAR, Answer, Service, activities, running
from tests.poi_api.processes import python, wait_for_the_end
from tests.service_process import copied, served
from tests.threads import in_threads
from units.history import cursors

MATRIX = f"/reports/matrix/?year={YEAR}&limit=1000"


def command(*words: str | Path, data_dir: Path) -> str:
    """Run a command of the project, which must succeed, and return what it said."""
    with python("manage.py", *map(str, words), data_dir=data_dir) as process:
        said, _ = process.communicate()
    assert process.returncode == 0, said
    return said


@contextmanager
def served_again(service: Service, data_dir: Path) -> Iterator[Service]:
    """Serve a database in which the planner's key is known."""
    with served(data_dir) as (process, port):
        yield Service(data_dir, port, process.pid, service.planner)


def report(service: Service, activity: int, month: int, executed: int) -> Answer:
    return service.ask("PUT", f"/activities/{activity}/progress/{month}/", service.planner, {"executed": executed})


def read(service: Service, path: str, headers: dict[str, str] | None = None) -> Answer:
    return service.ask("GET", path, service.planner, headers=headers)


def feed(service: Service, until: int) -> list[dict[str, Any]]:
    """Return every change of the first `until` change sets, without the name that each service has for its own."""
    changes: list[dict[str, Any]] = []
    after, places = "", dict[str, int]()
    while True:
        page = read(service, f"/changes/?limit=1000{after}").body
        for change in page["results"]:
            if places.setdefault(change.pop("change_set"), len(places) + 1) <= until:
                changes.append(change)
        after = f"&after={page['next']}"
        if not page["has_more"]:
            return changes


def wait_for_news(service: Service, since: str) -> str:
    """Wait until somebody has written, and return where the order of changes is then."""
    while (cursor := read(service, "/units/").headers["change-cursor"]) == since:
        time.sleep(0.05)
    return cursor


def test_a_busy_service_is_copied_and_goes_on_elsewhere(tmp_path):
    copy, there = tmp_path / "copy.dump", tmp_path / "there"
    with running(tmp_path / "here") as here:
        ids, over = activities(here), Event()

        def write(month: int) -> int:
            number = 0
            while not over.is_set():
                number += 1
                answer = report(here, ids[number % len(ids)], month, 1000 * month + number)
                assert answer.status in {200, 201}, answer
            return number

        finish = in_threads(*(lambda month=month: write(month) for month in (10, 11, 12)))
        try:
            wait_for_news(here, read(here, "/units/").headers["change-cursor"])
            command("backup", copy, data_dir=here.data_dir)
            lost = wait_for_news(here, read(here, "/units/").headers["change-cursor"])
        finally:
            over.set()
        assert min(finish()) > 1

        last = int(re.findall(r"hasta el cambio n\.º (\d+)", command("restore", copy, data_dir=there))[0])
        with served_again(here, there) as restored:
            changes = feed(restored, last)
            assert changes == feed(here, last)
            assert len({change["at"] for change in changes}) == last
            figures = read(restored, MATRIX).body["results"]
            assert figures == read(here, f"{MATRIX}&as_of={moment(changes)}").body["results"]
            assert figures != read(here, MATRIX).body["results"]  # which went on meanwhile
            gone = read(restored, f"/changes/?after={lost}")
            assert (gone.status, gone.body["errors"][0]["code"]) == (410, "cursor_expired")
            assert report(restored, ids[0], 12, 77).status in {200, 201}


def moment(changes: list[dict[str, Any]]) -> str:
    return str(changes[-1]["at"]).replace("+", "%2B")


def test_a_copy_of_the_files_that_is_put_back_is_noticed(tmp_path):
    data_dir, saved = tmp_path / "data", tmp_path / "saved"
    with running(data_dir) as first:
        activity = activities(first)[0]
        known = report(first, activity, 12, 1).headers["change-cursor"]
    wait_for_the_end(data_dir)
    files = Server(data_dir).files
    copied(files, saved)
    with served_again(first, data_dir) as lost:
        written = report(lost, activity, 12, 2).headers["change-cursor"]
        seen = read(lost, MATRIX)
        part_of_it = read(lost, f"/changes/?limit=1&after={known}").body["next"]
    wait_for_the_end(data_dir)
    shutil.rmtree(files)
    copied(saved, files)
    with served_again(first, data_dir) as again:
        other = report(again, activity, 12, 3).headers["change-cursor"]
        contents = [unsealed(data_dir, cursor) for cursor in (other, written)]
        assert contents[0][:3] == contents[1][:3]  # the epoch, the rights and the position are the same
        assert other != written
        same_question = read(again, MATRIX, {"If-None-Match": seen.headers["etag"]})
        assert same_question.status == 200
        assert same_question.body != seen.body
        assert [read(again, f"/changes/?after={cursor}").status for cursor in (written, part_of_it)] == [410, 410]
        report(again, activity, 12, 4)
        assert read(again, f"/changes/?after={written}").status == 410
        assert [change["entity"] for change in read(again, f"/changes/?after={known}").body["results"]] == [
            "progress_entry"
        ] * 2


def unsealed(data_dir: Path, cursor: str) -> tuple[Any, ...]:
    secret = (data_dir / "secret_key").read_text().strip()
    return cursors._CONTENT.unpack(cursors._cipher(secret).decrypt(urlsafe_b64decode(cursor + "=="), None))
