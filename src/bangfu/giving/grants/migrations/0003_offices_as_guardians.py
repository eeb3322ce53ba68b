from django.db import migrations, models

RELATIONS = [
    ("SELF", "the pupil, of age"),
    ("FATHER", "father"),
    ("MOTHER", "mother"),
    ("GRANDPARENT", "grandparent"),
    ("SIBLING", "grown sibling"),
    ("OTHER", "other guardian"),
    ("OFFICE", "village committee or civil affairs"),
]


class Migration(migrations.Migration):
    dependencies = [("grants", "0002_payouts")]

    operations = [
        migrations.AlterField(
            model_name=name,
            name="relation",
            field=models.CharField(choices=RELATIONS, max_length=11),
        )
        for name in ("application", "applicationevent")
    ]
