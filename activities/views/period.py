"""Reporting periods and their reopenings over HTTP."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request

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
from units.history.change_sets import set_cause, take_position
from units.requests.resources import ListMixin, RetrieveMixin
from units.requests.writes import WritingMixin, require
from units.serializers.moment import MomentQuery

_OF_REOPENING = ("unit", "change_set__client", "withdrawal__change_set__client", "period__plan__institution")


@extend_schema_view(
    list=extend_schema(summary="Periodos de registro"),
    retrieve=extend_schema(summary="Un periodo de registro"),
)
class PeriodViewSet(ListMixin, RetrieveMixin, WritingMixin):
    """Cuándo se registra cada mes de un plan, y para quién se reabrió."""

    serializer_class = PeriodSerializer
    list_query = PeriodQuery
    entity_of_the_past = "period"
    detail_query = MomentQuery

    def get_queryset(self) -> QuerySet[ReportingPeriod]:
        reopenings = Prefetch("reopenings", _reopenings_for(self.access))
        periods = ReportingPeriod.objects.visible_to(self.access).select_related("plan__institution")
        return periods.prefetch_related(reopenings)

    def path_of(self, target: ReportingPeriod) -> Iterable[int]:
        return target.plan.institution.path

    def lock(self, target: ReportingPeriod) -> ReportingPeriod:
        return lock_period(target)

    @extend_schema(summary="Cambiar las fechas de un periodo", request=PeriodChangesInput)
    def partial_update(self, request: Request, pk: str) -> HttpResponseBase:
        """Si el periodo ya cerró, hace falta un motivo."""
        return self.write(self._change, target=self.find(Role.PLANNER), body=PeriodChangesInput)

    def _change(self, period: ReportingPeriod, data: dict[str, Any]) -> ReportingPeriod:
        set_cause(data.get("reason", ""))
        change_period(period=period, **data)
        return period


@extend_schema_view(retrieve=extend_schema(summary="Una reapertura"))
class ReopeningViewSet(RetrieveMixin, WritingMixin):
    """Un mes cerrado, abierto de nuevo para una unidad y las que dependen de ella, hasta un día inclusive."""

    serializer_class = ReopeningSerializer
    delete_has_body = True  # the reason

    def get_period(self) -> ReportingPeriod:
        """Return the period of the path. Raises Http404."""
        periods = ReportingPeriod.objects.visible_to(self.access).select_related("plan__institution")
        return get_object_or_404(periods, pk=self.kwargs["period"])

    def get_queryset(self) -> QuerySet[Reopening]:
        return _reopenings_for(self.access).filter(period=self.get_period())

    @extend_schema(summary="Reabrir un periodo", request=ReopeningInput)
    def create(self, request: Request, period: str) -> HttpResponseBase:
        """Para una unidad y las que dependen de ella. `If-Match`: el del periodo."""
        target = self.get_period()
        require(self.access, Role.PLANNER, target.plan.institution.path)
        return self.write(self._reopen, target=target, body=ReopeningInput, status=201)

    @extend_schema(summary="Retirar una reapertura", request=WithdrawalInput, responses={204: None})
    def destroy(self, request: Request, period: str, pk: str) -> HttpResponseBase:
        """Desde ese momento el periodo vuelve a estar cerrado; la reapertura y su motivo se conservan."""
        return self.write(self._withdraw, target=self.find(Role.PLANNER), body=WithdrawalInput)

    def path_of(self, target: Reopening) -> Iterable[int]:
        return target.period.plan.institution.path

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

    def _reopen(self, period: ReportingPeriod, data: dict[str, Any]) -> Reopening:
        set_cause(data["reason"])
        return reopen_period(period=period, **data)

    def _withdraw(self, reopening: Reopening, data: dict[str, Any]) -> None:
        set_cause(data["reason"])
        withdraw_reopening(reopening=reopening, **data)


def lock_period(period: ReportingPeriod) -> ReportingPeriod:
    """Return the period read anew, with its plan held. Raises Http404."""
    plan = lock_plan(period.plan_id)
    target: ReportingPeriod = get_object_or_404(ReportingPeriod.objects.select_for_update(), pk=period.pk)
    target.plan = plan
    return target


def _reopenings_for(access: Access) -> QuerySet[Reopening]:
    return Reopening.objects.visible_to(access).order_by("id").select_related(*_OF_REOPENING)
