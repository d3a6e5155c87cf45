"""The unit tree, the order of changes and the recorders of this app's tables.

Not reversible: without its rules the history would be kept by nobody.
"""

from django.db import migrations

from poi_api.database.sql import frozen


class Migration(migrations.Migration):
    dependencies = [("units", "0001_initial"), ("socialaccount", "0006_alter_socialaccount_extra_data")]

    operations = [migrations.RunSQL(frozen(__file__))]
