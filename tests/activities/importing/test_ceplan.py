"""A first export of CEPLAN's application: what becomes of its blocks, codes and reasons (domain.md, rule 14)."""

import pytest

from activities.choices import Accumulation, PlanStatus
from activities.models import (
    Activity,
    Figure,
    Import,
    MeasurementUnit,
    MefActivity,
    Plan,
    ProgressEntry,
    TargetRevision,
)
from tests.activities.importing.ceplan import BLANK, OTHER, SIX, Ao, bring, bring_file, export
from units.models import Unit

pytestmark = pytest.mark.django_db
STOCK = (1850,) * 12
LESS = (5, 5, 17, 5, 7, 7, 6, 6, 6, 6, 6, 6)
DONE = (5, 0, *[None] * 10)


def targets(version: int) -> dict[str, list[int]]:
    """Return the programmes that a version of the only plan says, by activity code."""
    revisions = TargetRevision.objects.filter(version=version)
    return {
        code: [int(month) for month in months] for code, months in revisions.values_list("activity__code", "programmed")
    }


class TestWhoAndWhat:
    def test_institution_and_year_are_those_of_the_document(self) -> None:
        result = bring(Ao(), year=2025)
        institution = Unit.objects.get(kind="institution")
        assert (institution.code, institution.name) == ("000127", "INSTITUTO")
        assert Plan.objects.get().year == 2025
        assert (result.report["summary"]["institution"], result.refusal) == ("000127", "")

    def test_the_institution_that_is_asked_for_counts_first(self) -> None:
        bring_file(export(Ao()), institution="HOSPITAL")
        assert set(Unit.objects.values_list("code", flat=True)) == {"HOSPITAL", "HOSPITAL-04", "HOSPITAL-04.02"}
        assert Unit.objects.get(kind="institution").name == "HOSPITAL"

    def test_units_stand_below_the_responsible_one_with_codes_of_their_own(self) -> None:
        bring(Ao())
        above, unit = Unit.objects.get(code="000127-04"), Unit.objects.get(code="000127-04.02")
        assert above.parent is not None
        assert (above.name, above.kind, above.parent.code) == ("DIRECCIÓN DE OBSTETRICIA", "organ", "000127")
        assert (unit.name, unit.kind, unit.parent) == ("DEPARTAMENTO DE OBSTETRICIA", "organic_unit", above)
        assert Activity.objects.get().unit == unit

    def test_the_same_name_is_one_unit(self) -> None:
        bring(Ao(unit=("04.01", "Dirección de  Obstetricia")))
        assert Activity.objects.get().unit.code == "000127-04"
        assert Unit.objects.count() == 2

    def test_one_name_with_two_codes_is_two_units_of_a_level(self) -> None:
        bring(
            Ao(unit=("04.01", "JEFATURA")),
            Ao(code="AOI2", unit=("05.01", "JEFATURA"), above=("05", "DIRECCIÓN DE PEDIATRÍA")),
        )
        units = Unit.objects.filter(kind="organic_unit").order_by("code")
        assert list(units.values_list("code", "name", "parent__code")) == [
            ("000127-04.01", "JEFATURA", "000127-04"),
            ("000127-05.01", "JEFATURA (05.01)", "000127-05"),
        ]
        assert [activity.unit for activity in Activity.objects.order_by("unit__code")] == list(units)

    def test_activities_and_catalogues_have_the_codes_of_the_document(self) -> None:
        bring(Ao(code="AOI00012700341"))
        activity = Activity.objects.get()
        assert (activity.code, activity.name) == ("AOI00012700341", "5000042 - PARTOS ATENDIDOS")
        assert (activity.mef_activity.code, activity.measurement_unit.code) == ("5000042", "206")

    def test_one_name_with_two_codes_is_two_activities(self) -> None:
        bring(Ao(code="AOI1"), Ao(code="AOI2"))
        assert dict(Activity.objects.values_list("code", "name")) == {
            "AOI1": "5000042 - PARTOS ATENDIDOS",
            "AOI2": "5000042 - PARTOS ATENDIDOS (AOI2)",
        }
        assert bring(Ao(code="AOI1"), Ao(code="AOI2")).report["summary"]["result"] == "unchanged"

    def test_it_is_classified(self) -> None:
        bring(Ao())
        assert Activity.objects.get().classification == {
            "oei": {"code": "OEI.02", "name": "REDUCIR LOS RIESGOS"},
            "aei": {"code": "AEI.02.02", "name": "INTERVENCIONES"},
            "categoria": {"code": "0002", "name": "SALUD MATERNO NEONATAL"},
            "producto": {"code": "3033291", "name": "POBLACIÓN QUE ACCEDE"},
            "prioridad": {"code": "1", "name": "Muy Alta"},
            "ubigeo": {"code": "150131", "name": "LIMA, LIMA, SAN ISIDRO"},
        }

    def test_what_cannot_classify_is_left_out_and_said(self) -> None:
        result = bring(Ao(details={"OEI": "", "AEI": "A,1", "Prioridad": ""}))
        assert set(Activity.objects.get().classification) == {"categoria", "producto", "ubigeo"}
        said = [
            each["detail"] for each in result.report["summary"]["warnings"] if each["code"] == "classification_left_out"
        ]
        assert [("OEI" in text, "AEI" in text) for text in said] == [(True, False), (False, True)]


