from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0004_distinct_counts'),
    ]

    operations = [
        migrations.AddField(
            model_name='unrolled',
            name='position',
            field=models.IntegerField(db_default=0),
        ),
        # What is sealed already is rolled up again, with spans of years, as soon as the worker starts.
        *(
            migrations.RunSQL(f"DELETE FROM ledger_{kept}", migrations.RunSQL.noop)
            for kept in ("cell", "plaincount", "sharedcount", "partycell", "countedmeasure", "branch")
        ),
        migrations.RunSQL(
            "INSERT INTO ledger_unrolled (block_id) SELECT number FROM ledger_block ON CONFLICT DO NOTHING",
            migrations.RunSQL.noop,
        ),
    ]
