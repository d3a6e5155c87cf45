"""A wrong question to a report is a 400 that names all that is wrong (api.md, "Lists")."""

from typing import Any

import pytest

from tests import factories as make
from tests.api import get, refused

pytestmark = pytest.mark.django_db


def wrong(report: str, **query: Any) -> set[tuple[str, str | None]]:
    return set(refused(get(make.client(), report, **query), 400))


def test_every_parameter_that_is_wrong_is_named_with_its_code() -> None:
    make.plan(make.institution("SAT"))
    query = {"year": "x", "unit": ["SAT", "nada", "otra"], "version": "v2", "limit": "0", "other": "1"}
    answer = get(make.client(), "/reports/matrix/", **query)
    assert sorted(refused(answer, 400), key=str) == [
        ("invalid", "limit"),
        ("invalid", "version"),
        ("invalid", "year"),
        ("unknown_code", "unit"),
        ("unknown_code", "unit"),
        ("unknown_parameter", "other"),
    ]
    assert answer.json()["detail"] == "Hay 6 errores; vea «errors»."


def test_a_version_that_is_not_there_is_named_beside_what_does_not_bear_on_it() -> None:
    make.activity(make.plan(make.institution("SAT"), 2022))
    assert wrong("/reports/matrix/", year=2022, version=9, limit="x") == {
        ("unknown_version", "version"),
        ("invalid", "limit"),
    }
    assert wrong("/reports/matrix/", year=2022, version=9, unit="nada") == {("unknown_code", "unit")}


def test_what_is_wrong_between_parameters_is_named_too() -> None:
    assert wrong("/reports/execution/", depth=2, group_by="unit", ordering="month", as_of="x") == {
        ("required", "year"),
        ("invalid", "depth"),
        ("invalid_choice", "ordering"),
        ("invalid", "as_of"),
    }
    assert wrong("/reports/execution/", year=2022, group_by="unit,unit,nada") == {
        ("invalid_choice", "group_by"),
        ("repeated", "group_by"),
    }
    assert wrong("/reports/matrix/", year=2022, format="csv", limit=1, offset=2) == {
        ("invalid", "limit"),
        ("invalid", "offset"),
    }


def test_the_official_document_says_all_that_it_lacks() -> None:
    assert wrong("/reports/poi/", through=5) == {
        ("required", "year"),
        ("required", "institution"),
        ("invalid", "through"),
    }


def test_figures_of_an_activity_too() -> None:
    activity = make.activity()
    assert wrong(f"/activities/{activity.pk}/progress/", version="x", include="y", year=2022) == {
        ("invalid", "version"),
        ("invalid_choice", "include"),
        ("unknown_parameter", "year"),
    }
