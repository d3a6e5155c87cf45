"""Which account a user name and a password are of (AUTHENTICATION_BACKENDS)."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import User
from django.http import HttpRequest


class PeopleBackend(AuthenticationBackend):
    """Takes a name in any case, but as it is written first: of two that differ in case alone each has its own."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> AbstractBaseUser | None:
        """Return the active account, None where name or password are wrong; one password is hashed either way."""
        if User.objects.filter(username=credentials.get("username")).exists():
            return ModelBackend.authenticate(self, request, **credentials)
        found: AbstractBaseUser | None = super().authenticate(request, **credentials)
        return found