class TestBlocks:
    def test_what_was_consistent_is_version_1_and_what_was_reprogrammed_version_2(self) -> None:
        result = bring(Ao(code="AOI1", re=OTHER), Ao(code="AOI2", name="B"))
        assert targets(1) == {"AOI1": list(SIX), "AOI2": list(SIX)}
        assert targets(2) == {"AOI1": list(OTHER)}
        versions = Plan.objects.get().versions.order_by("number")
        assert [(each.number, each.reason) for each in versions] == [(1, "importación"), (2, "importación")]
        assert result.report["summary"]["changes"]["versions"] == [1, 2]

    def test_where_nothing_was_reprogrammed_there_is_one_version(self) -> None:
        assert bring(Ao()).report["summary"]["changes"]["versions"] == [1]
        assert Plan.objects.get().versions.count() == 1

    @pytest.mark.parametrize(
        ("blocks", "initial"),
        [({"AJ": SIX, "A": OTHER}, SIX), ({"A": OTHER}, OTHER), ({"CS": OTHER, "AJ": SIX}, OTHER)],
    )
    def test_where_none_was_consistent_the_adjusted_or_the_approved_one_is_version_1(self, blocks, initial) -> None:
        bring(Ao(cs=BLANK, re=STOCK, blocks=blocks))
        assert targets(1) == {"AOI00000000001": list(initial)}
        assert targets(2) == {"AOI00000000001": list(STOCK)}

    def test_an_activity_that_came_later_comes_in_with_version_2(self) -> None:
        bring(Ao(code="AOI1"), Ao(code="AOI2", name="B", cs=BLANK))
        assert targets(2) == {"AOI2": list(SIX)}
        assert targets(1).keys() == {"AOI1"}
        assert Figure.objects.get(activity__code="AOI2").programmed[:6] == [1, 2, 3, 4, 5, 6]

    def test_one_that_came_later_and_programmes_nothing_yet_comes_in_all_the_same(self) -> None:
        bring(Ao(code="AOI1"), Ao(code="AOI2", name="B", cs=BLANK, re=BLANK))
        assert targets(2) == {"AOI2": [0] * 12}

    def test_without_reprogrammed_months_what_was_consistent_holds(self) -> None:
        bring(Ao(re=BLANK))
        assert (targets(1), targets(2)) == ({"AOI00000000001": list(SIX)}, {})
        assert Figure.objects.get().annual_target == 21

    def test_a_document_that_does_not_say_what_was_first_has_one_version(self) -> None:
        content = export(Ao(cs=BLANK))
        for block in ("CS", "AJ", "A"):
            content = content.replace(f"<td>F({block}) ".encode(), f"<td>OTRO {block} ".encode())
        bring_file(content)
        assert targets(1) == {"AOI00000000001": list(SIX)}

    def test_months_and_reasons_of_what_was_done(self) -> None:
        bring(Ao(se=DONE, reasons={1: "Hubo\u200b más partos\u202c", 3: "De un mes en blanco"}))
        entries = ProgressEntry.objects.order_by("month")
        assert [(each.month, each.executed, each.reason, each.origin) for each in entries] == [
            (1, 5, "Hubo más partos", "import"),
            (2, 0, "", "import"),
        ]

    def test_a_draft_takes_what_holds_today_and_no_execution(self) -> None:
        result = bring(Ao(se=BLANK, re=OTHER, accumulated="NO", totals={"RE": 1}))
        assert (Plan.objects.get().status, Plan.objects.get().versions.count()) == (PlanStatus.DRAFT, 0)
        assert (targets(1), targets(2)) == ({"AOI00000000001": list(OTHER)}, {})
        assert Activity.objects.get().accumulation == Accumulation.LAST
        assert result.report["summary"]["changes"]["versions"] == []

    def test_inactive_activities_are_left_out_and_listed(self) -> None:
        summary = bring(Ao(code="AOI1", se=DONE), Ao(code="AOI2", name="B", active="NO")).report["summary"]
        assert list(Activity.objects.values_list("code", flat=True)) == ["AOI1"]
        assert summary["inactive"] == [{"line": 3, "code": "AOI2", "activity": "B"}]
        assert {"inactive_left_out", "financial_left_out"} <= {each["code"] for each in summary["warnings"]}

    def test_nothing_is_dated_back_as_the_file_has_no_day(self) -> None:
        bring(Ao(se=DONE))
        assert Import.objects.get().cut_off is None


