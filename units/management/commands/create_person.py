"""`manage.py create_person`: a person's account and role, and the link for its password (api.md, "Operations")."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from poi_api.http.exceptions import Conflict
from units.history.change_sets import recorded_transaction
from units.management.told_link import add_address, link_in_words
from units.services.clients import role_named, scope_in_words, scope_named
from units.services.people import create_person, new_link


class Command(BaseCommand):
    help = "Crea la cuenta de una persona con un rol, y escribe el enlace con el que elige su contraseña."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="USUARIO", help="con qué nombre entra, p. ej. mquispe")
        parser.add_argument("--role", required=True, metavar="ROL", help="reader, reporter, reviewer o planner")
        parser.add_argument("--unit", metavar="CÓDIGO", help="unidad; sin ella, el rol es sobre toda la instalación")
        parser.add_argument("--full-name", default="", metavar="NOMBRE", help="nombres y apellidos")
        add_address(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            role, unit = role_named(options["role"]), scope_named(options["unit"])
            with recorded_transaction(actor="command:create_person"):
                person = create_person(name=options["name"], role=role, unit=unit, full_name=options["full_name"])
                secret = new_link(person)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except (ValueError, Conflict) as error:
            raise CommandError(str(error)) from error
        scope = scope_in_words(unit)
        self.stdout.write(f"{person.username}: {role.label} en {scope}.")
        self.stdout.write(link_in_words(secret, options["at"]))
