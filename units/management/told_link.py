"""How commands tell a person's one-time link."""

from django.core.management.base import CommandError, CommandParser
from django.urls import reverse

from poi_api.server.addresses import ServingError, public_address


def add_address(parser: CommandParser) -> None:
    """Let a command be told how the service is called."""
    parser.add_argument("--at", default="", metavar="URL", help="con qué dirección se llama al servicio")


def link_in_words(secret: str, at: str) -> str:
    """Return what a command writes of a link; alone on the last line. Raises CommandError for a PORT that is none."""
    try:
        base = at.rstrip("/") or public_address()
    except ServingError as error:
        raise CommandError(str(error)) from error
    link = base + reverse("invitation", args=[secret])
    return f"Este enlace vale 24 horas y una sola vez; no se volverá a mostrar:\n{link}"
