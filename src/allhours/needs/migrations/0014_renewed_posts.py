import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("needs", "0013_festivals")]

    operations = [
        migrations.AddField(
            model_name="post",
            name="renews",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="needs.post",
            ),
        ),
    ]
