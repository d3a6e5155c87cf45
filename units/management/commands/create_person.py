"""`manage.py create_person`: a person's account and role, and the link for its password (api.md, "Operations")."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from units.management.acts import act_of, add_address, add_role, link_in_words
from units.services.clients import role_named, scope_in_words, scope_named
from units.services.people import create_person, new_link


class Command(BaseCommand):
    help = "Crea la cuenta de una persona con un rol, y escribe el enlace con el que elige su contraseña."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="USUARIO", help="con qué nombre entra, p. ej. mquispe")
        add_role(parser)
        parser.add_argument("--full-name", default="", metavar="NOMBRE", help="nombres y apellidos")
        add_address(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        with act_of("create_person"):
            role, unit = role_named(options["role"]), scope_named(options["unit"])
            person = create_person(name=options["name"], role=role, unit=unit, full_name=options["full_name"])
            secret = new_link(person)
        self.stdout.write(f"{person.username}: {role.label} en {scope_in_words(unit)}.")
        self.stdout.write(link_in_words(secret, options["at"]))
