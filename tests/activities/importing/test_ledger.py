"""Bringing a document into a plan (domain.md, rule 14): what is made, what is kept, what is refused."""

from dataclasses import replace
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.choices import ImportState, Origin, PlanStatus
from activities.exceptions import RefusedImportError
from activities.models import (
    Activity,
    Figure,
    Import,
    ImportRow,
    MeasurementUnit,
    MefActivity,
    Plan,
    ProgressEntry,
    TargetRevision,
)
from tests import factories as make
from tests.activities.importing.importing import NOTHING, OTHER, bring, row
from tests.in_one_state import for_each
from units.models import Change, Unit

pytestmark = pytest.mark.django_db


def figure(code: str = "A001") -> Figure:
    return Figure.objects.get(activity__code=code)


class TestWhatIsMade:
    def test_where_there_is_nothing_everything_is_made(self) -> None:
        outcome = bring(row(), resolution="R-1")
        institution = Unit.objects.get(code="SAT")
        assert (institution.name, institution.kind, institution.parent) == ("SAT LIMA", "institution", None)
        plan = Plan.objects.get()
        assert (plan.institution, plan.year, plan.status) == (institution, 2022, PlanStatus.APPROVED)
        [version] = plan.versions.all()
        assert (version.number, version.reason, version.resolution) == (1, "importación", "R-1")
        assert sorted(plan.periods.values_list("month", flat=True)) == list(range(1, 13))
        assert (outcome.institution_created, outcome.plan_created, outcome.version) == (True, True, 1)
        assert (outcome.targets.written, outcome.entries.created) == (1, 12)

    def test_an_institution_without_a_name_is_called_by_its_code(self) -> None:
        bring(row(), institution_name="  ")
        assert Unit.objects.get(code="SAT").name == "SAT"

    def test_codes_are_numbered_in_document_order(self) -> None:
        bring(
            row(9, unit="ZONA", mef_activity="Z", measurement_unit="Z"),
            row(11, unit="ÁREA", mef_activity="A", measurement_unit="A"),
            row(12, unit="zona", mef_activity="z", measurement_unit="z"),
        )
        assert self.names(Unit.objects.exclude(code="SAT")) == {"SAT-U01": "ZONA", "SAT-U02": "ÁREA"}
        assert self.names(MefActivity.objects.all()) == {"M01": "Z", "M02": "A"}
        assert self.names(MeasurementUnit.objects.all()) == {"UM01": "Z", "UM02": "A"}
        assert self.names(Activity.objects.all()) == {"A001": "N.º 9", "A002": "N.º 11", "A003": "N.º 12"}
        assert {unit.kind for unit in Unit.objects.exclude(code="SAT")} == {"organic_unit"}

    def test_numbers_go_on_after_the_highest_there_is(self) -> None:
        make.unit(make.institution("SAT"), "SAT-U07")
        make.mef_activity("M99")
        make.measurement_unit("UM1x")
        bring(row())
        activity = Activity.objects.get()
        assert (activity.unit.code, activity.mef_activity.code, activity.measurement_unit.code) == (
            "SAT-U08",
            "M100",
            "UM01",
        )

    def test_what_is_there_is_found_by_its_folded_name(self) -> None:
        institution = make.institution("SAT")
        unit = make.unit(institution, "U1", "Planificación")
        make.alias(unit, "Oficina de Planes")
        mef, measure = make.mef_activity("X1", "Gestión Administrativa"), make.measurement_unit("X2", "Informes")
        said = row(mef_activity="GESTION  ADMINISTRATIVA", measurement_unit="INFORMES")
        bring(replace(said, unit="PLANIFICACION"), replace(said, line=4, unit="OFICINA DE PLANES", activity="Otra"))
        for activity in Activity.objects.all():
            assert (activity.unit, activity.mef_activity, activity.measurement_unit) == (unit, mef, measure)

    def test_a_name_one_letter_away_is_another(self) -> None:
        make.unit(make.institution("SAT"), "U1", "OBRA")
        bring(row(unit="OBRAS"))
        assert Activity.objects.get().unit.code == "SAT-U01"

    def test_institucional_is_the_institution_itself(self) -> None:
        bring(row(unit="Institucional"))
        assert Activity.objects.get().unit.code == "SAT"
        assert Unit.objects.get().aliases.get().name == "INSTITUCIONAL"

    def test_institucional_is_also_one_that_was_there_without_the_alias(self) -> None:
        institution = make.institution("SAT")
        bring(row(unit="INSTITUCIONAL"))
        assert Activity.objects.get().unit == institution

    def test_a_second_institution_shares_the_catalogues_and_nothing_else(self) -> None:
        bring(row())
        outcome = bring(row(), institution="MML", institution_name="Municipalidad")
        assert outcome.matching.created == {"units": 1, "mef_activities": 0, "measurement_units": 0, "activities": 1}
        assert sorted(Unit.objects.values_list("code", flat=True)) == ["MML", "MML-U01", "SAT", "SAT-U01"]
        assert list(Activity.objects.values_list("code", flat=True)) == ["A001", "A001"]

    def names(self, rows: Any) -> dict[str, str]:
        return dict(rows.values_list("code", "name"))


