"""A subscription made through a token ends when the token expires."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0003_subscriptions_end_with_their_token")]

    operations = [
        migrations.AddField(
            model_name="subscription", name="ends_at", field=models.DateTimeField(null=True)
        ),
        migrations.AddIndex(
            model_name="subscription",
            index=models.Index(
                condition=models.Q(("ends_at__isnull", False), ("stopped_at__isnull", True)),
                fields=["ends_at"],
                name="webhooks_ending",
            ),
        ),
    ]
