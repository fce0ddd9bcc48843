"""How a notice leaves the system. Values are stored: never rename."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class When(models.TextChoices):
    """When one category of notices may lead to a mail."""

    AT_ONCE = "at_once", _("尽快")
    DIGEST = "digest", _("每周汇总")
    NEVER = "never", _("不发邮件")


class OutgoingKind(models.TextChoices):
    ACTION = "action", _("待办提醒")
    DIGEST = "digest", _("每周汇总")
    SECURITY = "security", _("账号安全")
    CONFIRM = "confirm", _("确认邮箱")
    TEST = "test", _("测试邮件")


class OutgoingState(models.TextChoices):
    """Waiting → sending → sent, or failed; dropped: there was nothing left to say."""

    WAITING = "waiting", _("待发")
    SENDING = "sending", _("发送中")
    SENT = "sent", _("已发")
    FAILED = "failed", _("未发出")
    DROPPED = "dropped", _("已取消")
