"""`manage.py freeze_sql`: for developers, who write a migration that brings SQL (docs/architecture.md, "Data")."""

from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandParser

from poi_api.database.sql import frozen_path, live
from units.history.registry import recorders_of, rules


class Command(BaseCommand):
    help = "Write the live SQL of an app beside a migration, whose `frozen(__file__)` it becomes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("app")
        parser.add_argument("migration", help="its name, such as 0002_rules")
        parser.add_argument("files", nargs="*", help="names in the app's sql/; without any: all that rules consist of")
        parser.add_argument("--recorder", action="append", default=[], metavar="ENTITY", help="of a further table")

    def handle(self, *args: Any, **options: Any) -> None:
        app, files = options["app"], tuple(options["files"])
        further = [recorder.sql() for recorder in recorders_of(app) if recorder.entity in options["recorder"]]
        path = frozen_path(Path(apps.get_app_config(app).path, "migrations", f"{options['migration']}.py"))
        path.parent.mkdir(exist_ok=True)
        parts = [*([live(app, files)] if files else []), *further] or [rules(app)]
        path.write_text("\n".join(parts), encoding="utf-8")
        self.stdout.write(f"{path}")
