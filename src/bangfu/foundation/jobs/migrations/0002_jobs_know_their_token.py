"""A job keeps the token through which it was asked for, and the token's limits."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="job", name="through", field=models.CharField(max_length=20, null=True)
        ),
        migrations.AddField(
            model_name="job",
            name="limited_to",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=80), null=True, size=None
            ),
        ),
    ]
