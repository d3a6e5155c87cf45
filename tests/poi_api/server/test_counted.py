"""What happens often is logged seldom, with how often it happened."""

import asyncio
import logging
from collections import Counter

from poi_api.server import counted


def test_of_each_code_there_is_a_line_at_once_and_later_one_that_counts_the_rest(monkeypatch, caplog):
    monkeypatch.setattr(counted, "_PAUSE", 0.1)
    monkeypatch.setattr(counted, "_paused", set())
    monkeypatch.setattr(counted, "_not_said", Counter())
    caplog.set_level(logging.WARNING)

    async def happening() -> list[int]:
        for _ in range(4):
            counted.warn("overloaded")
        counted.warn("disk_full", "No space left on device")
        lines = [len(caplog.records)]
        for seconds in (0.15, 0.15):  # the rest is said, and then the pause ends without any
            await asyncio.sleep(seconds)
            lines.append(len(caplog.records))
        counted.warn("overloaded")
        return lines

    assert asyncio.run(happening()) == [2, 3, 3]
    assert [record.getMessage() for record in caplog.records] == [
        "overloaded: 1",
        "disk_full: 1 (No space left on device)",
        "overloaded: 3",
        "overloaded: 1",
    ]
