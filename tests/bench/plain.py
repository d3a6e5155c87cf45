"""The rival views: what a plain DRF service makes of the same questions.

Model objects, nested serializers, narrow rows. They check no key and keep no versions, no order of changes
and no ETag, as the "stock DRF" of docs/performance.md.
"""

from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet, Sum
from rest_framework import generics, pagination, parsers, renderers, serializers

from activities.models import Activity
from tests.bench.models import PlainMonth


class PlainMonthSerializer(serializers.ModelSerializer):
    class Meta:
        model = PlainMonth
        fields = ["month", "programmed", "executed"]


class PlainReferenceSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()


class PlainActivitySerializer(serializers.ModelSerializer):
    unit = PlainReferenceSerializer()
    mef_activity = PlainReferenceSerializer()
    measurement_unit = PlainReferenceSerializer()
    months = PlainMonthSerializer(source="plain_months", many=True)
    quarters = serializers.SerializerMethodField()

    class Meta:
        model = Activity
        fields = ["id", "code", "name", "unit", "mef_activity", "measurement_unit", "months", "quarters"]

    def get_quarters(self, activity: Activity) -> list[dict[str, Any]]:
        months = list(activity.plain_months.all())
        return [_quarter(months[start : start + 3]) for start in range(0, 12, 3)]


def _quarter(months: list[PlainMonth]) -> dict[str, Any]:
    programmed = sum((month.programmed for month in months), Decimal(0))
    executed = sum((month.executed or Decimal(0) for month in months), Decimal(0))
    return {"programmed": programmed, "executed": executed, "progress": _progress(executed, programmed)}


def _progress(executed: Decimal, programmed: Decimal) -> Decimal | None:
    return round(executed * 100 / programmed, 2) if programmed else None


class Plain(generics.GenericAPIView):
    """A view as DRF comes, without keys and filters."""

    authentication_classes = ()
    permission_classes = ()
    parser_classes = [parsers.JSONParser]
    renderer_classes = [renderers.JSONRenderer]
    filter_backends = ()
    pagination_class: type[pagination.BasePagination] | None = None


class _PlainActivities(Plain):
    serializer_class = PlainActivitySerializer

    def get_queryset(self) -> QuerySet[Activity]:
        related = Activity.objects.select_related("unit", "mef_activity", "measurement_unit")
        return related.prefetch_related("plain_months").order_by("code")


class PlainActivityView(generics.RetrieveAPIView, _PlainActivities):
    """R1."""


class _Pages(pagination.LimitOffsetPagination):
    default_limit = 100


class PlainMatrixView(generics.ListAPIView, _PlainActivities):
    """R2."""

    pagination_class = _Pages

    def get_queryset(self) -> QuerySet[Activity]:
        return super().get_queryset().filter(plan__year=self.request.GET["year"])


class PlainSumSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    quarter = serializers.IntegerField()
    programmed = serializers.DecimalField(max_digits=30, decimal_places=3, source="sum_programmed")
    executed = serializers.DecimalField(max_digits=30, decimal_places=3, source="sum_executed")
    progress = serializers.SerializerMethodField()

    def get_progress(self, row: dict[str, Any]) -> Decimal | None:
        return _progress(row["sum_executed"] or Decimal(0), row["sum_programmed"])


class PlainExecutionView(generics.ListAPIView, Plain):
    """R3 and R3C: sums that the database makes, and their rows through a serializer."""

    serializer_class = PlainSumSerializer
    group = "activity__unit"

    def get_queryset(self) -> QuerySet[PlainMonth, Any]:
        of_year = PlainMonth.objects.filter(activity__plan__year=self.request.GET["year"])
        quarters = of_year.annotate(
            code=F(f"{self.group}__code"), name=F(f"{self.group}__name"), quarter=(F("month") + 2) / 3
        )
        sums = quarters.values("code", "name", "quarter").annotate(
            sum_programmed=Sum("programmed"), sum_executed=Sum("executed")
        )
        return sums.order_by("code", "quarter")
