"""`/activities/{id}/progress/`: what it says, to whom, and the same on the short way as on the long one."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from activities.choices import Verdict
from activities.models import Activity
from tests import factories as make
from tests.activities.progress import LARGE, UNREPORTED, address, progress
from tests.api import get, refused_fields
from tests.in_one_state import for_each
from units.choices import Role


def january(activity: Activity) -> dict[str, Any]:
    month: dict[str, Any] = progress(activity)["months"][0]
    return month


@pytest.mark.django_db
class TestWhatItSays:
    def test_the_year_of_an_activity(self) -> None:
        activity = make.activity(programmed=[2, 0, 4, *[1] * 9], code="A7", name="EVALUACIÓN")
        make.entry(activity, 1, 3, reason="Más", evidence_url="https://x.pe/1", is_late=True)
        make.settle()
        found = progress(activity)
        assert found["activity"] == {"id": activity.pk, "code": "A7", "name": "EVALUACIÓN"}
        assert (found["year"], found["version"]) == (2022, "current")
        assert found["months"][0] == UNREPORTED | {
            "month": 1,
            "programmed": 2,
            "executed": 3,
            "status": "accepted",
            "late": True,
            "entry_version": 1,
            "reason": "Más",
            "evidence_url": "https://x.pe/1",
        }
        assert found["months"][1] == {"month": 2, "programmed": 0, **UNREPORTED}
        assert [month["month"] for month in found["months"]] == list(range(1, 13))
        assert found["quarters"][0] == {"programmed": 6, "executed": 3, "progress": 50}
        assert found["quarters"][1:] == [{"programmed": 3, "executed": None, "progress": None}] * 3
        assert (found["annual_target"], found["executed_total"]) == (15, 3)
        assert (found["progress"], found["band"], found["over"]) == (20, "red", False)

    def test_quantities_are_exact_to_the_digit(self) -> None:
        activity = make.activity(programmed=[LARGE, Decimal("3.000"), *[0] * 10])
        make.entry(activity, 1, LARGE)
        make.entry(activity, 2, Decimal("0.100"))
        text = get(make.client(), address(activity)).content.decode()
        assert '"month":1,"programmed":12345678901.125,"executed":12345678901.125,' in text
        assert '"month":2,"programmed":3,"executed":0.1,' in text
        assert '"annual_target":12345678904.125' in text

    def test_what_waits_for_review_stands_beside_what_counts(self) -> None:
        activity = make.activity()
        make.entry(activity, 1, 5, reason="Primera")
        make.entry(activity, 1, 7, reason="Segunda", is_late=True, needs_review=True)
        found = january(activity)
        assert found["pending"] == {"executed": 7, "entry_version": 2}
        assert (found["executed"], found["late"], found["reason"]) == (5, False, "Primera")
        assert (found["status"], found["entry_version"]) == ("submitted", 2)

    def test_a_withdrawal_that_waits_is_shown_as_waiting(self) -> None:
        activity = make.activity()
        make.entry(activity, 1, 5)
        make.entry(activity, 1, None, reason="Duplicado", needs_review=True)
        found = january(activity)
        assert found["pending"] == {"executed": None, "entry_version": 2}
        assert (found["executed"], found["status"]) == (5, "submitted")

    def test_the_old_figure_counts_after_a_correction_is_returned(self) -> None:
        activity = make.activity()
        make.entry(activity, 1, 5)
        make.review(make.entry(activity, 1, 7, needs_review=True), Verdict.RETURN, "Sin sustento")
        found = january(activity)
        assert (found["executed"], found["pending"], found["status"]) == (5, None, "returned")

    def test_a_withdrawn_figure_is_null_and_says_why(self) -> None:
        activity = make.activity()
        make.entry(activity, 1, 5)
        make.entry(activity, 1, None, reason="Duplicado")
        found = january(activity)
        assert (found["executed"], found["status"], found["reason"]) == (None, "accepted", "Duplicado")

    def test_include_submitted_counts_what_waits(self) -> None:
        activity = make.activity(programmed=[10, *[0] * 11])
        make.entry(activity, 1, 5)
        make.entry(activity, 1, 10, needs_review=True)
        found = progress(activity, include="submitted")
        assert (found["months"][0]["executed"], found["executed_total"]) == (10, 10)
        assert found["months"][0]["pending"] == {"executed": 10, "entry_version": 2}
        assert (found["progress"], found["band"]) == (100, "green")
        assert progress(activity)["progress"] == 50

    def test_over_stands_beside_the_band(self) -> None:
        activity = make.activity(programmed=[23, *[0] * 11])
        make.entry(activity, 1, 24)
        found = progress(activity)
        assert (found["progress"], found["band"], found["over"]) == (Decimal("104.35"), "green", True)

    def test_the_bands_are_those_of_the_plan(self) -> None:
        plan = make.plan()
        activity = make.activity(plan, programmed=[100, *[0] * 11])
        make.entry(activity, 1, 60)
        assert progress(activity)["band"] == "red"
        plan.green_from, plan.amber_from = Decimal("60.01"), Decimal(60)
        plan.save()
        assert progress(activity)["band"] == "amber"

    def test_another_version_is_measured_on_its_own_programme(self) -> None:
        plan = make.plan()
        activity = make.activity(plan, programmed=[10, *[0] * 11])
        make.entry(activity, 1, 10)
        for number, quantity in ((2, 20), (3, 40)):
            make.version(plan, number)
            make.target(activity, [quantity, *[0] * 11], number)
        asked = {version: progress(activity, version=version) for version in ("initial", "1", "2", "3", "current")}
        assert {version: found["progress"] for version, found in asked.items()} == {
            "initial": 100,
            "1": 100,
            "2": 50,
            "3": 25,
            "current": 25,
        }
        assert [found["version"] for found in asked.values()] == ["initial", "initial", "2", "3", "current"]

    @pytest.mark.parametrize("text", ['«A» "b" \\ c', "línea\nsalto\ttab\r", "</script><b>", "ñandú 🦙 \u2028\x7f\x01"])
    def test_any_text_arrives_as_it_is(self, text: str) -> None:
        activity = make.activity(name=text, code=text[:30])
        make.entry(activity, 1, 2, reason=text, evidence_url=text)
        found = progress(activity)
        assert found["activity"] == {"id": activity.pk, "code": text[:30], "name": text}
        assert (found["months"][0]["reason"], found["months"][0]["evidence_url"]) == (text, text)


@pytest.mark.django_db
class TestWhoAndWhat:
    def test_who_asks_comes_before_what_is_wrong_with_the_question(self) -> None:
        activity = make.activity()
        for query in ({}, {"version": "x"}, {"format": "xml"}, {"nada": "1"}):
            answer = get(None, address(activity), **query)
            assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
            wrong = get(None, address(activity), {"Authorization": "Api-Key poi_0_0"}, **query)
            assert wrong.status_code == 401

    def test_what_is_out_of_sight_comes_before_what_is_wrong_with_the_question(self) -> None:
        activity = make.activity()
        outsider = make.client(unit=make.unit())
        for query in ({}, {"version": "x"}, {"format": "xml"}, {"nada": "1"}, {"as_of": "2999-01-01"}):
            for path in (address(activity), "/activities/999999999999999999/progress/"):
                answer = get(outsider, path, **query)
                assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")

    @for_each(
        ("field", "value"),
        [
            ("version", ""),
            ("version", "0"),
            ("version", "-1"),
            ("version", "1.5"),
            ("version", "32768"),
            ("version", "٣"),
            ("version", "9" * 30),
            ("include", "all"),
            ("include", ""),
            ("as_of", ""),
            ("as_of", "ayer"),
            ("as_of", "2022-02-30"),
            ("as_of", "2022-12-31T10:00:00"),
            ("as_of", "2022-12-31T25:00:00-05:00"),
            ("as_of", "9999-12-31"),
            ("as_of", "9999-12-31T23:59:59-05:00"),
            ("as_of", "0001-01-01T00:00:00+23:59"),
            ("as_of", "0001-01-01"),
            ("as_of", "1989-12-31"),
            ("as_of", "2022-12-31\0"),
            ("format", "xml"),
            ("year", "2022"),
        ],
    )
    def test_a_wrong_question_is_told_by_its_field(self, field: str, value: str) -> None:
        activity = make.activity()
        assert refused_fields(get(make.client(), address(activity), **{field: value})) == [field]

    def test_nothing_is_asked_twice(self) -> None:
        answer = get(make.client(), f"{address(make.activity())}?version=1&version=2")
        assert refused_fields(answer) == ["version"]

    @pytest.mark.parametrize("role", [*Role])
    def test_every_role_reads(self, role: Role) -> None:
        activity = make.activity()
        assert get(make.client(role, activity.unit), address(activity)).status_code == 200

    def test_only_reading_is_offered(self) -> None:
        caller = make.client(Role.PLANNER)
        for method in ("post", "put", "patch", "delete"):
            answer = getattr(Client(), method)(f"/api/v1{address(make.activity())}", headers=caller.headers)
            assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
