"""A day and a moment have one form each: what Python would read besides is told by its field, with the right form."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from poi_api.http.days import day_of, moment_of
from tests import factories as make
from tests.api import get, patch, post, refused
from tests.in_one_state import for_each
from units.choices import Role

DAYS = ["2026-W10-1", "20260301", "2026-060", "2026-3-1", "２０２６-03-01", "٢٠٢٦-٠٣-٠١", "2026-02-30", " 2026-03-01",
        "2026-03-01\n", "2026-03"]  # fmt: skip
MOMENTS = ["2026-W10-1T10:00:00-05:00", "20260301T100000-0500", "2026-03-01T10:00:00-0500", "2026-03-01T10:00-05:00",
           "2026-03-01T10:00:00,5-05:00", "2026-03-01x10:00:00-05:00", "2026-03-01T10:00:00", "2026-03-01T1٠:00:00Z",
           "2026-03-01T25:00:00Z", "2026-03-01T10:00:00-05:00:30", "2026-03-01 10:00:00-05:00"]  # fmt: skip


def test_a_day_and_a_moment_are_read() -> None:
    assert day_of("2026-12-31") == date(2026, 12, 31)
    lima = timezone(timedelta(hours=-5))
    assert moment_of("2026-12-31T23:59:59-05:00") == datetime(2026, 12, 31, 23, 59, 59, tzinfo=lima)
    assert moment_of("2026-12-31T23:59:59.25Z") == datetime(2026, 12, 31, 23, 59, 59, 250000, tzinfo=UTC)
    assert moment_of("2026-12-31T23:59:59.123456789Z").microsecond == 123456


@pytest.mark.django_db
class TestOverHttp:
    @pytest.fixture
    def planner(self) -> Any:
        return make.client(Role.PLANNER)

    @for_each("text", [*DAYS, *MOMENTS])
    def test_a_question_about_another_form_says_the_right_one(self, planner: Any, text: str) -> None:
        for path, more in (("/plans/", {}), ("/reports/matrix/", {"year": "2022"})):
            answer = get(planner, path, as_of=text, **more)
            assert refused(answer, 400) == [("invalid", "as_of")]
            assert "(2022-12-31)" in answer.json()["errors"][0]["detail"]

    @for_each("text", [*DAYS, "2026-03-01T00:00:00-05:00"])
    def test_so_does_a_body_with_a_day(self, planner: Any, text: str) -> None:
        period = make.plan().periods.get(month=3)
        answer = patch(planner, f"/periods/{period.pk}/", {"due_on": text})
        assert refused(answer, 400) == [("invalid", "due_on")]
        assert "2026-12-31" in answer.json()["detail"]

    @for_each("text", [*MOMENTS, "2026-03-01"])
    def test_and_one_with_a_moment(self, planner: Any, text: str) -> None:
        answer = post(planner, "/clients/", {"name": "Uno", "role": "reader", "unit": None, "expires_at": text})
        assert refused(answer, 400) == [("invalid", "expires_at")]

    @for_each("digits", ["２０２２", "٢٠٢٢", "2_022", "+2022", " 2022"])
    def test_numbers_have_plain_digits(self, planner: Any, digits: str) -> None:
        assert refused(get(planner, "/plans/", year=digits), 400) == [("invalid", "year")]
        assert get(planner, f"/plans/{digits}/").status_code == 404
