"""The journal's words of this room; `accounts.deeds` finds them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

DEEDS = {
    "job.file_taken": _("取走任务产生的文件"),
}
SUBJECTS = {
    "job": _("后台任务"),
}
