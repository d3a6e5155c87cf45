"""Names are compared without case, accents and stray blanks, and without anything else."""

import pytest

from poi_api.http.folding import fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("PLANIFICACIÓN", "PLANIFICACION"),
        ("Ñandú", "ÑANDÚ"),
        ("GESTIÓN\u00a0 DE\tOBRAS ", "gestion de obras"),
        ("O\u0301RGANO", "ÓRGANO"),
        ("O\u0300BRA", "OBRA"),
        ("O\u036fBRA", "OBRA"),
    ],
)
def test_spellings_of_one_name_fold_to_one_key(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("OBRA", "OBRAS"), ("N 1", "N1"), ("Ł", "L"), ("Æ", "æ"), ("Ό\u20d0", "Ό")])
def test_different_names_stay_different(one, other):
    assert fold(one) != fold(other)


def test_folding_twice_changes_nothing():
    assert fold(fold("  Órgano  de CONTROL ")) == fold("Órgano de control") == "organo de control"
