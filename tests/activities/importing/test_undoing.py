"""Undoing an import, as long as nothing later is about what it wrote (domain.md, rule 13)."""

from datetime import date
from typing import Any

import pytest

from activities.choices import PlanStatus
from activities.models import Activity, Figure, Import, ImportUndoing, Plan, ProgressEntry, TargetRevision
from activities.services.importing.undoing import undo_import
from poi_api.http.exceptions import Conflict, Invalid
from tests import factories as make
from tests.activities.importing.importing import bring, row
from tests.api import get, post, refused, results
from units.choices import Role
from units.history.change_sets import recorded_transaction
from units.models import ChangeSet

# Each act is a transaction of its own here, with a change set of its own
pytestmark = pytest.mark.usefixtures("committed")


def undo(reason: str = "Archivo equivocado", number: int = -1) -> None:
    """Undo an import by its number in the order they came, the last one if none is given."""
    with recorded_transaction(actor="x", cause=reason):
        undo_import(list(Import.objects.order_by("id"))[number], reason)


def codes(refusal: Any) -> list[str]:
    return [error["code"] for error in refusal.value.errors]


def standing() -> Plan:
    """Make a plan with an activity that people planned and reported."""
    plan = make.plan(make.institution("SAT"), 2022)
    unit = make.unit(plan.institution, "U1", "OFICINA")
    activity = make.activity(plan, unit, name="N.º 3", programmed=[1] * 12)
    activity.mef_activity.name, activity.measurement_unit.name = "GESTIÓN", "INFORMES"
    activity.mef_activity.save()
    activity.measurement_unit.save()
    make.entry(activity, 1, 7, reason="Así fue")
    return plan


class TestWhatItTakesBack:
    def test_a_plan_that_it_made_goes_with_all_that_is_in_it(self) -> None:
        bring(row(3), row(4), cut_off=date(2022, 7, 1))
        undo()
        assert (Plan.objects.count(), Activity.objects.count()) == (0, 0)
        plan = Plan._base_manager.get()
        assert (plan.status, plan.is_struck_out) == (PlanStatus.DRAFT, True)
        assert plan.versions.get().withdrawal.reason == "Importación deshecha: Archivo equivocado"
        withdrawn = ProgressEntry.objects.filter(entry_version=2)
        assert (withdrawn.count(), {entry.executed for entry in withdrawn}) == (24, {None})
        assert {entry.reason for entry in withdrawn} == {"Importación deshecha: Archivo equivocado"}
        assert ImportUndoing.objects.get().reason == "Archivo equivocado"

    def test_the_same_year_is_not_empty_again(self) -> None:
        """What is imported next is known from then on, and not from its cut-off date (domain.md, rule 9)."""
        bring(row(), cut_off=date(2022, 7, 1))
        first = ChangeSet.objects.exclude(known_from=None).get()
        undo()
        bring(row(), cut_off=date(2022, 7, 1))
        assert list(ChangeSet.objects.exclude(known_from=None)) == [first]
        assert Plan.objects.get().versions.get().number == 1
        assert TargetRevision.objects.get(version=1, activity=Activity.objects.get()).programmed == [1] * 12

    def test_figures_from_before_come_back_with_their_reasons(self) -> None:
        standing()
        bring(row(3, executed=(9, 5)), overwrite=True)
        undo()
        newest = ProgressEntry.objects.order_by("month", "-entry_version").distinct("month")
        assert [(e.month, e.entry_version, e.executed, e.reason) for e in newest] == [
            (1, 3, 7, "Así fue"),
            (2, 2, None, "Importación deshecha: Archivo equivocado"),
        ]
        assert Figure.objects.get().executed[:2] == [7, None]

    def test_targets_from_before_come_back_in_a_version(self) -> None:
        plan = standing()
        bring(row(3, programmed=(5,) * 12, executed=(7,)), row(4))
        undo()
        assert [(v.number, v.reason) for v in plan.versions.all()][1:] == [
            (2, "importación"),
            (3, "Importación deshecha: Archivo equivocado"),
        ]
        assert Figure.objects.get(activity=Activity.objects.get()).programmed == [1] * 12
        struck_out = Activity._base_manager.get(is_struck_out=True)
        assert struck_out.name == "N.º 4"
        assert not TargetRevision.objects.filter(version=3, activity=struck_out).exists()
        assert (plan.status, Plan.objects.count()) == (PlanStatus.APPROVED, 1)

    def test_those_of_a_draft_come_back_in_it(self) -> None:
        plan = make.plan(make.institution("SAT"), 2022, PlanStatus.DRAFT)
        bring(row(3))
        bring(row(3, programmed=(5,) * 12), row(4))
        undo()
        assert Figure.objects.get(activity=Activity.objects.get()).programmed == [1] * 12
        assert plan.versions.count() == 0

    def test_one_after_another_from_the_last(self) -> None:
        bring(row(3, executed=(1,)))
        bring(row(3, executed=(4,), programmed=(2,) * 12), overwrite=True)
        undo()
        with recorded_transaction(actor="x"):
            undo_import(Import.objects.order_by("id")[0], "También")
        assert Plan.objects.count() == 0
        versions = ProgressEntry.objects.filter(month=1).order_by("entry_version")
        assert [entry.executed for entry in versions] == [1, 4, 1, None]


