from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def keep_what_was_said(apps: Any, schema_editor: Any) -> None:
    """The last word on each promise becomes its first note."""
    item, note = apps.get_model("needs", "PledgeItem"), apps.get_model("needs", "PledgeNote")
    said = item.objects.filter(progress_at__isnull=False)
    note.objects.bulk_create(
        [
            note(item_id=pk, text=text, done_on=done_on, at=at)
            for pk, text, done_on, at in said.values_list("pk", "progress", "done_on", "progress_at")
        ],
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [("needs", "0010_wish_imports")]

    operations = [
        migrations.CreateModel(
            name="PledgeNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=300, verbose_name="践诺情况")),
                ("done_on", models.DateField(null=True, verbose_name="完成日期")),
                ("at", models.DateTimeField()),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes",
                        to="needs.pledgeitem",
                    ),
                ),
            ],
            options={"ordering": ("at", "pk")},
        ),
        migrations.RunPython(keep_what_was_said, migrations.RunPython.noop),
    ]
