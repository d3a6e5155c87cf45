"""What of the environment is nearly always a mistake for those who log in; `manage.py check` says it too."""

from typing import Any

from django.conf import settings
from django.core.checks import Warning as Said
from django.core.checks import register

from poi_api.environment import AT_START

_NO_PROXY = (
    "HTTPS=1 con PROXIES=0: HTTPS termina en un proxy, así que todas las personas cuentan como una sola dirección y "
    "los errores de una pueden dejar fuera a las demás. Ponga PROXIES=1, o cuántos proxies propios haya."
)


@register(AT_START)
def proxies_are_counted(**_: Any) -> list[Said]:
    """Return a warning where the proxy that HTTPS ends at is not counted."""
    return [Said(_NO_PROXY, id="units.W001")] if settings.HTTPS and not settings.PROXIES else []
