"""Charts of an earlier moment."""

import pytest

from tests import factories as make
from tests.api import get
from tests.reports.charts.test_charts import drawn, words
from units.models import Unit

pytestmark = pytest.mark.usefixtures("committed")


def test_what_filters_a_chart_is_called_as_it_was_then_or_as_today() -> None:
    unit = make.unit(code="UO-VIEJA", name="Unidad Vieja")
    other = make.unit(unit.institution, code="UO-OTRA", name="Otra")
    make.activity(make.plan(unit.institution), unit)
    then = get(make.client(), "/reports/matrix/", year=2022).json()["as_of"]
    Unit.objects.filter(pk=unit.pk).update(code="UO-NUEVA", name="Unidad Nueva")
    Unit.objects.filter(pk=other.pk).update(name="Otra Nueva")
    for code in ("UO-VIEJA", "UO-NUEVA"):
        assert "unidad: Unidad Vieja" in " ".join(words(drawn(unit=code, as_of=then)))
    assert "unidad: Otra, Unidad Vieja" in " ".join(words(drawn(unit="UO-OTRA,UO-VIEJA", as_of=then)))
    assert "unidad: Unidad Vieja, Otra" in " ".join(words(drawn(unit="UO-VIEJA,UO-OTRA", as_of=then)))
    said = " ".join(words(drawn(unit="UO-NUEVA,UO-OTRA", as_of=then, labels="today")))
    assert "unidad: Unidad Nueva, Otra Nueva" in said
