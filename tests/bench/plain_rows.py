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


class PlainExecutedSerializer(serializers.ModelSerializer):
    class Meta:
        model = PlainMonth
        fields = ["activity", "month", "programmed", "executed"]
        read_only_fields = ["activity", "month", "programmed"]


class PlainMonthView(generics.UpdateAPIView, Plain):
    """W1."""

    queryset = PlainMonth.objects.all()
    serializer_class = PlainExecutedSerializer

    def get_object(self) -> PlainMonth:
        return get_object_or_404(PlainMonth, activity=self.kwargs["pk"], month=self.kwargs["month"])


class PlainItemsSerializer(serializers.ListSerializer):
    child: "PlainItemSerializer"

    def update(self, instance: dict[tuple[int, int], PlainMonth], validated_data: list[Any]) -> list[PlainMonth]:
        return [self.child.update(instance[item["activity"].pk, item["month"]], item) for item in validated_data]


class PlainItemSerializer(serializers.ModelSerializer):
    class Meta:
        model = PlainMonth
        fields = ["activity", "month", "executed"]
        list_serializer_class = PlainItemsSerializer


class PlainBatchView(Plain):
    """W2: a serializer of many, as DRF's guide updates many: the rows are read at once and saved one by one."""

    serializer_class = PlainItemSerializer

    def post(self, request: Request) -> Response:
        items: Any = request.data
        months = PlainMonth.objects.filter(activity__in={item["activity"] for item in items})
        found = {(month.activity_id, month.month): month for month in months}
        serializer = self.get_serializer(found, data=items, many=True)
        serializer.is_valid(raise_exception=True)
        with transaction.atomic():
            serializer.save()
        return Response(serializer.data)


class PlainMonthsView(Plain):
    """R4: model objects and a line for each month. Not streamed, which would take several times as long."""

    def get_queryset(self) -> QuerySet[Activity]:
        related = Activity.objects.select_related("plan__institution", "unit", "mef_activity", "measurement_unit")
        return related.prefetch_related("plain_months").filter(plan__year=self.request.GET["year"]).order_by("pk")

    def get(self, request: Request) -> HttpResponse:
        answer = HttpResponse(content_type="text/csv; charset=utf-8")
        writer = csv.writer(answer)
        for activity in self.get_queryset().iterator(chunk_size=1000):
            names = _names(activity)
            for month in activity.plain_months.all():
                writer.writerow([*names, month.month, month.programmed, month.executed])
        return answer


def _names(activity: Activity) -> list[Any]:
    plan = activity.plan
    things = (plan.institution, activity, activity.unit, activity.mef_activity, activity.measurement_unit)
    return [plan.year, activity.pk, *(cell for thing in things for cell in (thing.code, thing.name))]
