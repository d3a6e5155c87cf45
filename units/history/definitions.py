"""The live definitions of an app's functions, triggers and recorders: what a migration freezes."""

from django.apps import apps

from poi_api.database.sql import live
from units.history.registry import recorders_of


def rules(app: str) -> str:
    """Return the SQL that is run once an app's tables are made: its files in order, and its recorders.

    Last, what refers to a unit does so at once (units/sql/tree.sql).
    """
    files = live(app, apps.get_app_config(app).sql)  # type: ignore[attr-defined]
    recorders = "".join(recorder.sql() for recorder in recorders_of(app))
    return f"{files}{recorders}\nCALL refer_to_units_at_once('{app}');\n"
