"""Notices of appointments said at which page, but not of what: none of them was ever done."""

import re

from django.db import migrations

PAGE = re.compile(r"/desk/people/(\d+)/$")
KEYS = ("appointment.proposed", "appointment.approved", "appointment.delegated")
AT_ONCE = 500


def say_what(apps, schema_editor):
    Notice = apps.get_model("notifications", "Notice")
    rows = Notice.objects.filter(key__in=KEYS, about="", done_at=None)
    changed = []
    for notice in rows.only("pk", "url").iterator(chunk_size=AT_ONCE):
        found = PAGE.search(notice.url)
        if found:
            notice.about = f"appointment:{found[1]}"
            changed.append(notice)
    Notice.objects.bulk_update(changed, ["about"], batch_size=AT_ONCE)


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_what_leaves_the_system")]
    operations = [migrations.RunPython(say_what, migrations.RunPython.noop)]
