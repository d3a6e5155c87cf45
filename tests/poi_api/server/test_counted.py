"""What happens often is logged seldom, with how often it happened."""

import logging

import pytest

from poi_api.server import counted


@pytest.fixture(autouse=True)
def lines(monkeypatch, caplog):
    monkeypatch.setattr(counted, "_last_lines", {})
    counted._since_line.clear()
    caplog.set_level(logging.WARNING)


def test_of_each_code_there_is_a_line_in_ten_seconds_that_counts(monkeypatch, caplog):
    now = 1000.0
    monkeypatch.setattr("poi_api.server.counted.time.monotonic", lambda: now)
    for _ in range(3):
        counted.warn("overloaded")
    counted.warn("disk_full", "No space left on device")
    now = 1009.9
    counted.warn("overloaded")
    assert [record.getMessage() for record in caplog.records] == [
        "overloaded: 1 desde la línea anterior",
        "disk_full: 1 desde la línea anterior (No space left on device)",
    ]
    now = 1010.0
    counted.warn("overloaded")
    assert caplog.records[-1].getMessage() == "overloaded: 4 desde la línea anterior"
