"""The next export of CEPLAN's application into the same plan, the same one again, and an older one (rule 14)."""

from dataclasses import replace
from typing import Any

import pytest

from activities.models import Activity, Figure, Import, Plan, ProgressEntry, TargetRevision
from tests import factories as make
from tests.activities.importing.ceplan import JANUARY, OTHER, SIX, Ao, bring
from tests.in_one_state import for_each
from units.models import Change

pytestmark = pytest.mark.django_db
FIRST = Ao(code="AOI1", se=(1, 2, *[None] * 10), reasons={1: "Uno", 2: "Dos"})
SECOND = Ao(code="AOI2", name="B", se=(4, 5, *[None] * 10))


def changes(result: Any) -> dict[str, Any]:
    said: dict[str, Any] = result.report["summary"]["changes"]
    return said


def codes(result: Any, kind: str = "warnings") -> list[str]:
    """Return what is said, but for what is said of every export."""
    usual = {"no_total", "no_cut_off", "financial_left_out", "inactive_left_out"}
    return [each["code"] for each in result.report["summary"][kind] if each["code"] not in usual]


def entries(month: int, code: str = "AOI1") -> list[tuple[Any, str, str]]:
    found = ProgressEntry.objects.filter(activity__code=code, month=month).order_by("entry_version")
    return [(entry.executed, entry.reason, entry.origin) for entry in found]


class TestTheSameAgain:
    def test_it_changes_nothing(self) -> None:
        bring(FIRST, SECOND)
        before = Change.objects.count()
        result = bring(FIRST, SECOND)
        assert (result.report["summary"]["result"], Change.objects.count()) == ("unchanged", before)
        assert Import.objects.count() == 1
        assert (changes(result)["entries_unchanged"], codes(result)) == (4, [])


class TestTheNextOne:
    def test_it_adds_the_new_months(self) -> None:
        bring(FIRST)
        result = bring(replace(FIRST, se=(1, 2, 3, *[None] * 9)))
        assert (changes(result)["entries_created"], changes(result)["entries_updated"]) == (1, 0)
        assert (changes(result)["versions"], Figure.objects.get().executed[:4]) == ([], [1, 2, 3, None])

    def test_what_was_reprogrammed_and_corrected_is_one_version(self) -> None:
        bring(FIRST, SECOND, Ao(code="AOI3", name="C"))
        result = bring(
            replace(FIRST, re=OTHER),
            replace(SECOND, measure=("207", "PARTO"), mef=("5000043", "PARTO COMPLICADO")),
            Ao(code="AOI3", name="C"),
            Ao(code="AOI4", name="D"),
        )
        assert changes(result)["versions"] == [2]
        assert (changes(result)["targets"], changes(result)["corrected"]) == (3, 1)
        revised = TargetRevision.objects.filter(version=2).order_by("activity__code")
        assert list(revised.values_list("activity__code", flat=True)) == ["AOI1", "AOI2", "AOI4"]
        corrected = Activity.objects.get(code="AOI2")
        assert (corrected.measurement_unit.name, corrected.mef_activity.code) == ("PARTO", "5000043")
        assert (Figure.objects.get(activity=corrected).programmed, Activity.objects.count()) == (list(SIX), 4)

    def test_an_activity_that_another_unit_does_now_moves(self) -> None:
        bring(FIRST)
        result = bring(replace(FIRST, unit=("04.03", "DEPARTAMENTO DE GINECOLOGÍA")))
        assert (changes(result)["moved"], changes(result)["corrected"], changes(result)["versions"]) == (1, 0, [2])
        assert Activity.objects.get().unit.code == "000127-04.03"
        assert TargetRevision.objects.get(version=2).unit.code == "000127-04.03"

    def test_it_replaces_figures_and_reasons_that_an_import_wrote(self) -> None:
        bring(FIRST)
        result = bring(replace(FIRST, se=(9, 2, *[None] * 10), reasons={1: "Otro", 2: "Dos veces"}))
        assert (changes(result)["entries_updated"], codes(result, "problems")) == (2, [])
        assert entries(1) == [(1, "Uno", "import"), (9, "Otro", "import")]
        assert entries(2) == [(2, "Dos", "import"), (2, "Dos veces", "import")]

    def test_what_people_reported_since_is_kept_and_said(self) -> None:
        bring(FIRST)
        make.entry(Activity.objects.get(), 1, 7, reason="Contado")
        make.entry(Activity.objects.get(), 2, 2, reason="Contado")
        result = bring(FIRST)
        assert [each["detail"] for each in result.report["summary"]["problems"]] == [
            "El mes 1 ya tiene registrado 7 y el documento dice 1: se conserva lo registrado (use overwrite para "
            "reemplazarlo).",
            "El mes 2 ya tiene registrado 2 y el documento da otro motivo: se conserva lo registrado (use overwrite "
            "para reemplazarlo).",
        ]
        assert result.report["summary"]["result"] == "unchanged"

    def test_what_people_reported_is_replaced_where_that_is_asked_for(self) -> None:
        bring(FIRST)
        make.entry(Activity.objects.get(), 1, 7, reason="Contado")
        assert changes(bring(FIRST, overwrite=True))["entries_updated"] == 1
        assert entries(1)[-1] == (1, "Uno", "import")

    def test_another_classification_is_no_version(self) -> None:
        bring(FIRST)
        result = bring(replace(FIRST, details={"Categoria ID": "9001", "Categoria": "ACCIONES CENTRALES"}))
        assert (changes(result)["classified"], changes(result)["versions"]) == (1, [])
        assert Activity.objects.get().classification["categoria"] == {"code": "9001", "name": "ACCIONES CENTRALES"}
        assert Activity.objects.get().classification["oei"]["code"] == "OEI.02"

    def test_an_activity_that_is_inactive_by_now_goes_on_and_is_said(self) -> None:
        bring(FIRST, SECOND)
        result = bring(FIRST, replace(SECOND, active="NO"))
        assert codes(result) == ["inactive_in_document"]
        assert [each["activity"]["code"] for each in result.report["summary"]["renames"]] == ["AOI2"]

    def test_a_name_that_changed_is_said_and_the_code_counts(self) -> None:
        bring(FIRST)
        result = bring(replace(FIRST, name="PARTOS", se=(1, 2, 3, *[None] * 9)))
        assert (codes(result), Activity.objects.get().name) == (["activity_name_differs"], FIRST.name)
        assert Figure.objects.get().executed[2] == 3

    def test_a_unit_is_found_by_its_code_under_another_name(self) -> None:
        bring(FIRST)
        result = bring(replace(FIRST, unit=("04.02", "SERVICIO DE OBSTETRICIA")))
        assert (codes(result), changes(result)["units"], changes(result)["moved"]) == (["unit_name_differs"], 0, 0)

    def test_a_total_that_leaves_it_open_corrects_nothing(self) -> None:
        stock = replace(FIRST, accumulated="NO", cs=(9,) * 12, re=(9,) * 12, totals={"CS": 9, "RE": 9}, se=JANUARY)
        bring(stock)
        result = bring(replace(stock, re=(0, 0, 9, *[0] * 9), totals={"CS": 9}))
        assert (changes(result)["corrected"], Activity.objects.get().accumulation) == (0, "last")


