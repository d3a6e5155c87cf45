"""Fixtures of the tests of planning: an institution, a unit of it, who plans them, and its plans."""

import pytest

from activities.choices import PlanStatus
from activities.services.plans import periods
from tests import factories as make
from tests.activities.planning import MID_APRIL
from units.choices import Role
from units.models import Unit


@pytest.fixture
def plan(sat):
    return make.plan(sat, 2022)


@pytest.fixture
def draft(sat):
    return make.plan(sat, 2023, PlanStatus.DRAFT)


@pytest.fixture
def march(plan):
    return plan.periods.get(month=3)


@pytest.fixture
def world(sat, plan):
    """Two units; activities A1 and A2 of the first, A3 of the second; a catalogue to add from."""
    make.unit(sat, "U1"), make.unit(sat, "U2"), make.mef_activity("M01"), make.measurement_unit("UM01")
    for code, unit in (("A1", "U1"), ("A2", "U1"), ("A3", "U2")):
        make.activity(plan, Unit.objects.get(code=unit), code=code)
    return {activity.code: activity for activity in plan.activities.all()}


@pytest.fixture
def mid_april(monkeypatch):
    """March closes on 15 April: it closed yesterday."""
    monkeypatch.setattr(periods, "today", lambda: MID_APRIL)


@pytest.fixture
def activity(plan):
    return make.activity(plan, code="A001", name="Informes")


@pytest.fixture
def draft_activity(draft, unit):
    return make.activity(draft, unit, code="A1", name="Actas")


@pytest.fixture
def reporter(plan):
    return make.client(Role.REPORTER, plan.institution)
