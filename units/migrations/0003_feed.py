"""What the feed of changes is read by."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("units", "0002_rules")]

    operations = [
        migrations.AddIndex(
            "change",
            models.Index(
                fields=["object_id"],
                name="change_unit_deleted",
                condition=models.Q(entity="unit", operation="deleted"),
            ),
        ),
    ]