class TestWhatHoldsIt:
    def test_a_later_entry(self) -> None:
        bring(row(3, executed=(1,)))
        make.entry(Activity.objects.get(), 1, 2)
        with pytest.raises(Conflict) as refusal:
            undo()
        assert codes(refusal) == ["import_reported"]

    def test_one_of_another_month_holds_what_it_made_and_nothing_else(self) -> None:
        standing()
        bring(row(3, executed=(9,)), overwrite=True)
        make.entry(Activity.objects.get(), 2, 2)
        undo()
        bring(row(3, executed=(7,)), row(4, executed=(1,)))
        make.entry(Activity.objects.get(name="N.º 4"), 5, 2)
        with pytest.raises(Conflict) as refusal:
            undo()
        assert codes(refusal) == ["import_reported"]

    def test_a_verdict(self) -> None:
        bring(row(3, executed=(1,)))
        make.review(ProgressEntry.objects.get())
        with pytest.raises(Conflict) as refusal:
            undo()
        assert codes(refusal) == ["import_reviewed"]

    def test_a_version_of_what_it_wrote(self) -> None:
        bring(row(3))
        make.version(Plan.objects.get(), 2)
        make.target(Activity.objects.get(), [7] * 12, 2)
        with pytest.raises(Conflict) as refusal:
            undo()
        assert "import_modified" in codes(refusal)

    def test_a_version_of_something_else_does_not(self) -> None:
        plan = standing()
        other = make.activity(plan, make.unit(plan.institution), name="OTRA")
        bring(row(3, programmed=(5,) * 12, executed=(7,)))
        make.version(plan, 3)
        make.target(other, [7] * 12, 3)
        undo()

    def test_a_publication_that_stands(self) -> None:
        bring(row(3))
        institution = Plan.objects.get().institution
        published = make.publication(institution)
        with pytest.raises(Conflict) as refusal:
            undo()
        assert codes(refusal) == ["plan_published"]
        make.publication_withdrawal(published)
        undo()

    def test_a_closed_plan(self) -> None:
        bring(row(3))
        Plan.objects.update(status=PlanStatus.CLOSED)
        with pytest.raises(Conflict) as refusal:
            undo()
        assert codes(refusal) == ["plan_closed"]

    def test_no_reason(self) -> None:
        bring(row(3))
        with pytest.raises(Invalid, match="motivo"):
            undo(" ")


class TestOverHttp:
    def test_it_says_so_and_cannot_be_repeated(self) -> None:
        bring(row(3))
        planner = make.client(Role.PLANNER, Plan.objects.get().institution)
        path = f"/imports/{Import.objects.get().pk}"
        answer = post(planner, f"{path}/undo/", {"reason": "Era otro"})
        assert (answer.status_code, answer.json()["status"]) == (200, "undone")
        assert answer.json()["undoing"]["reason"] == "Era otro"
        assert refused(post(planner, f"{path}/undo/", {"reason": "Otra vez"}), 409) == [("import_undone", None)]
        assert refused(post(planner, f"{path}/apply/"), 409) == [("import_undone", None)]
        assert [each["status"] for each in results(planner, "/imports/", status="undone")] == ["undone"]
        fed = get(planner, "/changes/").json()["results"][-1]
        assert (fed["actor"], fed["cause"]) == (f"client:{planner.client.name}", "Era otro")

    def test_what_was_not_applied_is_not_undone(self) -> None:
        bring(row(3))
        stored = Import.objects.get()
        Import.objects.create(
            institution=stored.institution, institution_code="SAT", year=2022, filename="x", content=b"", report={}
        )
        with pytest.raises(Conflict) as refusal:
            undo()
        assert codes(refusal) == ["import_not_applied"]
