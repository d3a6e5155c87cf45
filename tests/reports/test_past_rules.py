"""What of the past is seen, named and kept (domain.md, rule 9; api.md, "Reads")."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from activities.choices import Origin, PlanStatus
from activities.models import Activity, Plan
from tests import factories as make
from tests.api import get
from tests.factories import Caller
from tests.history import imported, now
from units.choices import Role
from units.history.change_sets import recorded_transaction, set_known_from
from units.history.past import past
from units.models import ChangeSet, Unit

MATRIX = "/reports/matrix/"
pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def plan() -> Plan:
    return make.plan(make.institution("I"))


def names(caller: make.Caller, **query: Any) -> list[tuple[str, str]]:
    rows = get(caller, MATRIX, year=2022, **query).json()["results"]
    return [(row["activity"]["code"], row["unit"]["code"]) for row in rows]


class TestSight:
    """Permission is today's: of the past everybody sees what it may see now."""

    def test_an_activity_is_seen_in_its_former_unit_by_who_sees_both_today(self, plan: Plan) -> None:
        before, today = make.unit(plan.institution, "U1"), make.unit(plan.institution, "U2")
        activity = make.activity(plan, before, code="A1")
        moment = now()
        Activity.objects.filter(pk=activity.pk).update(unit=today)
        former, present = make.client(Role.READER, before), make.client(Role.READER, today)
        both = make.client(Role.READER, plan.institution)
        for labels, unit, seen in (("then", "U1", []), ("today", "U2", [("A1", "U2")])):
            assert names(both, as_of=moment, labels=labels) == [("A1", unit)]
            assert names(present, as_of=moment, labels=labels) == seen  # the unit of then is out of its sight
            assert names(former, as_of=moment, labels=labels) == []
        path = f"/activities/{activity.pk}/"
        assert [get(caller, path, as_of=moment).status_code for caller in (former, present)] == [404, 404]
        assert get(both, path, as_of=moment).json()["unit"]["code"] == "U1"
        for named_no_unit in (f"{path}progress/", f"{path}revisions/", f"{path}progress/3/history/"):
            assert get(present, named_no_unit, as_of=moment).status_code == 200
            assert get(former, named_no_unit, as_of=moment).status_code == 404
        assert get(present, "/activities/", as_of=moment).json()["count"] == 0
        assert get(both, "/activities/", as_of=moment).json()["count"] == 1

    def test_the_unit_above_is_named_to_who_sees_it_today(self, plan: Plan) -> None:
        branch, office = make.unit(plan.institution, "U1"), make.unit(plan.institution, "U2")
        above, aside = make.unit(branch, "U3"), make.unit(office, "U4")
        left, stayed = make.unit(above, "U5"), make.unit(aside, "U6")
        moment = now()
        for moved, to in ((above, plan.institution), (left, branch), (aside, branch), (stayed, branch)):
            Unit.objects.filter(pk=moved.pk).update(parent=to)
        for caller, seen in ((make.client(Role.READER, branch), [None, "U4"]), (make.client(), ["U3", "U4"])):
            rows = get(caller, "/units/", as_of=moment, code="U5,U6", ordering="code").json()["results"]
            assert [row["parent"] and row["parent"]["code"] for row in rows] == seen

    def test_who_came_later_knows_the_former_plans_of_the_institution(self, plan: Plan) -> None:
        moment = now()
        Unit.objects.filter(pk=plan.institution_id).update(code="J")
        caller = make.client(Role.PLANNER, make.unit(plan.institution, "U9"))
        for query in ({}, {"institution": "I"}, {"institution": "J"}):
            assert get(caller, "/plans/", as_of=moment, **query).json()["count"] == 1
            assert get(caller, "/periods/", as_of=moment, **query).json()["count"] == 12
        assert get(caller, f"/plans/{plan.pk}/", as_of=moment).status_code == 200
        for code in ("I", "J"):
            for draft in ("true", "false"):
                answer = get(caller, MATRIX, year=2022, institution=code, draft=draft, as_of=moment)
                assert (answer.status_code, answer.json()["count"]) == (200, 0)

    def test_a_unit_that_was_deleted_is_seen_where_it_was_last(self, plan: Plan) -> None:
        above, aside = make.unit(plan.institution, "U1"), make.unit(plan.institution, "U2")
        below = make.unit(above, "U3")
        moment, identity = now(), below.pk
        below.delete()
        for role_on, codes in ((above, ["U1", "U3"]), (aside, ["U2"])):
            rows = get(make.client(Role.READER, role_on), "/units/", as_of=moment, ordering="code").json()["results"]
            assert [row["code"] for row in rows] == codes
        assert get(make.client(), f"/units/{identity}/", as_of=moment).status_code == 200

    def test_a_branch_of_then_is_none_above_what_the_caller_sees(self, plan: Plan) -> None:
        organ, home = make.organ(plan.institution, "O"), make.organ(plan.institution, "H")
        moved = make.unit(organ, "U1")
        make.activity(plan, moved)
        moment = now()
        Unit.objects.filter(pk=moved.pk).update(parent=home)
        query = {"year": 2022, "group_by": "branch", "as_of": moment}
        for depth, whole in enumerate(("I", "O", "U1")):
            for seen, branches in ((home, ["U1"]), (organ, []), (plan.institution, [whole])):
                answer = get(make.client(Role.READER, seen), "/reports/execution/", depth=depth, **query).json()
                assert [row["branch"]["code"] for row in answer["results"]] == branches

    def test_a_branch_of_then_is_one_that_the_caller_sees(self, plan: Plan) -> None:
        home = make.organ(plan.institution, "H")
        above, away = make.organ(plan.institution, "U1"), make.unit(home, "U2")
        below, left = make.unit(above, "U3"), make.unit(away, "U4")
        for unit in (below, left):
            make.activity(plan, unit)
        moment = now()
        for moved, to in ((above, home), (left, home), (away, plan.institution)):
            Unit.objects.filter(pk=moved.pk).update(parent=to)
        query = {"year": 2022, "group_by": "branch", "as_of": moment, "ordering": "-branch"}
        # It sees U1 by now, and U2 no more
        for depth, branches in enumerate((["U1", "H"], ["U1", "H"], ["U4", "U3"])):
            answer = get(make.client(Role.READER, home), "/reports/execution/", depth=depth, **query).json()
            assert [row["branch"]["code"] for row in answer["results"]] == branches


