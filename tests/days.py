"""Requests on another day than today."""

from datetime import date
from typing import Any

import pytest
from rest_framework.request import Request

from units.access.authentication import ApiKeyAuthentication


def let_it_be(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    """Let the requests of machine clients find, from now on, that it is `day` in Lima."""
    authenticate = ApiKeyAuthentication.authenticate

    def on_that_day(self: ApiKeyAuthentication, request: Request) -> Any:
        caller = authenticate(self, request)
        return caller and (caller[0], caller[1]._replace(day=day))

    monkeypatch.setattr(ApiKeyAuthentication, "authenticate", on_that_day)
