import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ListExport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('listing', models.CharField(max_length=80)),
                ('filters', models.JSONField()),
                ('exported_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('row_count', models.PositiveIntegerField()),
                ('person_count', models.PositiveIntegerField()),
                ('columns', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None)),
                ('digest', models.CharField(max_length=64)),
                ('through', models.CharField(max_length=20, null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='access',
            name='export',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='accesses', to='people.listexport'),
        ),
        migrations.AddIndex(
            model_name='listexport',
            index=models.Index(fields=['exported_at'], name='people_export_by_time'),
        ),
        migrations.AddIndex(
            model_name='listexport',
            index=models.Index(fields=['account', 'exported_at'], name='people_export_by_account'),
        ),
        migrations.AddConstraint(
            model_name='listexport',
            constraint=models.CheckConstraint(condition=models.Q(('person_count__gte', 1), ('row_count__gte', 1)), name='people_export_of_somebody'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='listexport',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nRAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';\n", hash='e346d524c2d7ea4962a2d0703918cd3ba71b0620', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_3bbae', table='people_listexport', when='BEFORE')),
        ),
    ]
