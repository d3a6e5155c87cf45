"""Files that are made to be sent: whole or not at all, within bounds, on disk as long as somebody reads them."""

import errno
import os
import shutil
import stat
from collections.abc import Callable
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pytest_django import Settings

from poi_api.http import files
from poi_api.http.exceptions import RefusedError, TooLarge, Unavailable
from poi_api.http.files import DiskFile, Parts, bytes_on_disk, file_answer, made_file
from poi_api.http.workbooks import workbook_parts

pytestmark = pytest.mark.usefixtures("empty_disk")
PART = b"0123456789"
HEADERS = {"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": 'attachment; filename="a.csv"'}


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_BLOCK", 25)


def parts(count: int, then: Callable[[], Any] = lambda: None) -> Parts:
    for _ in range(count):
        yield PART
    then()


def on_disk(count: int) -> DiskFile:
    file = made_file(parts(count))
    assert isinstance(file, DiskFile)
    return file


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_small_file_stays_in_memory(count: int) -> None:
    assert made_file(parts(count)) == PART * count
    assert bytes_on_disk() == 0


@pytest.mark.parametrize("count", [3, 4, 6, 100])
def test_a_larger_one_is_on_disk_as_it_was_made(count: int) -> None:
    file = on_disk(count)
    assert (file.size, bytes_on_disk()) == (count * 10, count * 10)
    assert file.read(0, file.size + 1) == PART * count


@pytest.mark.parametrize("count", [2, 100])
def test_it_is_sent_whole_with_its_length_type_and_name(count: int) -> None:
    answer = file_answer(made_file(parts(count)), HEADERS)
    assert answer.getvalue() == PART * count
    assert {name: answer[name] for name in HEADERS} == HEADERS
    assert answer.get("Content-Length", str(count * 10)) == str(count * 10)


def test_several_read_one_file_each_from_its_beginning() -> None:
    file = on_disk(100)
    answers = [file_answer(file, HEADERS) for _ in range(3)]
    bodies = [iter(answer) for answer in answers]
    assert [b"".join(body) for body in bodies] == [PART * 100] * 3


def test_the_disk_is_given_back_with_the_last_reader() -> None:
    file = on_disk(100)
    number, answers = file._file.fileno(), [file_answer(file, HEADERS) for _ in range(2)]
    del file
    for answer in answers:
        assert (bytes_on_disk(), os.fstat(number).st_nlink) == (1000, 0)
        for close in cast(Any, answer)._resource_closers:
            close()
    assert bytes_on_disk() == 0
    with pytest.raises(OSError, match="descriptor"):
        os.fstat(number)


def test_nobody_finds_it_by_a_name(tmp_path: Any, settings: Settings) -> None:
    settings.EXPORT_DIR = str(tmp_path)
    file = on_disk(100)
    assert (list(tmp_path.iterdir()), os.fstat(file._file.fileno()).st_dev) == ([], tmp_path.stat().st_dev)


class Broken(Exception):
    """What stops a file half-way."""


@pytest.mark.parametrize("count", [1, 100])
def test_what_fails_half_way_leaves_nothing(count: int) -> None:
    def fail() -> None:
        raise Broken

    closed = []

    def watched() -> Parts:
        try:
            yield from parts(count, fail)
        finally:
            closed.append(True)

    with pytest.raises(Broken) as held:
        made_file(watched())
    assert (bytes_on_disk(), closed) == (0, [True])
    assert held.tb is not None  # which holds what made the file


class TestBounds:
    @pytest.fixture(autouse=True)
    def few_bytes(self, settings: Settings) -> None:
        settings.EXPORT_DISK_BYTES = 1000

    def refused(self, count: int) -> RefusedError:
        closed = []

        def watched() -> Parts:
            try:
                yield from parts(count)
            finally:
                closed.append(True)

        with pytest.raises((TooLarge, Unavailable)) as refusal:
            made_file(watched())
        assert closed == [True]
        return refusal.value

    def test_one_file_may_have_all_of_it_and_no_more(self) -> None:
        assert on_disk(100).size == 1000
        too_large = self.refused(101)
        assert (too_large.status, too_large.errors[0]["code"], too_large.headers) == (413, "file_too_large", {})
        assert bytes_on_disk() == 0

    def test_it_is_refused_as_soon_as_it_is_known(self) -> None:
        assert self.refused(10**9).errors[0]["code"] == "file_too_large"
        assert bytes_on_disk() == 0

    def test_what_others_have_is_theirs_until_they_give_it_back(self) -> None:
        others = on_disk(60)
        assert on_disk(40).size == 400
        refusal = self.refused(41)
        assert (refusal.status, refusal.errors[0]["code"]) == (503, "busy")
        assert refusal.headers == {"Retry-After": "30"}
        assert bytes_on_disk() == 600
        del others
        assert on_disk(41).size == 410

    def test_what_stays_in_memory_needs_none_of_it(self) -> None:
        others = on_disk(100)
        assert made_file(parts(2)) == PART * 2
        assert others.size == 1000


class TestFullDisk:
    """As PostgreSQL may live on the same one, some of it stays free."""

    def test_it_is_said_and_nothing_is_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_: Any) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(os, "write", full)
        with pytest.raises(Unavailable) as refusal:
            made_file(parts(100))
        assert (refusal.value.errors[0]["code"], refusal.value.headers) == ("disk_full", {"Retry-After": "30"})
        assert bytes_on_disk() == 0

    @pytest.mark.parametrize(
        ("total", "free", "is_refused"),
        [
            (10**12, 1024**3 + 1000, False),
            (10**12, 1024**3 + 999, True),
            (10**9, 50 * 10**6 + 1000, False),
            (10**9, 50 * 10**6 + 999, True),
        ],
    )
    def test_some_of_it_stays_free(
        self, monkeypatch: pytest.MonkeyPatch, total: int, free: int, is_refused: bool
    ) -> None:
        monkeypatch.setattr(files, "_BLOCK", 1000)
        monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(total=total, free=free))
        with pytest.raises(Unavailable) if is_refused else nullcontext():
            made_file(parts(100))

    def test_another_fault_of_the_disk_is_our_own(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: Any) -> int:
            raise OSError(errno.EIO, "Input/output error")

        monkeypatch.setattr(os, "write", fail)
        with pytest.raises(OSError, match="Input/output"):
            made_file(parts(100))


def test_a_directory_that_vanished_is_made_anew(settings: Settings, tmp_path: Any) -> None:
    settings.EXPORT_DIR = str(tmp_path / "exportaciones" / "poi")
    assert on_disk(3).size == 30
    assert stat.S_IMODE((tmp_path / "exportaciones" / "poi").stat().st_mode) == 0o700
    assert b"".join(workbook_parts("POI", lambda sheet: sheet.line(0, ["a"]))).startswith(b"PK")