class TestEntries:
    def test_they_are_accepted_and_not_late_whatever_the_rules_of_the_plan(self) -> None:
        """Windows, tolerance and review are for those who report, not for the planner who imports."""
        plan = make.plan(make.institution("SAT"), requires_review=True, tolerance_percent=0)
        plan.periods.update(opens_on="1999-01-01", due_on="1999-01-02", closes_on="1999-01-03")
        bring(row(executed=(9, 0)))
        entries = ProgressEntry.objects.order_by("month")
        assert [(e.month, e.executed, e.entry_version) for e in entries] == [(1, 9, 1), (2, 0, 1)]
        assert {(e.origin, e.is_late, e.needs_review, e.reason) for e in entries} == {(Origin.IMPORT, False, False, "")}
        assert figure().status[:3] == ["accepted", "accepted", "unreported"]
        assert figure().executed[:3] == [9, 0, None]

    def test_the_same_again_changes_nothing(self) -> None:
        bring(row(3), row(4))
        changes = Change.objects.count()
        outcome = bring(row(3), row(4))
        assert not outcome.changes_something
        assert (outcome.entries.unchanged, outcome.version, outcome.entries.problems) == (24, None, [])
        assert (Change.objects.count(), Import.objects.count()) == (changes, 1)

    def test_a_longer_document_adds_only_the_new_months(self) -> None:
        bring(row(executed=(1, 2)))
        outcome = bring(row(executed=(1, 2, 3, 0)))
        assert (outcome.entries.created, outcome.entries.unchanged, outcome.targets.written) == (2, 2, 0)
        assert figure().executed[:5] == [1, 2, 3, 0, None]

    def test_a_blank_withdraws_nothing(self) -> None:
        bring(row(executed=(1, 2)))
        outcome = bring(row(executed=NOTHING))
        assert not outcome.changes_something
        assert [problem.code for problem in outcome.entries.problems] == ["kept_registered_figure"] * 2
        assert "el documento lo deja en blanco" in outcome.entries.problems[0].detail
        assert figure().executed[:2] == [1, 2]

    def test_what_an_import_wrote_is_replaced(self) -> None:
        bring(row(executed=(1, 2)))
        outcome = bring(row(executed=("1.5", 2)))
        assert (outcome.entries.created, outcome.entries.updated, outcome.entries.problems) == (0, 1, [])
        entries = ProgressEntry.objects.filter(month=1).order_by("entry_version")
        assert [(entry.executed, entry.origin) for entry in entries] == [(1, "import"), (Decimal("1.5"), "import")]

    def test_what_people_registered_is_kept_and_said(self) -> None:
        bring(row(executed=(None, 2)))
        make.entry(Activity.objects.get(), 1, 1)
        outcome = bring(row(executed=("1.5", 2)))
        [problem] = outcome.entries.problems
        assert (problem.line, problem.code) == (3, "kept_registered_figure")
        assert "El mes 1 ya tiene registrado 1 y el documento dice 1.5" in problem.detail
        assert not outcome.changes_something
        assert figure().executed[0] == 1

    @pytest.mark.parametrize(
        ("needs_review", "said"), [(False, "su cifra retirada"), (True, "un registro por revisar")]
    )
    def test_a_month_with_an_entry_and_no_figure_is_kept_too(self, needs_review: bool, said: str) -> None:
        bring(row(executed=(None, 1)))
        make.entry(Activity.objects.get(), 1, None, reason="Error", needs_review=needs_review)
        [problem] = bring(row(executed=(4, 1))).entries.problems
        assert f"El mes 1 ya tiene {said} y el documento dice 4" in problem.detail
        assert figure().entry_version[0] == 1

    def test_overwriting_adds_an_entry_and_loses_none(self) -> None:
        bring(row(executed=(None, 2)))
        make.entry(Activity.objects.get(), 1, 1)
        outcome = bring(row(executed=(5, 2)), overwrite=True)
        assert (outcome.entries.created, outcome.entries.updated, outcome.entries.problems) == (0, 1, [])
        entries = ProgressEntry.objects.filter(month=1).order_by("entry_version")
        assert [entry.executed for entry in entries] == [1, 5]


class TestTargets:
    def test_changed_ones_become_one_version_that_holds_only_them(self) -> None:
        bring(row(3), row(4), row(5))
        outcome = bring(row(3), row(4, programmed=(2,)), row(5, programmed=(3,)), row(6), resolution="R-2")
        version = Plan.objects.get().versions.get(number=2)
        assert (version.reason, version.resolution) == ("importación", "R-2")
        assert (outcome.version, outcome.targets.written) == (2, 3)
        revisions = TargetRevision.objects.filter(version=2).values_list("activity__code", flat=True)
        assert sorted(revisions) == ["A002", "A003", "A004"]
        assert figure("A002").programmed == [2, *[0] * 11]
        assert not TargetRevision.objects.filter(version=1, activity__code="A004").exists()

    def test_they_are_compared_with_the_latest_version(self) -> None:
        bring(row())
        make.version(Plan.objects.get(), 2)
        make.target(Activity.objects.get(), [7] * 12, 2)
        assert not bring(row(programmed=(7,) * 12)).changes_something
        assert bring(row()).version == 3

    def test_a_plan_that_was_empty_gets_them_in_its_first_version(self) -> None:
        plan = make.plan(make.institution("SAT"))
        outcome = bring(row())
        assert (outcome.plan_created, outcome.version) == (False, 1)
        assert plan.versions.count() == 1


