"""The app of what it adds up to."""

from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Reportes"
    sql = ("totals",)  # this app's SQL files, in the order in which they are run

    def ready(self) -> None:
        """Find the reports, so that others can ask them by name, and what holds plans."""
        for package in iter_modules([self.path]):
            module = f"{self.name}.{package.name}.report"
            if package.ispkg and find_spec(module):
                import_module(module)
        import_module(f"{self.name}.publications.withdrawing")
