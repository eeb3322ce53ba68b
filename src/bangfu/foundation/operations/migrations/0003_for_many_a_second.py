"""Request keys without a second index, which the planner mistook for the first; the trail's objects entered at once, so that
nobody waits while thousands that were pending are entered."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("operations", "0002_through"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="requestkey",
            name="actor",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(  # what was pending is entered by the next vacuum; nothing is built anew
                    "ALTER INDEX operations_audit_objects SET (fastupdate = off)",
                    "ALTER INDEX operations_audit_objects RESET (fastupdate)",
                )
            ],
            state_operations=[
                migrations.RemoveIndex(model_name="auditentry", name="operations_audit_objects"),
                migrations.AddIndex(
                    model_name="auditentry",
                    index=django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["objects_named"], name="operations_audit_objects"
                    ),
                ),
            ],
        ),
    ]
