"""Somebody who can log in, and what was hashed."""

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import User

from tests.units.pages.coming_in import PASSWORD
from units.choices import Role
from units.models import Membership


@pytest.fixture
def maria() -> User:
    person = User.objects.create_user("mquispe", password=PASSWORD)
    Membership.objects.create(user=person, role=Role.READER)
    return person


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that were hashed."""
    passwords: list[str] = []
    encode = MD5PasswordHasher.encode

    def noted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        passwords.append(password)
        return str(encode(self, password, salt))

    monkeypatch.setattr(MD5PasswordHasher, "encode", noted)
    return passwords