class TestAnOlderOne:
    NEWER = replace(FIRST, re=OTHER, se=(1, 2, 3, *[None] * 9))

    def test_it_is_refused_where_it_takes_something_back(self) -> None:
        bring(FIRST)
        bring(self.NEWER)
        result = bring(FIRST)
        assert "llega hasta FEB y lo importado, hasta MAR" in result.refusal
        assert "devolvería 1 meta, 0 cifras y 0 clasificaciones a como eran" in result.refusal

    def test_where_it_takes_nothing_back_it_changes_nothing_and_says_so(self) -> None:
        bring(self.NEWER)
        result = bring(replace(self.NEWER, se=(1, 2, *[None] * 10)))
        assert (result.report["summary"]["result"], result.refusal) == ("unchanged", "")
        assert (codes(result), codes(result, "problems")) == (["older_document"], [])

    def test_a_file_that_came_before_another_one_is_older_though_it_ends_with_the_same_month(self) -> None:
        bring(FIRST)
        bring(replace(FIRST, re=OTHER))
        assert "es un archivo que ya se importó, y después de él otro" in bring(FIRST).refusal

    def test_a_file_may_come_again_after_itself(self) -> None:
        bring(FIRST)
        Activity.objects.get()
        make.version(Plan.objects.get(), 2)
        make.target(Activity.objects.get(), [7] * 12, 2)
        assert changes(bring(FIRST))["versions"] == [3]

    def test_what_it_has_of_others_is_imported(self) -> None:
        bring(self.NEWER)
        result = bring(replace(SECOND, se=JANUARY))
        assert (result.refusal, changes(result)["activities"]) == ("", 1)


class TestConflicts:
    def test_a_code_of_an_activity_that_no_import_brought_is_refused(self) -> None:
        plan = make.plan(make.institution("000127"), year=2025)
        make.activity(plan, code="AOI1", name="OTRA COSA")
        result = bring(FIRST)
        assert codes(result, "problems") == ["code_taken"]
        assert "OTRA COSA" in result.report["summary"]["problems"][0]["detail"]

    @for_each(
        ("other", "said"),
        [
            (replace(SECOND, code="AOI1", unit=("05.01", "PEDIATRÍA")), "code_of_two"),
            (replace(SECOND, unit=("04.02", "GINECOLOGÍA")), "code_of_two"),
            (replace(SECOND, measure=("206", "PARTO")), "code_of_two"),
            (replace(SECOND, unit=("04,03", "GINECOLOGÍA")), "unreadable_code"),
        ],
    )
    def test_codes_that_cannot_be_right_are_refused(self, other: Ao, said: str) -> None:
        result = bring(FIRST, other)
        assert said in codes(result, "problems")
        assert not Activity.objects.exists()

    def test_one_that_would_be_like_another_is_refused(self) -> None:
        there = ("04.03", "GINECOLOGÍA")
        bring(FIRST, replace(FIRST, code="AOI2", unit=there))
        result = bring(replace(FIRST, unit=there), replace(FIRST, code="AOI2"))
        assert codes(result, "problems") == ["activity_taken", "activity_taken"]

    def test_a_plan_made_by_hand_is_matched_by_name(self) -> None:
        bring(FIRST)
        Activity.objects.update(code="A001")
        result = bring(FIRST)
        assert (result.report["summary"]["result"], Activity.objects.get().code) == ("unchanged", "A001")
        assert {"kind": "activity", "name": FIRST.name, "printed": "AOI1", "code": "A001"} in changes(result)["recoded"]


def test_a_trial_says_the_same_and_writes_nothing() -> None:
    tried = bring(FIRST, SECOND, dry_run=True)
    assert (Activity.objects.count(), tried.refusal) == (0, "")
    assert changes(tried)["activities"] == 2
