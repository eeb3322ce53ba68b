"""Request keys without a second index, which the planner mistook for the first; of the trail's objects few that are not entered
yet, so that nobody waits while tens of thousands are."""

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
                migrations.RunSQL(  # nothing is built anew
                    "ALTER INDEX operations_audit_objects SET (gin_pending_list_limit = 128)",
                    "ALTER INDEX operations_audit_objects RESET (gin_pending_list_limit)",
                )
            ],
            state_operations=[
                migrations.RemoveIndex(model_name="auditentry", name="operations_audit_objects"),
                migrations.AddIndex(
                    model_name="auditentry",
                    index=django.contrib.postgres.indexes.GinIndex(
                        fields=["objects_named"], gin_pending_list_limit=128, name="operations_audit_objects"
                    ),
                ),
            ],
        ),
    ]
