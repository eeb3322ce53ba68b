from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0005_rolled_up_in_steps'),
    ]

    operations = [
        # What is sealed already is rolled up again, with spans to the end of any month, as soon as the worker starts.
        *(
            migrations.RunSQL(f"DELETE FROM ledger_{kept}", migrations.RunSQL.noop)
            for kept in ("cell", "plaincount", "sharedcount", "partycell", "countedmeasure", "branch")
        ),
        migrations.RunSQL(
            "INSERT INTO ledger_unrolled (block_id) SELECT number FROM ledger_block ON CONFLICT DO NOTHING",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL("UPDATE ledger_unrolled SET position = 0", migrations.RunSQL.noop),
    ]
