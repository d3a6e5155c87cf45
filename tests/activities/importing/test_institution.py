"""A slip in the institution's code makes no other institution, which would get a plan of its own, unnoticed."""

import pytest

from activities.exceptions import RefusedImportError
from activities.models import Import, Plan
from tests import factories as make
from tests.activities.importing.ceplan import Ao, bring_file, export
from tests.activities.importing.importing import bring, row
from tests.api import upload
from tests.in_one_state import for_each
from units.choices import Role
from units.models import Unit

pytestmark = pytest.mark.django_db


def test_the_code_of_a_unit_is_refused_naming_the_unit_and_its_institution() -> None:
    make.unit(make.institution("SAT"), "SAT-U01", "Oficina de Planes")
    with pytest.raises(RefusedImportError) as refused:
        bring(row(), institution="SAT-U01")
    assert "«SAT-U01» es el código de una unidad (Oficina de Planes)" in str(refused.value)
    assert "indique el de la suya, «SAT»" in str(refused.value)
    assert not Plan.objects.exists()


@for_each("code", ["sat", "Sát", "SAT  LIMA", "sat lima"])
def test_a_code_that_is_an_institutions_but_for_its_case_or_is_its_name_is_refused(code: str) -> None:
    make.institution("SAT", "SAT LIMA")
    with pytest.raises(RefusedImportError, match="pero sí «SAT»"):
        bring(row(), institution=code)
    assert Unit.objects.count() == 1


def test_any_other_code_makes_one_and_the_code_itself_is_taken() -> None:
    make.institution("SAT", "SAT LIMA")
    assert not bring(row(), institution="SAT").institution_created
    assert bring(row(), institution="SAT2").institution_created


def test_an_institution_that_is_called_by_anothers_code_is_still_found_by_its_own() -> None:
    make.institution("SAT")
    make.institution("MML", "sat")
    assert not bring(row(), institution="MML").institution_created


class TestThatTheDocumentNames:
    """A document that names another institution than it is imported into is told of, and taken."""

    @pytest.mark.parametrize(
        ("code", "name", "told"), [("OTRA", "OTRA", True), ("OTRA", "Instituto", False), ("000127", "OTRA", False)]
    )
    def test_it_is_said_but_of_one_known_by_its_name_or_code(self, code: str, name: str, told: bool) -> None:
        make.institution(code, name)
        warnings = bring_file(export(Ao()), institution=code).report["summary"]["warnings"]
        details = [each["detail"] for each in warnings if each["code"] == "institution_differs"]
        assert details == ["El documento dice ser de «000127» (INSTITUTO) y se importa en «OTRA»."] * told

    def test_it_is_found_by_its_name_where_it_has_another_code(self) -> None:
        make.institution("INMP", "Instituto")
        result = bring_file(export(Ao()))
        assert result.report["summary"]["institution"] == "INMP"
        assert Unit.objects.institutions().count() == 1

    def test_its_own_code_counts_more_than_anothers_name(self) -> None:
        make.institution("INMP", "Instituto")
        make.institution("000127", "Otro nombre")
        assert bring_file(export(Ao())).report["summary"]["institution"] == "000127"

    def test_of_two_of_its_name_it_is_none(self) -> None:
        make.institution("INMP", "Instituto")
        make.institution("I", "INSTITUTO")
        assert bring_file(export(Ao())).report["summary"]["institution"] == "000127"

    def test_who_plans_the_installation_stores_it_there(self) -> None:
        """Though there is one institution, which is another."""
        make.institution("SAT")
        answer = upload(make.client(Role.PLANNER), export(Ao()))
        assert (answer.status_code, answer.json()["summary"]["changes"]["institution"]) == (201, 1)
        assert Import.objects.get().institution_code == "000127"

    def test_who_plans_one_stores_it_in_that_and_is_told(self) -> None:
        answer = upload(make.client(Role.PLANNER, make.institution("SAT")), export(Ao()))
        assert Import.objects.get().institution_code == "SAT"
        assert "institution_differs" in {each["code"] for each in answer.json()["summary"]["warnings"]}


def test_a_code_of_the_document_is_no_number() -> None:
    """`04.10` is told as it is printed: in JSON a number has lost its zeros."""
    make.organ(make.institution("000127"), name="DEPARTAMENTO DE OBSTETRICIA")
    answer = upload(make.client(Role.PLANNER), export(Ao(unit=("04.10", "DEPARTAMENTO DE OBSTETRICIA"))))
    recoded = {each["printed"] for each in answer.json()["summary"]["changes"]["recoded"] if each["kind"] == "unit"}
    assert "04.10" in recoded
