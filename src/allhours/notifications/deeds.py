"""The journal's words of this room; `accounts.deeds` finds them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

DEEDS = {
    "contact.address_asked": _("登记邮箱"),
    "contact.address_confirmed": _("确认邮箱"),
    "contact.address_removed": _("删除邮箱"),
    "contact.choices_saved": _("设定通知方式"),
    "contact.resumed": _("恢复邮件通知"),
    "contact.stopped": _("停止邮件通知"),
    "outbox.retried": _("重发邮件"),
    "outbox.test_sent": _("发送测试邮件"),
}
SUBJECTS = {
    "contact": _("通知方式"),
    "outbox": _("发件箱"),
    "outgoing": _("待发邮件"),
}
