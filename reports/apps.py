from django.apps import AppConfig


class ReportsConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "reports"
    verbose_name = "Reportes"
    sql = ("totals",)  # this app's SQL files, in the order in which they are run
