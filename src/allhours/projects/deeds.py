"""The journal's words of this room; `accounts.deeds` finds them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

DEEDS = {
    "project.edited": _("修改特色项目"),
    "project.ended": _("结束特色项目"),
    "project.opened": _("设立特色项目"),
    "project.published": _("公开特色项目"),
    "project.unpublished": _("停止公开特色项目"),
}
SUBJECTS = {
    "project": _("特色项目"),
}
