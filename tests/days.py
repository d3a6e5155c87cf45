"""Requests on another day than today."""

from datetime import date

import pytest

from units.access import authentication, lookup
from units.access.lookup import Confirmed


def let_it_be(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    """Let the requests of machine clients find, from now on, that it is `day` in Lima."""
    confirmed_by_key = lookup.confirmed_by_key

    def on_that_day(key: str) -> Confirmed:
        access, state = confirmed_by_key(key)
        return Confirmed(access, state._replace(day=day))

    monkeypatch.setattr(authentication, "confirmed_by_key", on_that_day)
