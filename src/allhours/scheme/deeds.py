"""The journal's words of this room; `accounts.deeds` finds them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

DEEDS = {
    "calendar.read": _("更新工作日历"),
    "county.named": _("设定县名"),
    "scheme.published": _("发布工作方案"),
}
SUBJECTS = {
    "calendar": _("工作日历"),
    "county": _("县"),
    "schemeversion": _("工作方案"),
}
