"""What the feed needs to say who lost sight of an object, who gained it, and what it is."""

from pathlib import Path

import django.contrib.postgres.fields
from django.db import migrations, models

from units.recorders import RECORDERS

SQL = Path(__file__).resolve().parents[1] / "sql"
MOVE_ALONG = {"unit_alias", "membership", "client"}


class Migration(migrations.Migration):
    dependencies = [("units", "0003_feed")]

    operations = [
        migrations.AddField(
            "change",
            "previous_path",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(),
                editable=False,
                null=True,
                size=None,
                verbose_name="lugar anterior",
            ),
        ),
        migrations.AlterField(
            "change",
            "operation",
            models.CharField(
                choices=[
                    ("created", "Creado"),
                    ("updated", "Modificado"),
                    ("deleted", "Eliminado"),
                    ("moved", "Trasladado"),
                ],
                editable=False,
                max_length=8,
                verbose_name="operación",
            ),
        ),
        migrations.RemoveIndex("change", "change_unit_deleted"),
        migrations.RunSQL((SQL / "following.sql").read_text(), "DROP FUNCTION hold_tree CASCADE; DROP PROCEDURE refer_to_units_at_once; DROP FUNCTION copy_of;"),
        *[migrations.RunSQL(recorder.function_sql()) for recorder in RECORDERS],
        *[migrations.RunSQL(recorder.copy_sql(), recorder.undo_copy_sql()) for recorder in RECORDERS],
        *[
            migrations.RunSQL(recorder.moves_sql(), recorder.undo_moves_sql())
            for recorder in RECORDERS
            if recorder.entity in MOVE_ALONG
        ],
    ]
