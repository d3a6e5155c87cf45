"""Charts of an earlier moment."""

import pytest

from tests import factories as make
from tests.api import get
from tests.reports.charts.test_charts import drawn, words
from units.models import Unit

pytestmark = pytest.mark.usefixtures("committed")


def test_a_code_that_nothing_bears_today_is_said_itself() -> None:
    unit = make.unit(code="UO-VIEJA")
    make.activity(make.plan(unit.institution), unit)
    then = get(make.client(), "/reports/matrix/", year=2022).json()["as_of"]
    Unit.objects.filter(pk=unit.pk).update(code="UO-NUEVA")
    assert "unidad: UO-VIEJA" in " ".join(words(drawn(unit="UO-VIEJA", as_of=then)))
