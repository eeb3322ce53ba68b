"""Requests are counted by the database, for all processes and machines, in a table that writes no log."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("api", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Sent",
            fields=[
                ("who", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("stretch", models.BigIntegerField()),
                ("count", models.IntegerField()),
            ],
            options={"indexes": [models.Index(fields=["stretch"], name="api_sent_by_stretch")]},
        ),
        migrations.RunSQL("ALTER TABLE api_sent SET UNLOGGED", "ALTER TABLE api_sent SET LOGGED"),
    ]
