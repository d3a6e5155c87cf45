"""What a recomputation of today would change in a publication: the restatement list."""

from datetime import timedelta

import pytest

from activities.choices import Accumulation
from activities.models import Activity
from poi_api.database.clock import today
from tests import factories as make
from tests.api import get
from tests.days import let_it_be
from tests.reports.publications.publishing import PATH, diff, published
from units.models import Unit

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def activity(sat: Unit) -> Activity:
    made = make.activity(make.plan(sat), make.unit(sat, "U1"), [1] * 12, "A1")
    make.entry(made, 1, 1)
    return made


class TestRestatement:
    def test_nothing_changed_is_an_empty_list(self, planner: make.Caller, activity: Activity) -> None:
        found = diff(planner, published(planner))
        assert (found["lines"], found["totals"], found["unchanged"]) == ([], [], 1)

    def test_what_was_promised_stays_when_more_is_done_after_the_quarter(self, planner: make.Caller, sat: Unit) -> None:
        made = make.activity(make.plan(sat), None, [0] * 4 + [8, 4] * 4, accumulation=Accumulation.AVERAGE)
        frozen = published(planner, "poi", through=1)
        for month in (4, 5, 6):
            make.entry(made, month, 0)
        found = diff(planner, frozen)
        assert (found["lines"], found["totals"], found["unchanged"]) == ([], [], 1)

    def test_a_correction_is_shown_with_both_values(self, planner: make.Caller, activity: Activity) -> None:
        make.activity(activity.plan, code="A2")
        made = published(planner)
        make.entry(activity, 2, 4)
        found = diff(planner, made)
        [line] = found["lines"]
        assert (line["change"], line["line"]["activity"]["code"], found["unchanged"]) == ("changed", "A1", 1)
        changed = {change["field"]: (change["published"], change["now"]) for change in line["changes"]}
        assert changed["executed[1]"] == (None, 4)
        assert changed["executed_total"] == (1, 5)
        assert changed["quarters[0].executed"] == (1, 5)

    def test_new_lines_and_other_names_are_shown(self, planner: make.Caller, activity: Activity) -> None:
        made = published(planner)
        make.activity(activity.plan, code="A2")
        Activity.objects.filter(pk=activity.pk).update(name="Otro nombre")
        found = diff(planner, made)["lines"]
        assert {(line["change"], line["line"]["activity"]["code"]) for line in found} == {
            ("changed", "A1"),
            ("added", "A2"),
        }
        [renamed] = next(line for line in found if line["change"] == "changed")["changes"]
        assert (renamed["field"], renamed["now"]) == ("activity.name", "Otro nombre")

    def test_a_line_that_is_gone_is_shown(self, planner: make.Caller, activity: Activity) -> None:
        made = published(planner, unit="U1")
        Activity.objects.filter(pk=activity.pk).update(unit=activity.plan.institution)
        found = diff(planner, made)
        [line] = found["lines"]
        assert (line["change"], line["line"]["activity"]["code"], found["unchanged"]) == ("removed", "A1", 0)
        assert {change["now"] for change in line["changes"]} == {None}

    def test_the_institution_stays_the_same_whatever_is_called_by_its_code_now(
        self, planner: make.Caller, activity: Activity
    ) -> None:
        made, sat = published(planner), activity.plan.institution
        Unit.objects.filter(pk=sat.pk).update(code="ANTES")
        make.activity(make.plan(make.institution("SAT")), code="A1")
        [line] = diff(planner, made)["lines"]
        [renamed] = line["changes"]
        assert (line["line"]["activity"]["id"], renamed["field"]) == (activity.pk, "institution.code")

    def test_of_a_past_moment_it_compares_with_today(self, planner: make.Caller, activity: Activity) -> None:
        entry = activity.entries.get()
        entry.change_set.refresh_from_db()
        moment = entry.change_set.committed_at
        assert moment is not None
        made = published(planner, as_of=moment.isoformat())
        make.entry(activity, 3, 2)
        assert [line["change"] for line in diff(planner, made)["lines"]] == ["changed"]

    def test_the_official_document_is_compared_too(self, planner: make.Caller, activity: Activity) -> None:
        made = published(planner, "poi")
        assert diff(planner, made)["lines"] == diff(planner, made)["totals"] == []
        make.entry(activity, 2, 4)
        [line] = diff(planner, made)["lines"]
        assert line["line"]["activity"]["code"] == "A1"

    def test_totals_outside_the_lines_are_compared(self, planner: make.Caller, activity: Activity) -> None:
        made = published(planner, "execution", group_by="unit")
        make.entry(activity, 2, 4)
        assert "total.executed" in {change["field"] for change in diff(planner, made)["totals"]}

    def test_groups_of_what_has_no_id_are_told_apart_by_code_and_name(self, planner: make.Caller, sat: Unit) -> None:
        plan = make.plan(sat)
        groups = [("OEI.01", "UNO"), ("OEI.01", "DOS"), ("OEI.02", "DOS")]
        one, *_ = [make.activity(plan, classified={"oei": each}) for each in groups]
        made = published(planner, "execution", group_by="oei")
        make.entry(one, 2, 4)
        found = diff(planner, made)
        assert [line["line"]["oei"] for line in found["lines"]] == [{"code": "OEI.01", "name": "UNO"}]
        assert found["unchanged"] == 2

    def test_it_is_not_computed_again_while_nothing_changed(self, planner: make.Caller, activity: Activity) -> None:
        path = f"{PATH}{published(planner)['id']}/diff/"
        first = get(planner, path)
        assert get(planner, path, {"If-None-Match": first["ETag"]}).status_code == 304
        make.entry(activity, 2, 4)
        assert get(planner, path, {"If-None-Match": first["ETag"]}).status_code == 200

    def test_on_another_day_it_is(
        self, planner: make.Caller, activity: Activity, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = f"{PATH}{published(planner)['id']}/diff/"
        first = get(planner, path)
        let_it_be(monkeypatch, today() + timedelta(days=1))
        assert get(planner, path, {"If-None-Match": first["ETag"]}).status_code == 200
