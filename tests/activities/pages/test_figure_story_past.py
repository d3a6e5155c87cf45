"""A figure's story as it was known at a moment: what came later is not told."""

import pytest

from activities.models import Activity, AppliedRow
from tests import factories as make
from tests.activities.importing.importing import bring, row
from tests.pages_kit import visit
from units.choices import Role

pytestmark = pytest.mark.usefixtures("committed")
TOLD = "//ol[@class='story']/li/p[1]"


def test_it_tells_what_was_known() -> None:
    bring(row(), year=2022)
    activity, path = Activity.objects.get(), f"/actividades/{Activity.objects.get().pk}/meses/6/"
    make.settle()
    planner = visit(make.person(Role.PLANNER, activity.plan.institution))
    then = AppliedRow.objects.get().change_set.committed_at.isoformat()
    brought = planner.open(path).texts(TOLD)
    assert [text.split()[0] for text in brought] == ["Línea", "Meta", "Ejecutado:"]
    make.target(activity, [7] * 12, version=2)
    make.entry(activity, month=6, executed=5)
    make.settle()
    whole = planner.open(path).texts(TOLD)
    assert len(whole) == len(brought) + 2
    page = planner.open(path, as_of=then)
    assert page.texts(TOLD) == brought
    assert page.links()["JUL"].partition("?")[2].startswith("as_of=")
    assert "hoy" not in " ".join(page.texts("//p[@class='figure']"))
