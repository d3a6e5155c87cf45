"""Why a request of a session was taken for somebody else's (CSRF), in words that say what to do."""

from django.middleware import csrf

_COOKIE = "csrftoken"


def explanation(reason: str, *, of_page: bool = False) -> str:
    """Return what Django's `reason` means for who sent a form of a page, or a request of a program."""
    if reason == csrf.REASON_NO_CSRF_COOKIE:
        return _NO_COOKIE[of_page]
    if reason == csrf.REASON_CSRF_TOKEN_MISSING:
        return _NO_TOKEN[of_page]
    if reason.startswith(_ABOUT_ORIGIN):
        return _OTHER_ORIGIN[of_page]
    return _WRONG_TOKEN[of_page]


# The parts of Django's reasons before what they quote
_ABOUT_ORIGIN = tuple(
    text.partition("%")[0]
    for text in (
        csrf.REASON_BAD_ORIGIN,
        csrf.REASON_BAD_REFERER,
        csrf.REASON_NO_REFERER,
        csrf.REASON_INSECURE_REFERER,
        csrf.REASON_MALFORMED_REFERER,
    )
)
_FORM = "Vuelva a la página, recárguela y envíe el formulario otra vez."
# For a program, and for a page
_NO_COOKIE = (
    f"Falta la cookie «{_COOKIE}»: pida primero una página, como /api/docs/, y envíe la cookie que trae, y su valor en "
    "la cabecera X-CSRFToken.",
    f"El navegador no envió la cookie «{_COOKIE}»: permita las cookies de este sitio. {_FORM}",
)
_NO_TOKEN = (
    f"Falta la cabecera X-CSRFToken: envíe en ella el valor de la cookie «{_COOKIE}».",
    f"El formulario venció o no se cargó completo. {_FORM}",
)
_WRONG_TOKEN = (
    f"El valor de X-CSRFToken no es el de la cookie «{_COOKIE}», que cambia al iniciar sesión: léala de nuevo.",
    f"La página se abrió antes de iniciar sesión, o con otra cuenta, y ya no vale. {_FORM}",
)
_OTHER_ORIGIN = (
    "El origen de la solicitud (Origin o Referer) no es este servicio ni está en CSRF_TRUSTED_ORIGINS.",
    "El formulario llegó desde otra dirección que la de este servicio, o sin decir desde cuál. Si llegó desde la "
    "suya, quien opera el servicio debe añadirla a CSRF_TRUSTED_ORIGINS.",
)