class TestCodes:
    """A code names what bore it then, else what bears it today."""

    def test_a_code_that_another_unit_bears_today_names_that_of_then(self, plan: Plan) -> None:
        one, another = make.unit(plan.institution, "U1"), make.unit(plan.institution, "U2")
        for unit, code in ((one, "A1"), (another, "A2")):
            make.activity(plan, unit, code=code)
        moment = now()
        Unit.objects.filter(pk=one.pk).update(code="U0")
        Unit.objects.filter(pk=another.pk).update(code="U1")
        caller = make.client()
        assert names(caller, unit="U1", as_of=moment) == [("A1", "U1")]
        assert names(caller, unit="U0", as_of=moment) == [("A1", "U1")]  # nothing bore it then
        assert names(caller, unit="U1", as_of=moment, labels="today") == [("A2", "U1")]
        assert get(caller, MATRIX, year=2022, unit="U9", as_of=moment).status_code == 400


class TestKnowledge:
    def test_the_clock_is_asked_once_for_a_moment(self, plan: Plan) -> None:
        activity, caller, moment = make.activity(plan), make.client(), now()
        of_activity = [f"/activities/{activity.pk}/{part}" for part in ("", "revisions/", "progress/")]
        for path in ("/units/", "/activities/", "/plans/", f"/plans/{plan.pk}/", *of_activity):
            with CaptureQueriesContext(connection) as asked:
                assert get(caller, path, as_of=moment).status_code == 200
            assert sum("clock_timestamp()" in query["sql"] for query in asked.captured_queries) == 1, path

    def test_what_was_not_known_yet_is_an_empty_answer(self, plan: Plan) -> None:
        make.activity(plan)
        caller = make.client()
        for path in (MATRIX, "/reports/completeness/", "/reports/alerts/", "/reports/execution/", "/reports/poi/"):
            answer = get(caller, path, year=2022, institution="I", as_of="2020-01-01")
            assert (answer.status_code, answer.json()["results"]) == (200, [])
        for path in ("/units/", "/activities/", "/plans/", "/periods/", "/mef-activities/", "/measurement-units/"):
            assert get(caller, path, as_of="2020-01-01").json()["count"] == 0
        activity = Activity.objects.get()
        for path in (f"/units/{activity.unit_id}/", f"/activities/{activity.pk}/", f"/plans/{plan.pk}/"):
            assert get(caller, path, as_of="2020-01-01").status_code == 404
            assert get(caller, path).status_code == 200
        progress = get(caller, f"/activities/{activity.pk}/progress/", as_of="2020-01-01")
        assert (progress.status_code, progress.json()["annual_target"]) == (200, 0)

    def test_what_was_edited_more_than_once_is_as_before_the_first_edit(self, plan: Plan) -> None:
        moment, name = now(), plan.institution.name
        for later in ("SEGUNDA", "TERCERA"):
            Unit.objects.filter(pk=plan.institution_id).update(name=later)
        (unit,) = get(make.client(), "/units/", as_of=moment, code=plan.institution.code).json()["results"]
        assert unit["name"] == name

    def test_a_first_import_is_known_since_its_day_though_its_unit_was_made_later(self) -> None:
        unit = make.unit(make.institution("I"), "U1", "COMO SE HIZO")
        activity = first_import(unit)
        Unit.objects.filter(pk=unit.pk).update(name="COMO ES HOY")
        caller = make.client()
        [row] = get(caller, MATRIX, year=2022, as_of="2023-01-05").json()["results"]
        assert (row["activity"]["id"], row["unit"]["name"]) == (activity.pk, "COMO SE HIZO")
        assert get(caller, MATRIX, year=2022, as_of="2023-01-04").json()["results"] == []
        codes = [row["code"] for row in get(caller, "/mef-activities/", as_of="2023-01-05").json()["results"]]
        assert codes == ["M-IMPORTED"]
        assert get(caller, "/units/", as_of="2023-01-05").json()["count"] == 0


