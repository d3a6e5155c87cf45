"""Addresses of the service."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from poi_api.openapi.views import DocsView, SchemaView

urlpatterns = [
    # The most asked for come first: finding an address is a good part of a small answer.
    path("api/v1/reports/", include("reports.urls")),
    path("api/v1/", include("activities.urls")),
    path("api/v1/", include("reports.frozen_urls")),
    path("api/v1/", include("units.urls")),
    path("api/schema/", SchemaView.as_view(), name="schema"),
    path("api/docs/", DocsView.as_view(), name="docs"),
    path("", include("units.pages.urls")),
    path("admin/login/", secure_admin_login(admin.site.login)),
    path("admin/", include("units.pages.administration_urls")),
    path("admin/", admin.site.urls),
]

handler400 = "poi_api.http.problems.bad_request"
handler403 = "units.pages.refusals.permission_denied"
handler404 = "poi_api.http.problems.not_found"
handler500 = "poi_api.http.problems.server_error"
