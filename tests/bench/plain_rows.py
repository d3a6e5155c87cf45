"""The rival views that write, and the one that exports; as in `plain`."""

import csv
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from activities.models import Activity
from tests.bench.models import PlainMonth
from tests.bench.plain import Plain

_THINGS = ("institution", "activity", "unit", "mef_activity", "measurement_unit")
_NAMES = [f"{thing}_{part}" for thing in _THINGS for part in ("code", "name")]
_HEAD = ["year", "activity_id", *_NAMES, "month", "programmed", "executed"]


class PlainExecutedSerializer(serializers.ModelSerializer):
    class Meta:
        model = PlainMonth
        fields = ["month", "programmed", "executed"]
        read_only_fields = ["month", "programmed"]


class PlainMonthView(generics.UpdateAPIView, Plain):
    """W1."""

    queryset = PlainMonth.objects.all()
    serializer_class = PlainExecutedSerializer

    def get_object(self) -> PlainMonth:
        return get_object_or_404(PlainMonth, activity=self.kwargs["pk"], month=self.kwargs["month"])


class PlainItemSerializer(serializers.Serializer):
    activity = serializers.IntegerField(source="activity_id")
    month = serializers.IntegerField()
    executed = serializers.DecimalField(max_digits=15, decimal_places=3, allow_null=True)


class PlainBatchView(Plain):
    """W2: the rows are read at once, and written at once by `bulk_update`."""

    serializer_class = PlainItemSerializer

    def post(self, request: Request) -> Response:
        serializer = self.get_serializer(data=request.data, many=True)
        serializer.is_valid(raise_exception=True)
        sent = {(item["activity_id"], item["month"]): item["executed"] for item in serializer.validated_data}
        months = PlainMonth.objects.filter(
            activity__in={activity for activity, _ in sent}, month__in={month for _, month in sent}
        )
        changed = [month for month in months if (month.activity_id, month.month) in sent]
        for month in changed:
            month.executed = sent[month.activity_id, month.month]
        with transaction.atomic():
            PlainMonth.objects.bulk_update(changed, ["executed"])
        return Response(self.get_serializer(changed, many=True).data)


class PlainMonthsView(Plain):
    """R4: model objects and a line for each month. Not streamed, which would take several times as long."""

    def get_queryset(self) -> QuerySet[Activity]:
        related = Activity.objects.select_related("plan__institution", "unit", "mef_activity", "measurement_unit")
        return related.prefetch_related("plain_months").filter(plan__year=self.request.GET["year"]).order_by("pk")

    def get(self, request: Request) -> HttpResponse:
        answer = HttpResponse(content_type="text/csv; charset=utf-8")
        writer = csv.writer(answer)
        writer.writerow(_HEAD)
        for activity in self.get_queryset().iterator(chunk_size=1000):
            names = _names(activity)
            for month in activity.plain_months.all():
                writer.writerow([*names, month.month, month.programmed, month.executed])
        return answer


def _names(activity: Activity) -> list[Any]:
    plan = activity.plan
    things = (plan.institution, activity, activity.unit, activity.mef_activity, activity.measurement_unit)
    return [plan.year, activity.pk, *(cell for thing in things for cell in (thing.code, thing.name))]
