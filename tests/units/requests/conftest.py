"""An activity that is asked about, and who asks, in a minute that does not end."""

import pytest

from activities.models import Activity
from tests import factories as make
from tests.factories import Caller
from units.access import lookup


@pytest.fixture
def same_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's use is noted anew while the test runs."""
    monkeypatch.setattr(lookup, "_MINUTE", 10**12)


@pytest.fixture
def activity(committed: None, same_minute: None) -> Activity:
    return make.activity(make.plan(make.institution("SAT")))


@pytest.fixture
def caller(activity: Activity) -> Caller:
    return make.client()
