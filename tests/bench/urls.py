"""The rivals' paths."""

from django.urls import path

from tests.bench.plain import PlainActivityView, PlainExecutionView, PlainInstitutionsView, PlainMatrixView
from tests.bench.plain_rows import PlainBatchView, PlainMonthsView, PlainMonthView

urlpatterns = [
    path("plain/activities/<int:pk>/progress/", PlainActivityView.as_view()),
    path("plain/activities/<int:pk>/progress/<int:month>/", PlainMonthView.as_view()),
    path("plain/matrix/", PlainMatrixView.as_view()),
    path("plain/execution/unit/", PlainExecutionView.as_view()),
    path("plain/execution/institution/", PlainInstitutionsView.as_view()),
    path("plain/months/", PlainMonthsView.as_view()),
    path("plain/progress/batch/", PlainBatchView.as_view()),
]
