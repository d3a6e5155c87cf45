"""The rivals' paths."""

from django.urls import path

from tests.bench.plain import PlainActivityView, PlainExecutionView, PlainMatrixView
from tests.bench.plain_rows import PlainBatchView, PlainMonthsView, PlainMonthView

_BY_INSTITUTION = PlainExecutionView.as_view(group="activity__plan__institution")

urlpatterns = [
    path("plain/activities/<int:pk>/progress/", PlainActivityView.as_view()),
    path("plain/activities/<int:pk>/progress/<int:month>/", PlainMonthView.as_view()),
    path("plain/matrix/", PlainMatrixView.as_view()),
    path("plain/execution/unit/", PlainExecutionView.as_view()),
    path("plain/execution/institution/", _BY_INSTITUTION),
    path("plain/months/", PlainMonthsView.as_view()),
    path("plain/progress/batch/", PlainBatchView.as_view()),
]
