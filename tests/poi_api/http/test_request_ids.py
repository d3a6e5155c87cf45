"""A failure of ours is found in the log by what the client was told that its request is called."""

import logging

import pytest
from django.test import Client, RequestFactory

from poi_api.http.request_ids import say_request
from poi_api.server import health


@pytest.mark.django_db
def test_the_line_about_a_failure_names_its_request(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(health, "latest_migrations", lambda: 1 / 0)
    answer = Client(raise_request_exception=False).get("/readyz", headers={"X-Request-Id": "r-100%s"})
    named = Client(raise_request_exception=False).get("/readyz", headers={"X-Request-Id": "r-1"})
    assert (answer.status_code, named.status_code, named["X-Request-Id"]) == (500, 500, "r-1")
    lines = [record.getMessage() for record in caplog.records if record.name == "django.request"]
    assert lines == [
        f"Internal Server Error: /readyz (GET, X-Request-Id: {told['X-Request-Id']})" for told in (answer, named)
    ]


def test_it_is_named_once_though_logging_is_set_up_twice() -> None:
    line = logging.makeLogRecord({"msg": "Error: %s", "args": ("/x",), "request": RequestFactory().get("/x")})
    for _ in range(2):
        assert say_request(line)
    assert line.getMessage().startswith("Error: /x (GET, X-Request-Id: ")
    assert line.getMessage().count("X-Request-Id") == 1
