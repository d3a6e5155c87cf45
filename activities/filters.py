"""What plans, periods and activities can be narrowed by."""

from typing import Any

from django.db.models import Q, QuerySet

from activities.choices import FIRST_YEAR, LAST_YEAR, ImportState, PlanStatus, RowStatus
from activities.document.forms.sheets import MOST_ROWS
from activities.models import MeasurementUnit, MefActivity
from activities.models.classification import Classifier, holding
from activities.queries.due import DueMonths
from activities.queries.import_report import FIRST_ROWS
from activities.queries.review_queue import ReviewQueue
from activities.serializers.basis import VersionQuery
from poi_api.http.filters import (
    Asked,
    CodeFilter,
    Filter,
    ListQuery,
    Ordering,
    OwnCodeFilter,
    OwnIdFilter,
    SearchFilter,
    WholeFilter,
    WordFilter,
    refuse_unknown,
)
from poi_api.http.parameters import (
    ChoicesParameter,
    OrderingParameter,
    SeveralParameter,
    TruthParameter,
    WholeParameter,
    WholesParameter,
)
from poi_api.http.query import QuerySerializer
from poi_api.http.texts import of_the
from units.filters import OfUnitQuery, own_institutions
from units.models import Unit
from units.serializers.moment import MomentQuery

_MONTH = "Mes, de 1 a 12. Se admiten varios, separados por comas o repetidos."
_INSTITUTION = "Código de la institución; sin él, todas las que puede ver."


def _year_filter(path: str | None = None) -> WholeFilter:
    return WholeFilter(path=path, least=FIRST_YEAR, most=LAST_YEAR, text="Año del plan.")


class CatalogueQuery(ListQuery, MomentQuery):
    id = OwnIdFilter()
    code = OwnCodeFilter()
    search = SearchFilter()
    ordering = Ordering(fields={"name": "name_key", "code": "code"}, finally_by=("name_key", "code"))


class PlanQuery(ListQuery, MomentQuery):
    id = OwnIdFilter()
    institution = CodeFilter(named=own_institutions, text=_INSTITUTION)
    year = _year_filter()
    status = WordFilter(words=PlanStatus.values, text="Estado del plan.")
    ordering = Ordering(
        fields={"year": "year", "institution": "institution__name_key", "status": "status"},
        finally_by=("-year", "institution__name_key", "id"),
    )


class PlanVersionQuery(ListQuery, MomentQuery):
    id = OwnIdFilter()


class PeriodQuery(ListQuery, MomentQuery):
    id = OwnIdFilter()
    institution = CodeFilter(named=own_institutions, path="plan__institution", text=_INSTITUTION)
    year = _year_filter("plan__year")
    month = WholeFilter(least=1, most=12, text="Mes, de 1 a 12.")
    ordering = Ordering(
        fields={"year": "plan__year", "month": "month", "closes_on": "closes_on"}, finally_by=("plan_id", "month")
    )


class _OfPlanQuery(OfUnitQuery):
    institution = CodeFilter(named=own_institutions, path="plan__institution", text=_INSTITUTION)
    year = _year_filter("plan__year")


class MonthsQuery(_OfPlanQuery):
    """What lists of months of activities can be narrowed by."""

    month = WholesParameter(min_value=1, max_value=12, help_text=_MONTH)


class DueQuery(MonthsQuery):
    ordering = OrderingParameter(DueMonths.orderings)


class ReviewQueueQuery(MonthsQuery, MomentQuery):
    ordering = OrderingParameter(ReviewQueue.orderings)


class ClassifierFilter(Filter, SeveralParameter):
    """Narrow activities by the codes of what classifies them; one that none of the caller's has is unknown."""

    def __init__(self, classifier: Classifier) -> None:
        super().__init__(text=f"Código {of_the(classifier.label)}. Se admiten varios, separados por comas o repetidos.")
        self._classifier = classifier

    def narrowed(self, rows: QuerySet, value: Any, asked: Asked) -> QuerySet:
        held = [Q(classification__contains=holding(self._classifier, code)) for code in value]
        holders, path = Q(*held, _connector=Q.OR), f"classification__{self._classifier}__code"
        known = set(asked.visible.order_by().filter(holders).values_list(path, flat=True).distinct())
        later = asked.bearers_today(lambda: asked.visible, path, [code for code in value if code not in known])
        refuse_unknown("código", value, known | later.keys())
        return rows.filter(holders)


class ActivityQuery(_OfPlanQuery, VersionQuery, MomentQuery):
    id = OwnIdFilter()
    code = OwnCodeFilter()
    mef_activity = CodeFilter(named=lambda _: MefActivity.objects.all(), text="Código de la actividad MEF.")
    measurement_unit = CodeFilter(named=lambda _: MeasurementUnit.objects.all(), text="Código de la unidad de medida.")
    oei = ClassifierFilter(Classifier.OEI)
    aei = ClassifierFilter(Classifier.AEI)
    categoria = ClassifierFilter(Classifier.CATEGORIA)
    prioridad = ClassifierFilter(Classifier.PRIORIDAD)
    search = SearchFilter(
        also=lambda key: Q(unit__in=Unit.objects.filter(name_key__contains=key)),
        text="Texto en el nombre, el código o el nombre de la unidad.",
    )
    ordering = Ordering(
        fields={"code": "code", "name": "name_key", "year": "plan__year", "unit": "unit__name_key"},
        finally_by=("plan_id", "code"),
    )


class ImportQuery(ListQuery):
    id = OwnIdFilter()
    institution = CodeFilter(named=own_institutions, path="of_institution", text=_INSTITUTION)
    year = _year_filter()
    status = WordFilter(words=ImportState.values, path="became", text="Qué fue de ella.")
    ordering = Ordering(fields={"id": "id", "year": "year", "filename": "filename"}, finally_by=("-id",))


class ImportRowsQuery(QuerySerializer):
    """Which of its rows an import is shown with."""

    rows_limit = WholeParameter(
        min_value=0,
        max_value=MOST_ROWS,
        default=FIRST_ROWS,
        help_text="Cuántas de sus filas se muestran; cuántas hay lo dice `summary.rows`.",
    )
    rows_offset = WholeParameter(min_value=0, max_value=MOST_ROWS, default=0, help_text="Cuántas se saltan.")
    rows_status = ChoicesParameter(
        RowStatus.values, help_text="Solo las leídas así. Se admiten varios, separados por comas o repetidos."
    )
    rows_noted = TruthParameter(help_text="`true`: solo las que tienen algo que mirar; `false`: solo las demás.")
    rows_to_choose = TruthParameter(
        help_text="`true`: solo las que tienen varias lecturas y nada que decida entre ellas; `false`: solo las demás."
    )


class VersionPartQuery(MomentQuery):
    """Of which moment a version is, and which of its changes it is shown with."""

    changes_limit = WholeParameter(
        min_value=0,
        max_value=MOST_ROWS,
        required=False,
        help_text="Cuántos de sus cambios se muestran: sin él todos; cuántos hay lo dice `changes_count`.",
    )
    changes_offset = WholeParameter(min_value=0, max_value=MOST_ROWS, default=0, help_text="Cuántos se saltan.")


class PastQuery(ListQuery, MomentQuery):
    """What is asked of a list without filters that has a past."""
