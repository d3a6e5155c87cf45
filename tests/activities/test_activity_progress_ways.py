"""`/activities/{id}/progress/`: the same by every way, at a known cost, and how fresh."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activities.models import Activity
from tests import factories as make
from tests.activities.progress import LARGE, address, last_moment, progress
from tests.api import get, refused_fields, send
from tests.cursors import position_of
from units.choices import Role
from units.models import ChangeSet


@pytest.mark.django_db
class TestWays:
    """A machine client's plain GET goes a short way; every other goes DRF's, to the same answer."""

    @pytest.fixture
    def activity(self) -> Activity:
        activity = make.activity(programmed=[LARGE, *[1] * 11], name='Ñ "x"')
        make.entry(activity, 1, LARGE)
        make.settle()
        return activity

    @pytest.mark.parametrize(
        "accept",
        ["", "*/*", "application/json", "application/json;q=0.5", "application/*", "text/html, */*;q=0.1"],
    )
    def test_every_accept_header_that_takes_json(self, activity: Activity, accept: str) -> None:
        caller = make.client()
        plain = get(caller, address(activity))
        other = get(caller, address(activity), {"Accept": accept})
        assert self.parts(other) == self.parts(plain)

    def test_a_format_that_is_not_offered_by_accept_is_406(self, activity: Activity) -> None:
        answer = get(make.client(), address(activity), {"Accept": "application/xml"})
        assert (answer.status_code, answer["Content-Type"]) == (406, "application/problem+json")

    @pytest.mark.parametrize("query", [{}, {"version": "initial"}, {"include": "submitted"}, {"as_of": "2020-01-01"}])
    def test_by_format_and_by_session(self, activity: Activity, query: dict[str, str]) -> None:
        browser = Client()
        browser.force_login(make.person(Role.READER))
        plain = get(make.client(), address(activity), **query)
        by_format = get(make.client(), address(activity), **query, format="json")
        by_session = browser.get(f"/api/v1{address(activity)}", query)
        assert plain.content == by_format.content == by_session.content
        assert {answer.status_code for answer in (plain, by_format, by_session)} == {200}
        assert len({answer["Content-Type"] for answer in (plain, by_format, by_session)}) == 1
        assert len({answer["Change-Cursor"] for answer in (plain, by_format, by_session)}) == 1

    def test_head_is_a_get_without_its_body(self, activity: Activity) -> None:
        caller = make.client()
        plain = get(caller, address(activity))
        head = Client().head(f"/api/v1{address(activity)}", headers=caller.headers)
        assert (head.status_code, head.content) == (200, b"")
        assert [head[name] for name in self.HEADERS] == [plain[name] for name in self.HEADERS]

    def test_errors_on_the_short_way_are_problems(self, activity: Activity) -> None:
        answer = get(make.client(), address(activity), version="x")
        assert refused_fields(answer) == ["version"]
        assert answer.json()["status"] == 400

    HEADERS = ("Content-Type", "ETag", "Change-Cursor", "Cache-Control", "Vary")

    def parts(self, answer: HttpResponse) -> list[Any]:
        return [answer.status_code, answer.content, *(answer[name] for name in self.HEADERS)]


@pytest.mark.django_db
class TestCost:
    """Statements, the key's among them. The epoch is asked once a connection."""

    def cost(self, activity: Activity, headers: dict[str, str] | None = None, **query: Any) -> int:
        caller = make.client()
        get(caller, address(activity))
        with CaptureQueriesContext(connection) as queries:
            assert get(caller, address(activity), headers, **query).status_code in (200, 304)
        return len(queries)

    def test_two_statements_whatever_its_history(self) -> None:
        activity = make.activity()
        assert self.cost(activity) == 2
        for month in range(1, 13):
            for quantity in range(3):
                make.entry(activity, month, quantity, needs_review=quantity == 2)
        assert self.cost(activity) == 2

    def test_another_version_costs_the_same_and_a_past_moment_asks_the_clock(self) -> None:
        activity = make.activity()
        assert self.cost(activity, version="initial", include="submitted") == 2
        make.settle()
        assert self.cost(activity, as_of="2020-01-01") == 12  # not known then: it is asked for twice

    def test_a_304_reads_no_figures(self) -> None:
        activity = make.activity()
        make.settle()
        caller = make.client()
        etag = get(caller, address(activity))["ETag"]
        with CaptureQueriesContext(connection) as queries:
            assert get(caller, address(activity), {"If-None-Match": etag}).status_code == 304
        assert len(queries) == 2
        assert not any("months_json" in query["sql"] for query in queries)


