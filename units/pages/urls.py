"""Paths of the pages about who works here: accounts (django-allauth knows these names), people, units, history."""

from allauth.account import views
from django.urls import path

from units.pages.invitation import InvitationView
from units.pages.password import password_change

urlpatterns = [
    path("cuenta/entrar/", views.login, name="account_login"),
    path("cuenta/salir/", views.logout, name="account_logout"),
    path("cuenta/contrasena/", password_change, name="account_change_password"),
    path("cuenta/enlace/<str:secret>/", InvitationView.as_view(), name="invitation"),
]
