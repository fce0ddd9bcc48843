"""The journal's words of this room; `accounts.deeds` finds them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

DEEDS = {
    "ledger.exported": _("导出台账"),
    "ledger.reversed": _("冲销台账"),
    "ledger.sealed": _("封存台账"),
}
SUBJECTS = {
    "dailyseal": _("台账封存"),
    "entry": _("台账记录"),
    "ledger": _("台账"),
    "seal": _("台账封存"),
}
