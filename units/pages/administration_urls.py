"""Paths below `/admin/` that come before Django's own."""

from django.urls import path

from units.pages.password import password_change

urlpatterns = [path("password_change/", password_change)]
