"""`manage.py new_link`: another link for a person's password, from the server (api.md, "Operations")."""

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from poi_api.http.exceptions import Conflict
from units.history.change_sets import recorded_transaction
from units.management.told_link import add_address, link_in_words
from units.services.people import new_link
from units.services.second_step import take_second_step


class Command(BaseCommand):
    help = "Escribe un enlace nuevo con el que una persona elige otra contraseña; puede quitar también su segundo paso."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="USUARIO", help="con qué nombre entra, p. ej. mquispe")
        parser.add_argument("--take-second-step", action="store_true", help="perdió su teléfono y sus códigos")
        add_address(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(username=options["name"], is_active=True).first()
        if person is None:
            raise CommandError(f"No hay ninguna cuenta activa con el usuario «{options['name']}».")
        try:
            with recorded_transaction(actor="command:new_link"):
                if options["take_second_step"]:
                    take_second_step(person=person)
                secret = new_link(person)
        except Conflict as conflict:
            raise CommandError(str(conflict)) from conflict
        if options["take_second_step"]:
            self.stdout.write(f"{person.username} entra desde ahora sin segundo paso.")
        self.stdout.write(link_in_words(secret, options["at"]))
