"""Paths of the start page and of those about reports and documents."""

from django.urls import path

from reports.pages.start import StartPage

urlpatterns = [path("", StartPage.as_view(), name="home")]
