"""What the journal says of addresses, choices and the outbox."""

from django.utils.translation import gettext_lazy as _

DEEDS = {
    "contact.address_asked": _("填写邮箱，待确认"),
    "contact.address_confirmed": _("确认邮箱"),
    "contact.address_removed": _("删除邮箱"),
    "contact.choices_saved": _("修改通知设置"),
    "contact.stopped": _("停发邮件"),
    "contact.resumed": _("恢复邮件提醒"),
    "outbox.test_sent": _("发测试邮件"),
    "outbox.retried": _("重发未发出的邮件"),
}
SUBJECTS = {
    "contact": _("通知设置"),
    "outgoing": _("邮件"),
    "outbox": _("发信情况"),
}
