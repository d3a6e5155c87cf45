"""The app of what was promised and done."""

from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "activities"
    verbose_name = "Actividades operativas"
    # This app's SQL files, in the order in which they are run: those that its tables need, and those that need them
    sql_before_tables = ("programme", "classification")
    sql = (
        "rules",
        "standing",
        "backdating",
        "measures",
        "shapes",
        "figures",
        "past_figures",
        "read_model",
        "naming",
        "submitting",
        "reviewing",
        "copies",
        "statistics",
    )
