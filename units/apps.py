"""The app of units, people, keys and history."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class UnitsConfig(AppConfig):
    name = "units"
    verbose_name = "Unidades orgánicas"
    # This app's SQL files, in the order in which they are run: those that its tables need, and those that need them
    sql_before_tables = ("fold",)
    sql = ("tree", "append_only", "change_order", "changes", "past", "institution_links")

    def ready(self) -> None:
        autodiscover_modules("recorders", "access.checks", "unfinished")
