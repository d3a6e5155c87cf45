"""Paths of the pages about who works here: accounts (django-allauth knows these names), people, units, history."""

from allauth.account import views
from allauth.mfa.base.views import authenticate
from django.urls import path

from units.pages.audit import ActPage, AuditPage
from units.pages.clients import ClientsPage, NewClientPage, RevokeClientPage, RotateClientPage
from units.pages.institution import AccessPage, CallbackView, EnterView, UnlinkView
from units.pages.invitation import InvitationView
from units.pages.own_account import EndSessionsPage, OwnAccountPage
from units.pages.password import PasswordPage
from units.pages.people import InvitePage, PeoplePage
from units.pages.person import GiveRolePage, LockPage, NewLinkPage, PersonPage, TakeRolePage, TakeSecondStepPage
from units.pages.second_step import RenewCodesPage, SwitchOffPage, SwitchOnPage
from units.pages.unit_forms import (
    ActivateUnitPage,
    DeactivateUnitPage,
    EditUnitPage,
    MoveUnitPage,
    NewUnitPage,
    RemoveUnitPage,
)
from units.pages.unit_list import UnitPage, UnitsPage
from units.pages.unit_merging import MergeUnitPage

_UNLOCKING = {"locks": False, "title": "Desbloquear", "button": "Desbloquear la cuenta", "danger": False}
_PERSON = "personas/<int:person>/"
_CLIENT = "personas/claves/<int:client>/"
_UNIT = "unidades/<int:unit>/"

_PEOPLE = [
    path("personas/", PeoplePage.as_view(), name="people"),
    path("personas/nueva/", InvitePage.as_view(), name="invite"),
    path(_PERSON, PersonPage.as_view(), name="person"),
    path(f"{_PERSON}rol/", GiveRolePage.as_view(), name="give_role"),
    path(f"{_PERSON}enlace/", NewLinkPage.as_view(), name="new_link"),
    path(f"{_PERSON}segundo-paso/", TakeSecondStepPage.as_view(), name="take_second_step"),
    path(f"{_PERSON}bloquear/", LockPage.as_view(), name="lock_person"),
    path(f"{_PERSON}desbloquear/", LockPage.as_view(**_UNLOCKING), name="unlock_person"),
    path("personas/roles/<int:membership>/retirar/", TakeRolePage.as_view(), name="take_role"),
    path("personas/claves/", ClientsPage.as_view(), name="clients"),
    path("personas/claves/nueva/", NewClientPage.as_view(), name="new_client"),
    path(f"{_CLIENT}renovar/", RotateClientPage.as_view(), name="rotate_client"),
    path(f"{_CLIENT}revocar/", RevokeClientPage.as_view(), name="revoke_client"),
]
_UNITS = [
    path("unidades/", UnitsPage.as_view(), name="units"),
    path("unidades/nueva/", NewUnitPage.as_view(), name="new_unit"),
    path(_UNIT, UnitPage.as_view(), name="unit"),
    path(f"{_UNIT}cambiar/", EditUnitPage.as_view(), name="edit_unit"),
    path(f"{_UNIT}mover/", MoveUnitPage.as_view(), name="move_unit"),
    path(f"{_UNIT}fusionar/", MergeUnitPage.as_view(), name="merge_unit"),
    path(f"{_UNIT}desactivar/", DeactivateUnitPage.as_view(), name="deactivate_unit"),
    path(f"{_UNIT}activar/", ActivateUnitPage.as_view(), name="activate_unit"),
    path(f"{_UNIT}borrar/", RemoveUnitPage.as_view(), name="remove_unit"),
]

_ACCOUNTS = [
    path("cuenta/entrar/", views.login, name="account_login"),
    path("cuenta/salir/", views.logout, name="account_logout"),
    path("cuenta/", OwnAccountPage.as_view(), name="own_account"),
    path("cuenta/sesiones/", EndSessionsPage.as_view(), name="end_other_sessions"),
    path("cuenta/codigo/", authenticate, name="mfa_authenticate"),
    path("cuenta/segundo-paso/", SwitchOnPage.as_view(), name="second_step_on"),
    path("cuenta/segundo-paso/codigos/", RenewCodesPage.as_view(), name="new_recovery_codes"),
    path("cuenta/segundo-paso/desactivar/", SwitchOffPage.as_view(), name="second_step_off"),
    path("cuenta/contrasena/", PasswordPage.as_view(), name="account_change_password"),
    path("cuenta/acceso/", AccessPage.as_view(), name="own_access"),
    path("cuenta/acceso/quitar/", UnlinkView.as_view(), name="unlink_institution"),
    path("cuenta/institucion/", EnterView.as_view(), name="institution_enter"),
    path("cuenta/institucion/volver/", CallbackView.as_view(), name="institution_callback"),
    path("cuenta/enlace/<str:secret>/", InvitationView.as_view(), name="invitation"),
]
_HISTORY = [
    path("auditoria/", AuditPage.as_view(), name="audit"),
    path("auditoria/<str:act>/", ActPage.as_view(), name="act"),
]

urlpatterns = [*_ACCOUNTS, *_PEOPLE, *_UNITS, *_HISTORY]
