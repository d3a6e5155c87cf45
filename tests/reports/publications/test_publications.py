"""Publications: a report frozen as it stood, for ever, and what a recomputation of today would change."""

import csv
import hashlib
import io
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError
from django.test import Client

from activities.models import Activity
from poi_api.http.places import USUAL_PAGE
from reports.models import Publication, PublicationContent
from tests import factories as make
from tests.api import get, post, refused, results, send
from tests.in_one_state import for_each
from tests.reports.publications.publishing import PATH, alone, asking, content, published
from tests.threads import in_threads
from units.choices import Role
from units.models import Unit

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def activity(sat: Unit) -> Activity:
    made = make.activity(make.plan(sat), make.unit(sat, "U1"), [1] * 12, "A1")
    make.entry(made, 1, 1)
    return made


class TestFreezing:
    def test_it_keeps_report_parameters_formats_checksums_who_and_when(
        self, planner: make.Caller, activity: Activity, sat: Unit
    ) -> None:
        made = published(planner)
        assert (made["report"], made["title"]) == ("matrix", "Matriz del plan, SAT LIMA")
        assert made["parameters"]["institution"] == ["SAT"]
        assert made["parameters"]["year"] == ["2022"]
        assert made["unit"] == {"id": sat.pk, "code": "SAT", "name": "SAT LIMA"}
        assert made["by"].startswith("client:")
        assert made["at"]
        for kept in made["contents"]:
            frozen = content(planner, made, kept["format"])
            assert (kept["size"], kept["sha256"]) == (len(frozen), hashlib.sha256(frozen).hexdigest())
        assert [kept["format"] for kept in made["contents"]] == ["csv", "json", "xlsx"]

    def test_its_content_is_what_the_report_said(self, planner: make.Caller, activity: Activity) -> None:
        made = published(planner)
        report = get(planner, "/reports/matrix/", year=2022, institution="SAT")
        assert get(planner, f"{PATH}{made['id']}/content/").json()["results"] == report.json()["results"]
        asked = get(planner, "/reports/matrix/", year=2022, institution="SAT", format="csv")
        assert content(planner, made, "csv") == asked.getvalue()

    @pytest.mark.parametrize("shown", ["subtotals", "explain"])
    def test_what_only_json_shows_is_frozen_in_json(self, planner: make.Caller, activity: Activity, shown: str) -> None:
        made = published(planner, "execution", **{shown: True})
        plain = published(planner, "execution", as_of=made["parameters"]["as_of"][0])
        member = {"subtotals": "by_measurement_unit", "explain": "explanation"}[shown]
        assert [kept["format"] for kept in made["contents"]] == ["csv", "json", "xlsx"]
        assert member in get(planner, f"{PATH}{made['id']}/content/").json()["total"]
        assert member not in get(planner, f"{PATH}{plain['id']}/content/").json()["total"]
        assert content(planner, made, "csv") == content(planner, plain, "csv")
        again = get(planner, f"{PATH}{made['id']}/diff/").json()
        assert (again["totals"], again["lines"]) == ([], [])

    @pytest.mark.parametrize(
        ("report", "more"),
        [("execution", {"group_by": ["unit", "quarter"]}), ("completeness", {"through": 3}), ("poi", {"through": 2})],
    )
    def test_other_reports_freeze_too(
        self, planner: make.Caller, activity: Activity, report: str, more: dict[str, Any]
    ) -> None:
        made = published(planner, report, **more)
        frozen = get(planner, f"{PATH}{made['id']}/content/").json()
        asked = get(planner, f"/reports/{report}/", year=2022, institution="SAT", **more).json()
        assert frozen["results"] == asked["results"]
        assert frozen["total"] == asked["total"]

    def test_it_has_all_rows_and_not_a_page(self, planner: make.Caller, activity: Activity) -> None:
        for number in range(2, 10):
            make.activity(activity.plan, activity.unit, [1] * 12, f"A{number}")
        made = published(planner, "execution", group_by=["activity", "month"])
        frozen = get(planner, f"{PATH}{made['id']}/content/").json()
        assert len(frozen["results"]) == frozen["count"] == 9 * 12 > USUAL_PAGE
        assert "next" not in frozen

    def test_it_can_be_of_a_past_moment(self, planner: make.Caller, activity: Activity) -> None:
        entry = activity.entries.get()
        entry.change_set.refresh_from_db()
        make.entry(activity, 1, 9)
        moment = entry.change_set.committed_at
        assert moment is not None
        made = published(planner, as_of=moment.isoformat())
        frozen = get(planner, f"{PATH}{made['id']}/content/").json()
        assert frozen["results"][0]["executed"][0] == 1

    def test_one_too_large_is_refused(self, planner: make.Caller, activity: Activity, monkeypatch: Any) -> None:
        monkeypatch.setattr("reports.publications.publishing.MOST_ROWS", 0)
        assert refused(post(planner, PATH, asking()), 400) == [("too_large", "parameters")]
        assert not Publication.objects.exists()

    def test_the_same_key_publishes_once(self, planner: make.Caller, activity: Activity) -> None:
        first, second = (post(planner, PATH, asking(), {"Idempotency-Key": "uno"}) for _ in range(2))
        assert first.json() == second.json()
        assert Publication.objects.count() == 1

    def test_two_at_the_same_moment_do_not_wait_for_each_other(self, planner: make.Caller, activity: Activity) -> None:
        finish = in_threads(*[lambda: alone(planner, asking(as_of="2022-12-31")) for _ in range(4)])
        assert [answer.status_code for answer in finish()] == [201] * 4


