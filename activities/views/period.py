"""Reporting periods and their reopenings over HTTP."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404

from activities.filters import PeriodQuery
from activities.models import Reopening, ReportingPeriod
from activities.serializers.period import (
    PeriodChangesInput,
    PeriodSerializer,
    ReopeningInput,
    ReopeningSerializer,
    WithdrawalInput,
)
from activities.services.plans.periods import change_period, reopen_period, withdraw_reopening
from activities.services.plans.plans import lock_plan
from units.access.grants import Access
from units.choices import Role
from units.history.change_sets import take_position
from units.requests.resources import ListMixin, RetrieveMixin
from units.requests.writes import WritingMixin, require, writes
from units.serializers.moment import MomentQuery

_OF_REOPENING = ("unit", "change_set__client", "withdrawal__change_set__client", "period__plan__institution")


class PeriodViewSet(ListMixin, RetrieveMixin, WritingMixin):
    """Cuándo se registra cada mes de un plan, y para quién se reabrió."""

    summaries = {"list": "Periodos de registro", "retrieve": "Un periodo de registro"}
    serializer_class = PeriodSerializer
    list_query = PeriodQuery
    entity_of_the_past = "period"
    detail_query = MomentQuery
    path_from = "plan.institution.path"

    def get_queryset(self) -> QuerySet[ReportingPeriod]:
        reopenings = Prefetch("reopenings", _reopenings_for(self.access))
        periods = ReportingPeriod.objects.visible_to(self.access).select_related("plan__institution")
        return periods.prefetch_related(reopenings)

    def lock(self, target: ReportingPeriod) -> ReportingPeriod:
        return lock_period(target)

    @writes("Cambiar las fechas de un periodo", PeriodChangesInput)
    def partial_update(self, period: ReportingPeriod, data: dict[str, Any]) -> ReportingPeriod:
        """Si el periodo ya cerró, hace falta un motivo."""
        change_period(period=period, **data)
        return period


class ReopeningViewSet(RetrieveMixin, WritingMixin):
    """Un mes cerrado, abierto de nuevo para una unidad y las que dependen de ella, hasta un día inclusive."""

    summaries = {"retrieve": "Una reapertura"}
    serializer_class = ReopeningSerializer
    path_from = "period.plan.institution.path"

    def get_period(self) -> ReportingPeriod:
        """Return the period of the path. Raises Http404."""
        periods = ReportingPeriod.objects.visible_to(self.access).select_related("plan__institution")
        return get_object_or_404(periods, pk=self.kwargs["period"])

    def get_queryset(self) -> QuerySet[Reopening]:
        return _reopenings_for(self.access).filter(period=self.get_period())

    def aim(self) -> Reopening | ReportingPeriod:
        """Return the reopening that is withdrawn, or the period that is opened again."""
        if self.action == "destroy":
            reopening: Reopening = super().aim()
            return reopening
        period = self.get_period()
        require(self.access, Role.PLANNER, period.plan.institution.path)
        return period

    @writes("Reabrir un periodo", ReopeningInput)
    def create(self, period: ReportingPeriod, data: dict[str, Any]) -> Reopening:
        """Para una unidad y las que dependen de ella. `If-Match`: el del periodo."""
        return reopen_period(period=period, **data)

    @writes("Retirar una reapertura", WithdrawalInput)
    def destroy(self, reopening: Reopening, data: dict[str, Any]) -> None:
        """Desde ese momento el periodo vuelve a estar cerrado; la reapertura y su motivo se conservan."""
        withdraw_reopening(reopening=reopening, **data)

    def lock(self, target: Any) -> Any:
        """Return the object with its plan held; a reopening itself never changes."""
        if isinstance(target, ReportingPeriod):
            return lock_period(target)
        lock_period(target.period)
        return target

    def represent(self, target: Any) -> Any:
        """Return what is shown of a reopening, or of its period for `If-Match`."""
        if isinstance(target, ReportingPeriod):
            return PeriodSerializer(target, context=self.get_serializer_context()).data
        take_position()
        return super().represent(target)


def lock_period(period: ReportingPeriod) -> ReportingPeriod:
    """Return the period read anew, with its plan held. Raises Http404."""
    plan = lock_plan(period.plan_id)
    target: ReportingPeriod = get_object_or_404(ReportingPeriod.objects.select_for_update(), pk=period.pk)
    target.plan = plan
    return target


def _reopenings_for(access: Access) -> QuerySet[Reopening]:
    return Reopening.objects.visible_to(access).order_by("id").select_related(*_OF_REOPENING)
