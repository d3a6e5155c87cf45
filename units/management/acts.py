"""What commands share that act: how it is recorded and refused, and how a person's one-time link is told."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.urls import reverse

from poi_api.http.exceptions import RefusedError
from poi_api.server.addresses import ServingError, public_address
from units.history.change_sets import recorded_transaction


@contextmanager
def act_of(command: str, cause: str = "") -> Iterator[None]:
    """Run the block as one act of a command. Raises CommandError, in Spanish, for what is refused in it."""
    try:
        with recorded_transaction(actor=f"command:{command}", cause=cause):
            yield
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    except (ValueError, RefusedError) as error:
        raise CommandError(str(error)) from error


def add_role(parser: CommandParser) -> None:
    """Let a command be told which role it gives, and where."""
    parser.add_argument("--role", required=True, metavar="ROL", help="reader, reporter, reviewer o planner")
    parser.add_argument("--unit", metavar="CÓDIGO", help="unidad; sin ella, el rol es sobre toda la instalación")


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
