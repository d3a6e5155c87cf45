"""`manage.py unlock`: let a person try again whose failed attempts to log in were too many (docs/decisions/0019)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from units.access.attempts import forget_name


class Command(BaseCommand):
    help = "Olvida los intentos fallidos de entrar con un usuario, que puede intentarlo otra vez."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="USUARIO", help="el nombre de usuario, en mayúsculas o minúsculas")

    def handle(self, *args: Any, **options: Any) -> None:
        if not forget_name(options["name"]):
            raise CommandError(f"No hay intentos fallidos con el usuario «{options['name']}»: revise cómo se escribe.")
        self.stdout.write(f"Se puede entrar otra vez como «{options['name']}».")
