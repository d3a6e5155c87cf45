"""The rival views: what a plain DRF service makes of the same questions.

Model objects, nested serializers, narrow rows. They check no key and keep no versions, no order of changes
and no ETag, as the "stock DRF" of docs/performance.md.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import F, QuerySet, Sum
from rest_framework import generics, pagination, parsers, renderers, serializers

from activities.models import Activity
from tests.bench.models import PlainMonth

_HUNDREDTH = Decimal("0.01")


class PlainMonthSerializer(serializers.ModelSerializer):
    class Meta:
        model = PlainMonth
        fields = ["month", "programmed", "executed"]


class PlainReferenceSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()


class PlainActivitySerializer(serializers.ModelSerializer):
    activity = PlainReferenceSerializer(source="*")
    year = serializers.IntegerField(source="plan.year")
    months = PlainMonthSerializer(source="plain_months", many=True)
    quarters = serializers.SerializerMethodField()

    class Meta:
        model = Activity
        fields = ["activity", "year", "months", "quarters"]

    def get_quarters(self, activity: Activity) -> list[dict[str, Any]]:
        months = list(activity.plain_months.all())
        return [_quarter(months[start : start + 3]) for start in range(0, 12, 3)]


class PlainMatrixSerializer(PlainActivitySerializer):
    institution = PlainReferenceSerializer(source="plan.institution")
    unit = PlainReferenceSerializer()
    mef_activity = PlainReferenceSerializer()
    measurement_unit = PlainReferenceSerializer()

    class Meta:
        model = Activity
        fields = [*PlainActivitySerializer.Meta.fields, "institution", "unit", "mef_activity", "measurement_unit"]


def _quarter(months: list[PlainMonth]) -> dict[str, Any]:
    programmed = sum((month.programmed for month in months), Decimal(0))
    executed = sum((month.executed or Decimal(0) for month in months), Decimal(0))
    return {"programmed": programmed, "executed": executed, "progress": _progress(executed, programmed)}


def _progress(executed: Decimal, programmed: Decimal) -> Decimal | None:
    return (executed * 100 / programmed).quantize(_HUNDREDTH, ROUND_HALF_UP) if programmed else None


class Plain(generics.GenericAPIView):
    """A view as DRF comes, without keys and filters."""

    authentication_classes = ()
    permission_classes = ()
    parser_classes = [parsers.JSONParser]
    renderer_classes = [renderers.JSONRenderer]
    filter_backends = ()
    pagination_class: type[pagination.BasePagination] | None = None


class PlainActivityView(generics.RetrieveAPIView, Plain):
    """R1."""

    serializer_class = PlainActivitySerializer
    queryset = Activity.objects.select_related("plan").prefetch_related("plain_months")


class _Pages(pagination.LimitOffsetPagination):
    default_limit = 100


class PlainMatrixView(generics.ListAPIView, Plain):
    """R2."""

    serializer_class = PlainMatrixSerializer
    pagination_class = _Pages

    def get_queryset(self) -> QuerySet[Activity]:
        related = Activity.objects.select_related("plan__institution", "unit", "mef_activity", "measurement_unit")
        months = related.prefetch_related("plain_months")
        return months.filter(plan__year=self.request.GET["year"]).order_by("code")


class _Sums(pagination.LimitOffsetPagination):
    default_limit = 1000


class PlainGroupSerializer(PlainReferenceSerializer):
    id = serializers.IntegerField(source="group")


class PlainSumSerializer(serializers.Serializer):
    quarter = serializers.IntegerField()
    programmed = serializers.DecimalField(max_digits=30, decimal_places=3, source="sum_programmed")
    executed = serializers.DecimalField(max_digits=30, decimal_places=3, source="sum_executed")
    progress = serializers.SerializerMethodField()

    def get_progress(self, row: dict[str, Any]) -> Decimal | None:
        return _progress(row["sum_executed"] or Decimal(0), row["sum_programmed"])


class PlainUnitSumSerializer(PlainSumSerializer):
    unit = PlainGroupSerializer(source="*")


class PlainInstitutionSumSerializer(PlainSumSerializer):
    institution = PlainGroupSerializer(source="*")


class PlainExecutionView(generics.ListAPIView, Plain):
    """R3: sums that the database makes, and their rows through a serializer."""

    serializer_class: type[PlainSumSerializer] = PlainUnitSumSerializer
    pagination_class = _Sums
    group = "activity__unit"

    def get_queryset(self) -> QuerySet[PlainMonth, Any]:
        of_year = PlainMonth.objects.filter(activity__plan__year=self.request.GET["year"])
        names = {name: F(f"{self.group}__{name}") for name in ("code", "name")}
        quarters = of_year.annotate(**names, group=F(self.group), quarter=(F("month") + 2) / 3)
        sums = quarters.values("group", "code", "name", "quarter").annotate(
            sum_programmed=Sum("programmed"), sum_executed=Sum("executed")
        )
        return sums.order_by("code", "quarter")


class PlainInstitutionsView(PlainExecutionView):
    """R3C."""

    serializer_class = PlainInstitutionSumSerializer
    group = "activity__plan__institution"
