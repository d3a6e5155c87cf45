"""`manage.py create_client`: a key for a machine (api.md, "Operations")."""

from datetime import datetime, time, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from poi_api.database.clock import today
from poi_api.http.days import day_of
from units.management.acts import act_of, add_role
from units.services.clients import create_client, role_named, scope_in_words, scope_named


class Command(BaseCommand):
    help = "Crea un cliente y escribe su clave una sola vez, sola en la última línea."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="NOMBRE", help="cómo se llama el cliente")
        add_role(parser)
        parser.add_argument("--expires", metavar="FECHA", help="último día en que vale (AAAA-MM-DD, hora de Lima)")

    def handle(self, *args: Any, **options: Any) -> None:
        with act_of("create_client"):
            role, unit = role_named(options["role"]), scope_named(options["unit"])
            expires_at = _end_of(options["expires"])
            client, key = create_client(name=options["name"], role=role, unit=unit, expires_at=expires_at)
        scope = scope_in_words(unit)
        until = f"hasta el {options['expires']}" if expires_at else "sin vencimiento"
        self.stdout.write(f"Cliente {client.name}: {role.label} en {scope}, {until}. La clave no se volverá a mostrar:")
        self.stdout.write(key)


def _end_of(text: str | None) -> datetime | None:
    """Return the last moment in Lima of the day `text`. Raises ValueError unless it is a date from today on."""
    if text is None:
        return None
    try:
        day = day_of(text)
        following = datetime.combine(day + timedelta(days=1), time(), tzinfo=timezone.get_default_timezone())
    except (ValueError, OverflowError):
        raise ValueError(f"«{text}» no es una fecha: use AAAA-MM-DD.") from None
    if day < today():
        raise ValueError(f"La fecha {text} ya pasó.")
    return following - timedelta(microseconds=1)