def first_import(unit: Unit, **things: Any) -> Activity:
    """Make an activity as the first import into a plan that it makes does, known since 2023-01-05."""
    with recorded_transaction(actor="Ana"):
        set_known_from(datetime(2023, 1, 5, 5, tzinfo=UTC))  # 00:00 in Lima
        plan = make.plan(unit.institution, status=PlanStatus.DRAFT)
        activity = make.activity(plan, unit, **(things or {"mef_activity": make.mef_activity("M-IMPORTED")}))
        make.entry(activity, origin=Origin.IMPORT)
        make.version(plan, 1)
        Plan.objects.filter(pk=plan.pk).update(status=PlanStatus.APPROVED)
        imported(plan)
    return activity


class TestFreshness:
    """The ETag of a past answer changes with what can change the answer alone."""

    def test_later_changes_leave_it_but_not_what_may_be_seen(self, plan: Plan) -> None:
        unit, aside = make.unit(plan.institution, "U1"), make.unit(plan.institution, "U2")
        activity = make.activity(plan, unit)
        moment, year = now(), {"year": 2022}
        asked = {
            MATRIX: year,
            "/reports/completeness/": year,
            "/exports/months/": year,
            "/units/": {},
            "/activities/": {},
        }
        whole, part = make.client(), make.client(Role.READER, unit)

        def ask(caller: Caller, path: str, headers: Any = None) -> Any:
            return get(caller, path, headers, as_of=moment, **asked[path])

        known = {
            (caller, path): {"If-None-Match": ask(caller, path)["ETag"]} for caller in (whole, part) for path in asked
        }
        make.entry(activity)
        Unit.objects.filter(pk=unit.pk).update(name="Otro nombre")
        make.activity(plan, aside)
        for (caller, path), tag in known.items():
            assert ask(caller, path, tag).status_code == 304, path
        Activity.objects.filter(pk=activity.pk).update(unit=aside)
        for (caller, path), tag in known.items():
            assert ask(caller, path, tag).status_code == (304 if caller is whole else 200), path

    def test_a_first_import_changes_it_and_one_of_others_does_not(self, plan: Plan) -> None:
        of_plan = make.client(Role.READER, plan.institution)
        other = make.unit(make.institution("J"))
        of_other, query = make.client(Role.READER, other), {"year": 2022, "as_of": "2023-01-10"}
        tags = [get(caller, MATRIX, **query)["ETag"] for caller in (of_plan, of_other)]
        first_import(other, mef_activity=make.mef_activity(), measurement_unit=make.measurement_unit())
        assert get(of_other, MATRIX, {"If-None-Match": tags[1]}, **query).status_code == 200
        assert get(of_plan, MATRIX, {"If-None-Match": tags[0]}, **query).status_code == 304

    def test_what_is_of_later_is_not_known_then_because_something_was_imported(self, plan: Plan) -> None:
        unit = make.unit(plan.institution, "U1")
        version, moment = f"/plans/{plan.pk}/versions/{make.version(plan).pk}/", now()
        caller = make.client(Role.READER, plan.institution)
        make.alias(unit, "OTRO")
        late = make.client(Role.READER, make.unit(plan.institution, "U2"))
        first_import(make.unit(make.institution("J")))
        year = {"year": 2022}
        for path in (MATRIX, "/reports/completeness/", "/reports/execution/", version):
            query = {} if path == version else year
            assert get(late, path, as_of=moment, **query).json()["scope"]["units"] == []
            assert get(late, path, as_of=now(), **query).json()["scope"]["units"] != []
        [row] = get(caller, "/units/", code="U1", as_of=moment).json()["results"]
        assert row["aliases"] == []
        assert get(caller, f"/units/{unit.pk}/", as_of=now()).json()["aliases"] == ["OTRO"]

    def test_an_entry_of_a_catalogue_that_a_first_import_makes_changes_it_for_everybody(self, plan: Plan) -> None:
        caller, query = make.client(Role.READER, plan.institution), {"as_of": "2023-01-10"}
        tag = get(caller, "/mef-activities/", **query)["ETag"]
        first_import(make.unit(make.institution("J")))
        assert get(caller, "/mef-activities/", {"If-None-Match": tag}, **query).status_code == 200

    def test_todays_names_change_it_with_every_change(self, plan: Plan) -> None:
        make.activity(plan)
        query = {"year": 2022, "as_of": now(), "labels": "today"}
        caller = make.client()
        tag = get(caller, MATRIX, **query)["ETag"]
        make.mef_activity()
        assert get(caller, MATRIX, {"If-None-Match": tag}, **query).status_code == 200


class TestReading:
    def test_it_ends_with_its_block_within_a_longer_transaction(self, plan: Plan) -> None:
        moment = ChangeSet.objects.latest("position").committed_at
        Unit.objects.filter(pk=plan.institution_id).update(name="HOY")
        with transaction.atomic():
            with past(moment):
                assert Unit.objects.get().name != "HOY"
                with past(moment):
                    assert Unit.objects.get().name != "HOY"
            assert Unit.objects.get().name == "HOY"
            with pytest.raises(ZeroDivisionError), transaction.atomic(), past(moment):
                raise ZeroDivisionError
            assert Unit.objects.get().name == "HOY"

    def test_nothing_can_be_written_in_it(self, plan: Plan) -> None:
        moment = ChangeSet.objects.latest("position").committed_at
        make.unit(plan.institution)
        with pytest.raises(Exception, match="cannot update view"), past(moment):
            Unit.objects.filter(pk=plan.institution_id).update(name="X")
        assert not connection.in_atomic_block
