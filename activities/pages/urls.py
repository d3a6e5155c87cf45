"""Paths of the pages about plans, targets, progress, reviews and imports."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
