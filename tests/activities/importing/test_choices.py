"""What a person chooses of a document, and drafts (domain.md, rule 14): names by choice alone, never by likeness."""

from dataclasses import replace
from typing import Any

import pytest

from activities.choices import PlanStatus
from activities.document import Row
from activities.exceptions import RefusedChoiceError, RefusedImportError
from activities.models import Activity, AppliedRow, Figure, Import, ImportApplication, Plan, ProgressEntry
from activities.services.importing.choices import Choices
from tests import factories as make
from tests.activities.importing.importing import NOTHING, OTHER, bring, row
from units.models import Change

pytestmark = pytest.mark.django_db


def renames() -> list[dict[str, Any]]:
    """Return those of the last application."""
    return list(ImportApplication.objects.latest("id").outcome["renames"])


def inferred(line: int = 3) -> Row:
    return replace(row(line), status="inferred", alternatives=(OTHER,), doubts=("EJECUTADO ENE", "META"))


class TestRenames:
    def test_what_is_no_longer_named_is_listed_with_the_new_names_of_its_unit(self) -> None:
        bring(row(3, activity="DIGITACION"), row(4, activity="ARCHIVO"))
        bring(row(3, activity="DIGITALIZACIÓN"), row(4, activity="ARCHIVO"), row(5, activity="OTRA", unit="SEDE"))
        [rename] = renames()
        assert (rename["activity"]["code"], rename["unit"]["name"]) == ("A001", "OFICINA")
        assert rename["candidates"] == [{"line": 3, "name": "DIGITALIZACIÓN"}]

    @pytest.mark.parametrize("other", [{"mef_activity": "OTRA"}, {"measurement_unit": "ACCIONES"}])
    def test_what_is_counted_otherwise_is_no_candidate(self, other: dict[str, Any]) -> None:
        bring(row(3, activity="DIGITACION"))
        bring(replace(row(3, activity="DIGITACIÓN Y MÁS"), **other))
        assert [rename["candidates"] for rename in renames()] == [[]]

    def test_what_was_cancelled_is_not_missed(self) -> None:
        bring(row(3), row(4))
        make.target(Activity.objects.get(name="N.º 3"), [0] * 12, 2, cancelled_from=1)
        bring(row(4), row(5))
        assert renames() == []

    def test_chosen_as_the_same_it_keeps_its_id_and_figures_and_gets_the_name(self) -> None:
        bring(row(3, activity="DIGITACION", executed=(1, 2)))
        activity = Activity.objects.get()
        outcome = bring(
            row(3, activity="DIGITALIZACIÓN  DE ACTAS", executed=(1, 2, 3)), choices=Choices(same={3: activity.pk})
        )
        renamed = Activity.objects.get()
        assert (renamed.pk, renamed.code, renamed.name) == (activity.pk, "A001", "DIGITALIZACIÓN DE ACTAS")
        assert (outcome.matching.created["activities"], outcome.entries.created, outcome.targets.written) == (0, 1, 0)
        assert renames() == []

    def test_a_name_alone_is_something_that_changes(self) -> None:
        bring(row(3, activity="DIGITACION"))
        outcome = bring(row(3, activity="DIGITALIZACIÓN"), choices=Choices(same={3: Activity.objects.get().pk}))
        assert (len(outcome.matching.renamed), outcome.changes_something) == (1, True)
        assert outcome.as_report()["renamed"] == 1
        assert Import.objects.count() == 2

    @pytest.mark.parametrize("choices", [Choices(), Choices(same={3: None})])
    def test_not_chosen_it_is_another_one(self, choices: Choices) -> None:
        bring(row(3, activity="DIGITACION"))
        bring(row(3, activity="DIGITALIZACIÓN"), choices=choices)
        assert list(Activity.objects.values_list("name", flat=True)) == ["DIGITACION", "DIGITALIZACIÓN"]

    def test_undone_it_is_called_as_before(self) -> None:
        bring(row(3, activity="DIGITACION"))
        activity = Activity.objects.get()
        bring(row(3, activity="DIGITALIZACIÓN"), choices=Choices(same={3: activity.pk}))
        # All is one transaction here: what the import made is none of its edits
        edit = Change.objects.filter(entity="activity", operation="updated").get()
        assert edit.before == {"name": "DIGITACION"}

    def test_what_is_no_candidate_is_refused(self) -> None:
        bring(row(3), row(4))
        known = Activity.objects.get(name="N.º 4")
        for same in ({5: known.pk}, {4: known.pk}, {5: 999999}, {99: None}):
            with pytest.raises(RefusedChoiceError) as refusal:
                bring(row(4), row(5), choices=Choices(same=same))
            assert [problem.code for problem in refusal.value.problems] == ["not_a_candidate"]

    def test_one_activity_is_not_two_lines(self) -> None:
        bring(row(3))
        with pytest.raises(RefusedChoiceError) as refusal:
            bring(row(4), row(5), choices=Choices(same=dict.fromkeys((4, 5), Activity.objects.get().pk)))
        assert [(problem.code, problem.line) for problem in refusal.value.problems] == [("chosen_twice", 5)]


class TestReadings:
    def test_nothing_is_in_doubt_where_a_person_confirms_the_one_that_was_taken(self) -> None:
        bring(inferred(), inferred(4), choices=Choices(readings={3: 0}))
        assert [row.doubts for row in AppliedRow.objects.order_by("pk")] == [[], ["EJECUTADO ENE", "META"]]
        assert Figure.objects.earliest("pk").executed == [1] * 12

    def test_one_that_there_is_not_is_refused(self) -> None:
        for readings in ({3: 2}, {4: 0}):
            with pytest.raises(RefusedChoiceError) as refusal:
                bring(inferred(), choices=Choices(readings=readings))
            assert [problem.code for problem in refusal.value.problems] == ["unknown_reading"]
        assert not Plan.objects.exists()


class TestDrafts:
    def test_one_that_is_asked_for_has_targets_alone(self) -> None:
        outcome = bring(row(3, executed=(1, 2)), draft=True)
        plan = Plan.objects.get()
        assert (plan.status, plan.versions.count(), plan.periods.count()) == (PlanStatus.DRAFT, 0, 0)
        assert (outcome.version, outcome.targets.written, outcome.executed_left_out) == (None, 1, 2)
        assert (Figure.objects.get().programmed, ProgressEntry.objects.count()) == ([1] * 12, 0)

    def test_a_document_without_execution_makes_one(self) -> None:
        outcome = bring(row(3, executed=NOTHING))
        assert (Plan.objects.get().status, outcome.executed_left_out) == (PlanStatus.DRAFT, 0)

    def test_one_reported_zero_makes_an_approved_plan(self) -> None:
        bring(row(3, executed=(0,)))
        assert Plan.objects.get().status == PlanStatus.APPROVED

    def test_again_into_a_draft_it_changes_targets_alone(self) -> None:
        bring(row(3), draft=True)
        outcome = bring(row(3, programmed=(4,) * 12), row(4))
        assert (outcome.targets.written, outcome.executed_left_out, outcome.version) == (2, 24, None)
        assert Plan.objects.get().versions.count() == 0

    def test_an_approved_plan_is_none(self) -> None:
        bring(row(3))
        with pytest.raises(RefusedImportError, match="ya está aprobado") as refusal:
            bring(row(3), draft=True)
        assert refusal.value.conflict == "plan_not_draft"
