import pytest

from tests import factories as make
from tests.api import codes, get, refused_fields
from units.choices import Role

pytestmark = pytest.mark.django_db

CATALOGUES = [("/mef-activities/", make.mef_activity), ("/measurement-units/", make.measurement_unit)]


@pytest.mark.parametrize(("path", "build"), CATALOGUES)
class TestCatalogue:
    def test_an_entry_is_a_code_and_a_name(self, path, build):
        entry = build("X1", "GESTIÓN ADMINISTRATIVA")
        shown = {"id": entry.pk, "code": "X1", "name": "GESTIÓN ADMINISTRATIVA"}
        assert get(make.client(), f"{path}{entry.pk}/").json() == shown
        assert get(make.client(), path).json()["results"] == [shown]

    def test_everyone_with_a_role_anywhere_reads_it(self, path, build):
        build("X1")
        for role in Role:
            assert codes(make.client(role, make.unit()), path) == ["X1"]

    def test_names_sort_and_are_found_without_case_or_accents(self, path, build):
        build("X1", "Órganos"), build("X2", "ZONAS"), build("X3", "ACCIONES")
        assert codes(make.client(), path) == ["X3", "X1", "X2"]
        assert codes(make.client(), path, search="ORGANOS") == ["X1"]
        assert codes(make.client(), path, ordering="-code") == ["X3", "X2", "X1"]

    def test_another_parameter_is_refused_by_name(self, path, build):
        assert refused_fields(get(make.client(), path, kind="organ")) == ["kind"]
