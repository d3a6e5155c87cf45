"""The product's paths and, beside them, the rivals'."""

from django.urls import include, path

from tests.bench.plain import PlainActivityView, PlainMatrixView

urlpatterns = [
    path("plain/activities/<int:pk>/progress/", PlainActivityView.as_view()),
    path("plain/matrix/", PlainMatrixView.as_view()),
    path("", include("poi_api.urls")),
]