class TestRefused:
    def test_a_closed_plan_takes_no_import(self) -> None:
        make.plan(make.institution("SAT"), status=PlanStatus.CLOSED)
        with pytest.raises(RefusedImportError, match="está cerrado"):
            bring(row())
        assert Activity.objects.count() == 0

    def test_an_activity_that_is_measured_in_something_else(self) -> None:
        bring(row(3), row(4))
        with pytest.raises(RefusedImportError) as refused:
            bring(row(3), row(4, measurement_unit="ACCIONES"))
        [problem] = refused.value.problems
        assert (problem.line, problem.code) == (4, "measurement_unit_differs")
        assert "A002" in problem.detail
        assert not MeasurementUnit.objects.filter(name="ACCIONES").exists()

    def test_two_rows_that_are_one_activity_under_two_names_of_its_unit(self) -> None:
        with pytest.raises(RefusedImportError) as refused:
            bring(row(3, unit="INSTITUCIONAL", activity="X"), row(4, unit="SAT LIMA", activity="x"))
        [problem] = refused.value.problems
        assert (problem.line, problem.code) == (4, "duplicate_row")
        assert Unit.objects.count() == 0

    @for_each(
        "options",
        [
            {"institution": "X" * 33},
            {"institution": ""},
            {"institution_name": "X" * 501},
            {"institution_name": "\u0301"},
        ],
    )
    def test_an_institution_that_cannot_be(self, options: dict[str, Any]) -> None:
        with pytest.raises(RefusedImportError, match="No se puede crear la institución"):
            bring(row(), **options)

    def test_a_code_that_leaves_no_room_for_the_numbers_of_units(self) -> None:
        assert bring(row(), institution="X" * 28).matching.created["units"] == 1
        with pytest.raises(RefusedImportError, match="muy largo"):
            bring(row(), institution="Y" * 29)


class TestWhatIsKept:
    def test_the_file_and_what_each_of_its_rows_said(self) -> None:
        said = replace(row(7), status="inferred", cells=("OFICINA", "", "1"), alternatives=(OTHER,))
        said = replace(said, doubts=("META",), confirmed=True)
        bring(said, row(8), filename="n" * 300, content=b"\x00\xff")
        kept = Import.objects.get()
        assert (kept.institution, kept.year) == (Unit.objects.get(code="SAT"), 2022)
        assert (kept.sha256, kept.cut_off) == (sha256(b"\x00\xff").hexdigest(), None)
        assert (kept.state, kept.application.plan) == (ImportState.APPLIED, Plan.objects.get())
        assert (kept.filename, bytes(kept.content), kept.report["year"]) == ("n" * 255, b"\x00\xff", 2022)
        assert set(kept.report) == {"year", "cut_off", "totals", "summary"}
        first, second = ImportRow.objects.order_by("line")
        assert (first.line, first.status, first.cells) == (7, "inferred", ["OFICINA", "", "1"])
        assert (first.applied.activity, first.applied.reading) == (Activity.objects.get(code="A001"), 0)
        assert first.reading == {
            "line": 7,
            "unit": "OFICINA",
            "mef_activity": "GESTIÓN",
            "activity": "N.º 7",
            "measurement_unit": "INFORMES",
            "status": "inferred",
            "programmed": ["1"] * 12,
            "executed": ["1"] * 12,
            "annual_target": None,
            "repairs": [],
            "alternatives": [{"alternative": 1, "programmed": ["1"] * 12, "executed": ["1.5"] * 12, "cost": 2}],
            "confirmed": True,
            "doubts": ["META"],
            "problems": [],
            "said": None,
        }
        assert second.line == 8

    def test_statements_do_not_grow_with_the_rows(self) -> None:
        assert self.statements("A", 2) == self.statements("B", 60)

    def test_a_document_may_have_more_figures_than_one_statement_takes(self) -> None:
        outcome = bring(*(row(line) for line in range(3, 703)))
        assert (outcome.entries.created, ProgressEntry.objects.count()) == (8400, 8400)

    def statements(self, institution: str, count: int) -> int:
        rows = [
            row(line, unit=f"U {line}", mef_activity=f"{institution} {line}", measurement_unit=f"{institution} {line}")
            for line in range(3, 3 + count)
        ]
        with CaptureQueriesContext(connection) as queries:
            bring(*rows, institution=institution, institution_name=institution)
        return len(queries)
