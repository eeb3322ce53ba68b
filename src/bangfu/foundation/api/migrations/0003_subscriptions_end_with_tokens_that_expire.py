"""Subscriptions made through tokens before they knew when these expire learn it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0002_requests_counted_by_the_database"),
        ("webhooks", "0004_subscriptions_end_when_their_token_expires"),
    ]

    operations = [
        migrations.RunSQL(
            "UPDATE webhooks_subscription SET ends_at = token.expires_at FROM api_apitoken token"
            " WHERE token.prefix = webhooks_subscription.through",
            migrations.RunSQL.noop,
        ),
    ]
