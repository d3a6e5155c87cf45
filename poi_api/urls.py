"""Addresses of the service."""

from django.templatetags.static import static
from django.urls import include, path
from django.views.generic import RedirectView

from poi_api.openapi.guides import GuideView
from poi_api.openapi.index import IndexView
from poi_api.openapi.views import DocsView, SchemaView

urlpatterns = [
    # The most asked for come first: finding an address is a good part of a small answer.
    path("api/v1/reports/", include("reports.urls")),
    path("api/v1/", include("activities.urls")),
    path("api/v1/", include("reports.frozen_urls")),
    path("api/v1/", include("units.urls")),
    path("api/v1/", IndexView.as_view(), name="index"),
    path("api/schema/", SchemaView.as_view(), name="schema"),
    path("api/docs/", DocsView.as_view(), name="docs"),
    path("api/docs/<path:name>.md", GuideView.as_view(), name="guide"),
    path("", include("reports.pages.urls")),
    path("", include("activities.pages.urls")),
    path("", include("units.pages.urls")),
    # Browsers look for it where an answer names no icon
    path("favicon.ico", RedirectView.as_view(url=static("pages/icon.svg"), permanent=True)),
]

handler400 = "poi_api.http.problems.bad_request"
handler403 = "units.pages.refusals.permission_denied"
handler404 = "units.pages.refusals.not_found"
handler500 = "poi_api.http.problems.server_error"
