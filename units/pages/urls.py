"""Paths of the first page and of those of accounts; django-allauth knows the latter by these names."""

from allauth.account import views
from django.urls import path

from units.pages.home import home

urlpatterns = [
    path("", home, name="home"),
    path("cuenta/entrar/", views.login, name="account_login"),
    path("cuenta/salir/", views.logout, name="account_logout"),
]
