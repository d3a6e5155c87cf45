"""Paths of the pages of accounts, below `/cuenta/`; django-allauth knows them by these names."""

from allauth.account import views
from django.urls import path

urlpatterns = [
    path("entrar/", views.login, name="account_login"),
    path("salir/", views.logout, name="account_logout"),
]