class TestForEver:
    def test_later_changes_and_names_leave_every_byte_as_it_was(
        self, planner: make.Caller, activity: Activity, sat: Unit
    ) -> None:
        made = published(planner)
        before = {variant: content(planner, made, variant) for variant in ("json", "csv")}
        make.entry(activity, 1, 5)
        Unit.objects.filter(code="U1").update(name="Otro nombre")
        make.activity(activity.plan, code="A2")
        assert {variant: content(planner, made, variant) for variant in ("json", "csv")} == before
        assert get(planner, f"{PATH}{made['id']}/").json() == made

    def test_nothing_edits_or_deletes_it(self, planner: make.Caller, activity: Activity) -> None:
        made = published(planner)
        for method in ("PUT", "PATCH", "DELETE"):
            assert send(method, planner, f"{PATH}{made['id']}/", {}).status_code == 405
        for table in (Publication, PublicationContent):
            for query in (f"DELETE FROM {table._meta.db_table}", f"UPDATE {table._meta.db_table} SET id = id"):
                with (
                    pytest.raises((DatabaseError, IntegrityError)),
                    transaction.atomic(),
                    connection.cursor() as cursor,
                ):
                    cursor.execute(query)

    def test_its_content_is_sent_again_only_to_who_does_not_have_it(
        self, planner: make.Caller, activity: Activity
    ) -> None:
        path = f"{PATH}{published(planner)['id']}/content/"
        first = get(planner, path)
        make.entry(activity, 2, 5)
        assert get(planner, path, {"If-None-Match": first["ETag"]}).status_code == 304
        assert get(planner, path, {"If-None-Match": first["ETag"]}, format="csv").status_code == 200


class TestWho:
    @pytest.mark.parametrize("role", [Role.READER, Role.REPORTER, Role.REVIEWER])
    def test_planners_alone_publish(self, sat: Unit, activity: Activity, role: Role) -> None:
        assert post(make.client(role, sat), PATH, asking()).status_code == 403

    def test_planners_of_a_part_do_not(self, activity: Activity) -> None:
        assert post(make.client(Role.PLANNER, activity.unit), PATH, asking()).status_code == 403

    def test_nor_do_those_who_read_the_rest(self, sat: Unit, activity: Activity) -> None:
        person = make.person(Role.PLANNER, activity.unit)
        person.memberships.create(role=Role.READER, unit=sat)
        browser = Client()
        browser.force_login(person)
        assert browser.post(f"/api/v1{PATH}", asking(), "application/json").status_code == 403
        assert not Publication.objects.exists()

    def test_another_institution_is_unknown(self, activity: Activity) -> None:
        elsewhere = make.client(Role.PLANNER, make.institution("MML"))
        assert refused(post(elsewhere, PATH, asking()), 400) == [("unknown_code", "parameters.institution")]

    def test_it_is_seen_by_those_who_see_the_whole_institution(
        self, sat: Unit, activity: Activity, planner: make.Caller
    ) -> None:
        made = published(planner)
        for caller, seen in (
            (make.client(unit=sat), True),
            (make.client(), True),
            (make.client(unit=activity.unit), False),
            (make.client(unit=make.institution("MML")), False),
        ):
            assert [row["id"] for row in results(caller, PATH)] == ([made["id"]] if seen else [])
            for path in ("", "content/", "diff/"):
                status = get(caller, f"{PATH}{made['id']}/{path}").status_code
                assert status == (200 if seen else 404)


class TestWrongRequests:
    @for_each(
        ("body", "field"),
        [
            ({"report": "matrix", "parameters": {"year": 2022}}, "parameters.institution"),
            (
                {"report": "matrix", "parameters": {"institution": ["SAT", "SAT"], "year": 2022}},
                "parameters.institution",
            ),
            ({"report": "matrix", "parameters": {"institution": "SAT"}}, "parameters.year"),
            (asking(unit="nada"), "parameters.unit"),
            (asking(format="csv"), "parameters.format"),
            (asking(limit=1), "parameters.limit"),
            (asking(year=20.5), "parameters.year"),
            (asking(unit=None), "parameters.unit"),
            (asking(as_of="2999-01-01"), "parameters.as_of"),
            (asking(otro=1), "parameters.otro"),
            (asking("nada"), "report"),
            ({**asking(), "otro": 1}, "otro"),
            ({"report": "matrix"}, "parameters"),
            ({"report": "matrix", "parameters": []}, "parameters"),
        ],
    )
    def test_it_is_told_by_its_field(
        self, planner: make.Caller, activity: Activity, body: dict[str, Any], field: str
    ) -> None:
        assert [name for _, name in refused(post(planner, PATH, body), 400)] == [field]
        assert not Publication.objects.exists()

    def test_a_format_that_it_does_not_have(self, planner: make.Caller, activity: Activity) -> None:
        made = published(planner, "completeness")
        assert content(planner, made, "csv").startswith(b"\xef\xbb\xbfyear,unit_id")
        answer = get(planner, f"{PATH}{made['id']}/content/", format="pdf")
        assert refused(answer, 400) == [("invalid_choice", "format")]

    def test_the_csv_can_be_read_back(self, planner: make.Caller, activity: Activity) -> None:
        text = content(planner, published(planner), "csv").decode("utf-8-sig")
        [row] = csv.DictReader(io.StringIO(text, newline=""))
        assert row["activity_code"] == "A1"