class TestFreshness:
    @pytest.fixture
    def activity(self, committed: None) -> Activity:
        return make.activity(programmed=[2] * 12)

    def test_an_etag_holds_until_the_activity_changes(self, activity: Activity) -> None:
        other = make.activity()
        caller = make.client()
        first = get(caller, address(activity))
        make.entry(other, 1, 1)
        same = get(caller, address(activity), {"If-None-Match": first["ETag"]})
        assert (same.status_code, same.content, same["ETag"]) == (304, b"", first["ETag"])
        make.entry(activity, 1, 1)
        changed = get(caller, address(activity), {"If-None-Match": first["ETag"]})
        assert changed.status_code == 200
        assert changed["ETag"] != first["ETag"]
        assert changed.json()["months"][0]["executed"] == 1

    @pytest.mark.parametrize("variant", ["csv", "xlsx"])
    def test_the_headers_of_a_table_are_told_alone_and_not_kept_as_the_table(
        self, activity: Activity, variant: str
    ) -> None:
        caller = make.client()
        head, table = (send(method, caller, address(activity), format=variant) for method in ("HEAD", "GET"))
        assert [answer.status_code for answer in (head, table)] == [200, 200]
        assert [head[name] for name in ("Content-Type", "ETag")] == [table[name] for name in ("Content-Type", "ETag")]
        assert (head.getvalue(), bool(table.getvalue())) == (b"", True)

    def test_an_etag_is_of_one_question(self, activity: Activity) -> None:
        etag = get(make.client(), address(activity))["ETag"]
        for query in ({"version": "initial"}, {"include": "submitted"}):
            assert get(make.client(), address(activity), {"If-None-Match": etag}, **query).status_code == 200

    def test_the_cursor_is_the_place_of_the_last_change_that_it_depends_on(self, activity: Activity) -> None:
        caller, other = make.client(), make.activity()
        make.entry(activity)
        position = ChangeSet.objects.latest("position").position
        etag = get(caller, address(activity))["ETag"]
        make.entry(other)
        answers = [get(caller, address(activity)), get(caller, address(activity), {"If-None-Match": etag})]
        assert [answer.status_code for answer in answers] == [200, 304]
        for answer in answers:
            assert position_of(caller, answer["Change-Cursor"]) == position

    def test_as_of_answers_what_was_known_then(self, activity: Activity) -> None:
        known = []
        for quantity in (1, 2, 3):
            make.entry(activity, 1, quantity)
            known.append((quantity, last_moment()))
        for quantity, moment in known:
            asked = progress(activity, as_of=moment.isoformat())
            assert asked["months"][0]["executed"] == quantity
            just_before = (moment - timedelta(microseconds=1)).isoformat()
            before = progress(activity, as_of=just_before)["months"][0]["executed"]
            assert before == (quantity - 1 or None)

    def test_an_answer_shows_the_moment_of_what_it_knows(self, activity: Activity) -> None:
        with transaction.atomic():
            make.entry(activity, 1, 1)
        shown = progress(activity)["as_of"]
        assert shown.endswith("-05:00")
        asked = progress(activity, as_of=shown)
        assert (asked["as_of"], asked["months"]) == (shown, progress(activity)["months"])
