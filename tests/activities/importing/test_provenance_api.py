"""A figure that was imported says which document and line it came from, and what stayed in doubt there."""

from dataclasses import replace
from typing import Any

import pytest

from activities.models import Activity, Import
from tests import factories as make
from tests.activities.importing.importing import OTHER, bring, row
from tests.api import results
from units.choices import Role

pytestmark = pytest.mark.django_db


def history(month: int) -> list[dict[str, Any]]:
    activity = Activity.objects.get()
    make.settle()
    path = f"/activities/{activity.pk}/progress/{month}/history/"
    return list(results(make.client(Role.READER), path))


def test_one_that_came_from_a_document_names_its_line_and_its_doubts() -> None:
    bring(replace(row(7), status="inferred", alternatives=(OTHER,), doubts=("EJECUTADO ENE",)))
    [entry] = history(1)
    told = [entry[name] for name in ("origin", "import", "line", "doubts")]
    assert told == ["import", Import.objects.get().pk, 7, ["EJECUTADO ENE"]]


def test_one_that_was_reported_names_none() -> None:
    make.entry(make.activity())
    [entry] = history(1)
    assert [entry[name] for name in ("origin", "import", "line", "doubts")] == ["api", None, None, None]