class TestAccumulation:
    def test_a_total_that_is_the_last_month_is_last_and_what_changed_later_is_corrected(self) -> None:
        """12 × 1850 with a total of 1850 at first, then months that add up to 82."""
        result = bring(Ao(accumulated="NO", cs=STOCK, totals={"CS": 1850}, re=LESS))
        assert Activity.objects.get().accumulation == Accumulation.SUM
        assert (targets(1), targets(2)) == ({"AOI00000000001": list(STOCK)}, {"AOI00000000001": list(LESS)})
        assert result.report["summary"]["changes"]["corrected"] == 1

    def test_one_that_stays_last_is_not_corrected(self) -> None:
        result = bring(Ao(accumulated="NO", cs=STOCK, re=STOCK, totals={"CS": 1850, "RE": 1850}))
        assert Activity.objects.get().accumulation == Accumulation.LAST
        assert Figure.objects.get().annual_target == 1850
        assert result.report["summary"]["changes"]["versions"] == [1]

    @pytest.mark.parametrize("re", [(0, 7, *[0] * 10), (*[0] * 11, 7)])
    def test_where_sum_and_last_are_the_same_nothing_is_corrected(self, re) -> None:
        result = bring(Ao(accumulated="NO", cs=STOCK, totals={"CS": 1850}, re=re))
        assert Activity.objects.get().accumulation == Accumulation.LAST
        assert result.report["summary"]["changes"]["corrected"] == 0

    def test_where_both_blocks_may_mean_either_it_is_a_sum(self) -> None:
        bring(Ao(accumulated="NO", cs=(0, 1, *[0] * 10), re=(*[0] * 11, 1)))
        assert Activity.objects.get().accumulation == Accumulation.SUM

    def test_an_initial_programme_that_its_total_denies_is_refused(self) -> None:
        result = bring(Ao(totals={"CS": 22}))
        assert "hay que corregir 1 fila" in result.refusal
        [problem] = result.report["summary"]["problems"]
        assert (problem["line"], problem["code"]) == (2, "no_reading")
        assert "suman 21 y el total dice 22" in problem["detail"]

    def test_an_initial_month_that_cannot_be_read_is_refused(self) -> None:
        result = bring_file(export(Ao(cs=(*SIX[:5], 777, *SIX[6:]))).replace(b">777.00<", b">siete<"))
        assert "hay que corregir 1 fila" in result.refusal
        assert [each["code"] for each in result.report["summary"]["problems"]] == ["unreadable_number"]


@pytest.mark.parametrize(("first", "second"), [("UM01", ""), ("", "UM01")])
def test_a_code_of_the_document_that_looks_like_ours_is_given_once(first: str, second: str) -> None:
    result = bring(Ao(code="AOI1", measure=(first, "GESTANTE")), Ao(code="AOI2", measure=(second, "NIÑO")))
    assert not result.refusal
    codes = dict(MeasurementUnit.objects.values_list("name", "code"))
    assert codes["GESTANTE"] == "UM01"
    assert codes["NIÑO"] != "UM01"


def test_no_catalogue_entry_is_made_twice() -> None:
    bring(Ao(code="AOI1"), Ao(code="AOI2", name="B"))
    assert (MefActivity.objects.count(), MeasurementUnit.objects.count()) == (1, 1)
