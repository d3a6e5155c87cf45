"""The app of what it adds up to."""

from importlib import import_module
from pathlib import Path

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Reportes"
    sql = ("totals",)  # this app's SQL files, in the order in which they are run

    def ready(self) -> None:
        """Find the reports, so that others can ask them by name, and what holds plans."""
        for declared in sorted(Path(self.path).glob("*/report.py")):
            import_module(f"{self.name}.{declared.parent.name}.report")
        import_module(f"{self.name}.publications.withdrawing")
