"""What django-allauth does in a way of ours with an institution's own log-in (decision 45): SOCIALACCOUNT_ADAPTER."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount import app_settings
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp
from allauth.socialaccount.providers.base.constants import AuthError, AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from requests import ConnectionError as NoConnection
from requests import RequestException, Timeout

from poi_api.http.exceptions import Conflict
from units.pages.refusals import refusal
from units.services.account_events import own_act
from units.services.institution_links import link_institution

logger = logging.getLogger(__name__)
_DISCOVERED_FOR = 10 * 60  # seconds
_PLACES = ("authorization_endpoint", "token_endpoint", "jwks_uri")

_NOT_LINKED = (
    "Su cuenta de {name} no está vinculada a ninguna persona de este servicio. Entre con su usuario y su contraseña y "
    "vincúlela en «Mi cuenta». Si no los tiene, pídalos a quien planifica en su institución."
)
_LOCKED = "Su cuenta en este servicio está bloqueada. Pregunte a quien planifica en su institución."
_FAILED = "No se pudo comprobar quién es. Vuelva a intentarlo desde la página de entrada."
_UNINTELLIGIBLE = (
    "{name} respondió algo que este servicio no entiende. Avise a quien administra el servicio, que lo encuentra en su "
    "registro; mientras tanto, entre con su usuario y su contraseña."
)
_UNREACHABLE = "{name} no responde. Vuelva a intentarlo en unos minutos, o entre con su usuario y su contraseña."


class Unintelligible(OAuth2Error):
    """The institution's log-in answered what its protocol does not allow; the message is for the operator."""


@contextmanager
def read_there() -> Iterator[None]:
    """Run a block that reads an answer of the institution's; raise Unintelligible where it is not what it should be."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unintelligible(f"{type(error).__name__}: {error}") from error


def failed_there(request: HttpRequest, failure: Exception) -> HttpResponse:
    """Return the page for an institution whose log-in does not answer as it should, and log what it did instead."""
    name = settings.OIDC_NAME
    logger.error("log-in by %s is not to be used: %s", settings.OIDC_ISSUER, failure)
    title = f"No se puede entrar con {name} ahora"
    if isinstance(failure, NoConnection | Timeout):
        return refusal(request, 503, title, _UNREACHABLE.format(name=name), wait=60)
    return refusal(request, 502, title, _UNINTELLIGIBLE.format(name=name))


class InstitutionAdapter(DefaultSocialAccountAdapter):
    """One institution, which the settings name; nobody registers by it (PeopleAdapter), and no e-mail finds anybody."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """Return the institution's log-in as the settings say, and none out of the database."""
        issuer = settings.OIDC_ISSUER
        if not issuer or provider not in {None, issuer, OpenIDConnectProvider.id}:
            return []
        found = {
            # Tokens must say this issuer, whatever the document says that is found there
            "openid_configuration_overrides": {"issuer": issuer},
            "server_url": f"{issuer.rstrip('/')}/.well-known/openid-configuration",
            "fetch_userinfo": False,
            "oauth_pkce_enabled": True,
        }
        return [
            SocialApp(
                provider=OpenIDConnectProvider.id,
                provider_id=issuer,
                name=settings.OIDC_NAME,
                client_id=settings.OIDC_CLIENT_ID,
                secret=settings.OIDC_CLIENT_SECRET,
                settings=found,
            )
        ]

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Let in who is linked, and link who asked for it. Raises ImmediateHttpResponse for anybody else."""
        name = settings.OIDC_NAME
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            raise ImmediateHttpResponse(_linked(request, sociallogin.account))
        if not sociallogin.is_existing:
            raise ImmediateHttpResponse(
                refusal(request, 403, "Su cuenta no está vinculada", _NOT_LINKED.format(name=name))
            )
        if not sociallogin.user.is_active:
            raise ImmediateHttpResponse(refusal(request, 403, "No puede entrar", _LOCKED))

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """Raise ImmediateHttpResponse with a page that says what can be done."""
        if error == AuthError.CANCELLED:
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_login")))
        said = {name: request.GET[name][:200] for name in ("error", "error_description") if name in request.GET}
        logger.warning("log-in by %s failed: %s", settings.OIDC_ISSUER, exception or said or error)
        if isinstance(exception, RequestException | Unintelligible):
            raise ImmediateHttpResponse(failed_there(request, exception))
        raise ImmediateHttpResponse(refusal(request, 400, f"No se pudo entrar con {settings.OIDC_NAME}", _FAILED))


def _linked(request: HttpRequest, account: SocialAccount) -> HttpResponse:
    """Link an account to who asked for it, who is still logged in; return where to go on, or why it was not done."""
    person: Any = request.user
    if person.is_authenticated:
        try:
            with own_act(request, person):
                link_institution(person, account.provider, account.uid, settings.OIDC_NAME)
        except Conflict as conflict:
            return refusal(request, 409, "No se vinculó la cuenta", conflict.detail)
    return HttpResponseRedirect(reverse("own_access"))


class _Calls(OpenIDConnectOAuth2Adapter):
    """The calls to the institution; where things are there is asked once in a while by each process."""

    @property
    def openid_config(self) -> Any:
        key = f"openid-configuration:{self.provider_id}"
        found = cache.get(key)
        if found is None:
            with read_there():
                found = super().openid_config
                _require_places(found)
            cache.set(key, found, _DISCOVERED_FOR)
        return found

    get_access_token_data = read_there()(OpenIDConnectOAuth2Adapter.get_access_token_data)
    parse_token = read_there()(OpenIDConnectOAuth2Adapter.parse_token)
    complete_login = read_there()(OpenIDConnectOAuth2Adapter.complete_login)

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return request.build_absolute_uri(reverse("institution_callback"))


def _require_places(found: dict[str, Any]) -> None:
    """Raise Unintelligible for a document that does not say where to log in; plain HTTP is for a plain issuer."""
    schemes = ("https://",) if settings.OIDC_ISSUER.startswith("https://") else ("https://", "http://")
    wrong = [place for place in _PLACES if not str(found.get(place, "")).startswith(schemes)]
    if wrong:
        raise Unintelligible(f"its discovery document has no address for {', '.join(wrong)}")


class InstitutionProvider(OpenIDConnectProvider):
    """Reads the subject of the ID token, whose issuer was compared, and keeps nothing else of a person."""

    oauth2_adapter_class = _Calls

    def get_default_scope(self) -> list[str]:
        return ["openid"]

    def extract_uid(self, data: dict[str, Any]) -> str:
        """Return the subject. Raises OAuth2Error for an answer without an ID token, or without a subject in it."""
        subject = data.get("id_token", {}).get("sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= app_settings.UID_MAX_LENGTH:
            raise OAuth2Error("no subject in an ID token")
        return subject

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        return {}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        return {}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        return []
