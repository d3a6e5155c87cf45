"""Kept totals, and the recorders of this app's tables.

Not reversible: without its rules the history would be kept by nobody.
"""

from django.db import migrations

from poi_api.database.sql import frozen


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]

    operations = [migrations.RunSQL(frozen(__file__))]
