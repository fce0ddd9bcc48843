from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("needs", "0011_pledge_notes")]

    operations = [
        migrations.AddField(
            model_name="claimallowance",
            name="post_reminded_on",
            field=models.DateField(null=True),
        ),
    ]
