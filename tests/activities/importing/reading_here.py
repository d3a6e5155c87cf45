"""Documents are read by the process that tests; one of their own would compute ten times as long to begin as to read.

What is asked and answered goes through the same pickles. That a process of its own reads, and within which bounds, is
held by the tests that ask for `read_by_a_process`, and by those of the service.
"""

from collections.abc import Iterator
from typing import IO

import pytest

from activities.document import apart
from activities.services.importing import reading

_by_a_process = reading._run


def _here(asked: IO[bytes], answer: IO[bytes]) -> None:
    apart.write_answer(apart.answer_to(asked), answer)


@pytest.fixture(scope="session", autouse=True)
def _read_here() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "_run", _here)
        yield


@pytest.fixture
def read_by_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents are read as in the service."""
    monkeypatch.setattr(reading, "_run", _by_a_process)
