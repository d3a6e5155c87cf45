"""What plans, periods and activities can be narrowed by."""

import django_filters
from django.db.models import QuerySet
from rest_framework.request import Request

from activities.choices import FIRST_YEAR, LAST_YEAR, PlanStatus
from activities.models import MeasurementUnit, MefActivity
from poi_api.http.filters import CodeFilter, SearchFilter, StableOrdering, WholeFilter
from units.filters import OfUnitFilterSet, own_institutions

_INSTITUTION = "Código de la institución; sin él, todas las que puede ver."


def _year_filter(field_name: str) -> WholeFilter:
    return WholeFilter(field_name=field_name, least=FIRST_YEAR, most=LAST_YEAR, text="Año del plan.")


def _mef_activities(request: Request) -> QuerySet:
    return MefActivity.objects.all()


def _measurement_units(request: Request) -> QuerySet:
    return MeasurementUnit.objects.all()


class CatalogueFilterSet(django_filters.FilterSet):
    search = SearchFilter()
    ordering = StableOrdering(fields=(("name_key", "name"), ("code", "code")), finally_by=("name_key", "code"))


class PlanFilterSet(django_filters.FilterSet):
    institution = CodeFilter(named=own_institutions, text=_INSTITUTION)
    year = _year_filter("year")
    status = django_filters.ChoiceFilter(choices=PlanStatus.choices, empty_label=None)
    ordering = StableOrdering(
        fields=(("year", "year"), ("institution__name_key", "institution"), ("status", "status")),
        finally_by=("-year", "institution__name_key", "id"),
    )


class PeriodFilterSet(django_filters.FilterSet):
    institution = CodeFilter(named=own_institutions, field_name="plan__institution", text=_INSTITUTION)
    year = _year_filter("plan__year")
    month = WholeFilter(least=1, most=12, text="Mes, de 1 a 12.")
    ordering = StableOrdering(
        fields=(("plan__year", "year"), ("month", "month"), ("closes_on", "closes_on")),
        finally_by=("plan_id", "month"),
    )


class DueFilterSet(OfUnitFilterSet):
    """What owed months can be narrowed by."""

    institution = CodeFilter(named=own_institutions, field_name="plan__institution", text=_INSTITUTION)
    year = _year_filter("plan__year")


class ActivityFilterSet(DueFilterSet):
    mef_activity = CodeFilter(named=_mef_activities, text="Código de la actividad MEF.")
    measurement_unit = CodeFilter(named=_measurement_units, text="Código de la unidad de medida.")
    search = SearchFilter()
    ordering = StableOrdering(
        fields=(("code", "code"), ("name_key", "name"), ("plan__year", "year"), ("unit__name_key", "unit")),
        finally_by=("plan_id", "code"),
    )
