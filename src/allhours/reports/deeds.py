"""The journal's words of this room; `accounts.deeds` finds them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

DEEDS = {
    "register.exported": _("导出登记册"),
}
SUBJECTS = {
    "register": _("登记册"),
}
