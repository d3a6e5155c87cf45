"""When a month can be reported: both sides of every boundary, to the second, in Lima (domain.md, rule 10)."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from activities.models import ProgressEntry
from activities.services.progress import submitting
from poi_api.database.clock import today
from poi_api.http.exceptions import Conflict
from tests import factories as make
from tests.activities.submitting import put
from tests.in_one_state import for_each
from units.access.grants import Access, Grant
from units.choices import Role

pytestmark = pytest.mark.django_db
LIMA = ZoneInfo("America/Lima")
SECOND = timedelta(seconds=1)
REPORTER = Access(actor="client:prueba", grants=(Grant(Role.REPORTER, None),))


def midnight(year: int, month: int, day: int) -> datetime:
    """Return the first moment of a day in Lima."""
    return datetime(year, month, day, tzinfo=LIMA)


def submit(activity, month: int, moment: datetime, executed: int = 2):
    item = {
        "id": activity.pk,
        "year": activity.plan.year,
        "month": month,
        "executed": executed,
        "reason": "",
        "evidence_url": "",
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(submitting, "judge_progress", partial(submitting.judge_progress, moment=moment))
        return submitting.submit_month(item, access=REPORTER)


def refusal(activity, month: int, moment: datetime) -> tuple[str, str]:
    """Return the code and the words with which a submission is refused."""
    with pytest.raises(Conflict) as refused:
        submit(activity, month, moment)
    assert not ProgressEntry.objects.filter(activity=activity, month=month).exists()
    return refused.value.errors[0]["code"], refused.value.detail


def is_late(activity, month: int, moment: datetime) -> bool:
    assert submit(activity, month, moment) == ("created", None)
    return ProgressEntry.objects.get(activity=activity, month=month).is_late


@pytest.fixture
def activity():
    """One whose months open on their 1st, are due on the next 10th and close on the 15th."""
    return make.activity(make.plan(year=2022))


class TestOpening:
    def test_one_second_before_it_is_not_open_and_it_is_said_when_it_will_be(self, activity):
        code, detail = refusal(activity, 3, midnight(2022, 3, 1) - SECOND)
        assert code == "period_not_open"
        assert "MAR 2022" in detail
        assert "01/03/2022" in detail

    def test_from_midnight_in_lima_it_is(self, activity):
        assert is_late(activity, 3, midnight(2022, 3, 1)) is False

    def test_january_opens_with_the_year_in_lima_and_not_in_utc(self, activity):
        new_year_in_utc = datetime(2022, 1, 1, tzinfo=UTC)
        assert refusal(activity, 1, new_year_in_utc + timedelta(hours=5) - SECOND)[0] == "period_not_open"
        assert is_late(activity, 1, new_year_in_utc + timedelta(hours=5)) is False


class TestDue:
    def test_the_last_second_of_the_due_day_is_on_time(self, activity):
        assert is_late(activity, 3, midnight(2022, 4, 11) - SECOND) is False

    def test_the_first_second_after_it_is_late(self, activity):
        assert is_late(activity, 3, midnight(2022, 4, 11)) is True

    def test_december_is_due_in_the_next_year(self, activity):
        assert is_late(activity, 12, midnight(2023, 1, 11) - SECOND) is False
        assert is_late(activity, 11, midnight(2022, 12, 11)) is True


class TestClosing:
    def test_the_last_second_of_the_closing_day_is_open(self, activity):
        assert is_late(activity, 3, midnight(2022, 4, 16) - SECOND) is True

    def test_the_first_second_after_it_is_closed_and_it_is_said_when_and_what_to_do(self, activity):
        code, detail = refusal(activity, 3, midnight(2022, 4, 16))
        assert code == "period_closed"
        for part in ("MAR 2022", "15/04/2022", "reabra", "/reopenings/"):
            assert part in detail

    def test_december_closes_in_the_next_year_by_the_day_of_lima(self, activity):
        over_in_lima = datetime(2023, 1, 16, 5, tzinfo=UTC)
        assert refusal(activity, 12, over_in_lima)[0] == "period_closed"
        assert is_late(activity, 12, over_in_lima - SECOND) is True

    def test_a_period_that_closes_with_the_year(self, activity):
        activity.plan.periods.filter(month=12).update(due_on=date(2022, 12, 31), closes_on=date(2022, 12, 31))
        assert refusal(activity, 12, midnight(2023, 1, 1))[0] == "period_closed"
        assert is_late(activity, 12, midnight(2023, 1, 1) - SECOND) is False


class TestReopening:
    UNTIL = date(2022, 5, 6)
    DURING = midnight(2022, 5, 1)

    def test_it_holds_through_its_last_day_and_what_comes_is_late(self, activity):
        make.reopening(activity.plan, 3, activity.unit, until=self.UNTIL)
        assert is_late(activity, 3, midnight(2022, 5, 7) - SECOND) is True

    def test_after_its_last_day_the_month_is_closed_and_both_days_are_said(self, activity):
        make.reopening(activity.plan, 3, activity.unit, until=self.UNTIL)
        code, detail = refusal(activity, 3, midnight(2022, 5, 7))
        assert code == "period_closed"
        assert "15/04/2022" in detail
        assert "06/05/2022" in detail

    def test_it_holds_for_units_below(self):
        plan = make.plan()
        organ = make.organ(plan.institution)
        activity = make.activity(plan, make.unit(organ))
        make.reopening(plan, 3, organ, until=self.UNTIL)
        assert is_late(activity, 3, self.DURING) is True

    def test_it_does_not_hold_for_units_above_or_beside(self):
        plan = make.plan()
        organ = make.organ(plan.institution)
        above, beside = make.activity(plan, organ), make.activity(plan, make.unit(organ))
        make.reopening(plan, 3, make.unit(organ), until=self.UNTIL)
        for activity in (above, beside):
            assert refusal(activity, 3, self.DURING)[0] == "period_closed"

    def test_it_holds_for_its_month_alone(self, activity):
        make.reopening(activity.plan, 3, activity.unit, until=self.UNTIL)
        assert refusal(activity, 2, self.DURING)[0] == "period_closed"

    def test_a_withdrawn_one_does_not_hold(self, activity):
        make.withdrawal(make.reopening(activity.plan, 3, activity.unit, until=self.UNTIL))
        code, detail = refusal(activity, 3, self.DURING)
        assert code == "period_closed"
        assert "06/05/2022" not in detail

    def test_the_longest_of_several_counts(self, activity):
        make.reopening(activity.plan, 3, activity.unit, until=self.UNTIL)
        make.reopening(activity.plan, 3, activity.unit, until=date(2022, 5, 2))
        assert is_late(activity, 3, midnight(2022, 5, 6)) is True

    def test_before_the_due_day_it_makes_nothing_late(self, activity):
        make.reopening(activity.plan, 3, activity.unit, until=self.UNTIL)
        assert is_late(activity, 3, midnight(2022, 4, 1)) is False


def test_without_a_period_nothing_can_be_reported(activity):
    activity.plan.periods.filter(month=3).delete()
    code, detail = refusal(activity, 3, midnight(2022, 3, 5))
    assert code == "period_not_open"
    assert "MAR 2022" in detail


class TestTheClockIsTheDatabase:
    """Over HTTP the day is the database's own."""

    @for_each(
        ("opens", "due", "closes", "outcome"),
        [
            (0, 0, 0, False),
            (-2, -1, 0, True),
            (1, 2, 3, "period_not_open"),
            (-3, -2, -1, "period_closed"),
        ],
    )
    def test_today_in_lima_decides(self, activity, opens, due, closes, outcome):
        day = today()
        dates = {
            name: day + timedelta(days=days)
            for name, days in (("opens_on", opens), ("due_on", due), ("closes_on", closes))
        }
        activity.plan.periods.filter(month=3).update(**dates)
        answer = put(make.client(Role.REPORTER, activity.unit), activity, 3, executed=2)
        if isinstance(outcome, bool):
            assert answer.json()["late"] is outcome
        else:
            assert answer.status_code == 409
            assert [error["code"] for error in answer.json()["errors"]] == [outcome]
