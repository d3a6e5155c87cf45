"""What the log-in of django-allauth does in a way of ours (ACCOUNT_ADAPTER, MFA_ADAPTER)."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.stages import AuthenticateStage
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest

from units.access.sessions import begin
from units.pages.refusals import attempted

_TYPED = "typed"  # in the state of the stage: which password it was


class PeopleAdapter(DefaultAccountAdapter):
    """Accounts are made by an operator; whoever logs in is counted, waits for nobody, and stays for a day's work."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": "El usuario o la contraseña no son correctos.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        """Return False: these are pages."""
        return False

    def add_message(self, *args: Any, **more: Any) -> None:
        """Leave no message for the next page: it shows who is logged in."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Return whose password it is, None too for somebody who may not log in. Raises ImmediateHttpResponse."""

        def check() -> AbstractBaseUser | None:
            person: Any = super(PeopleAdapter, self).authenticate(request, **credentials)
            return person if person is not None and person.is_active else None

        name = credentials.get("username", "")
        found: AbstractBaseUser | None = attempted(request, name, check, "No se puede entrar ahora")
        return found

    def get_login_stages(self) -> list[str]:
        return [f"{__name__}.SecondStepStage"]

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Begin a session, and clear away those that are over."""
        super().login(request, user)
        begin(request.session)
        request.session.clear_expired()


class SecondStepStage(AuthenticateStage):
    """Asks who has a second step for its code; who comes in by the institution was asked there (decision 48)."""

    def handle(self) -> tuple[Any, bool]:
        """Return the answer that leads to where the code is asked for, None where it is not, and True: go on then."""
        by_institution = "sociallogin" in (self.login.signal_kwargs or {})
        self.state[_TYPED] = self._password
        return (None, True) if by_institution else super().handle()

    def exit(self) -> Any:
        """Go on, but not where the password that was typed is none any more; the code is spent all the same."""
        return super().exit() if self.state.get(_TYPED) == self._password else self.abort()

    @property
    def _password(self) -> str:
        """What a session keeps of its person's password, so as to end with it."""
        person: Any = self.login.user
        kept: str = person.get_session_auth_hash()
        return kept

    def is_resumable(self, request: HttpRequest) -> bool:
        """Return False: who opens the log-in begins anew, also where the second step was taken away meanwhile."""
        return False


class SecondStepAdapter(DefaultMFAAdapter):
    """What a telephone calls the account: by its user name, whatever else is known of a person."""

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return user.get_username()
