"""Notices."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from allhours.rights import words
from allhours.rights.choices import SubjectKind
from allhours.rights.holdings import Holding, Part, fact, gone, of_user, older, register, stays

register(
    Holding(
        code="notices",
        title=_("消息"),
        subjects=(SubjectKind.MEMBER, SubjectKind.ACCOUNT),
        purpose=_("告诉本人与其有关的事项"),
        basis=words.DUTY,
        source=words.BY_SYSTEM,
        seen_by=("self",),
        keeps="notice_days",
        order=60,
        parts=(
            Part(
                "notifications.Notice",
                of_user(),
                (
                    fact("key", _("消息")),
                    fact("params", _("内容"), free=True),
                    fact("url", _("页面")),
                    fact("created_at", _("时间")),
                    fact("read_at", _("阅读时间")),
                    *stays("user about"),
                ),
                deleted=True,
                aged=older("created_at"),
                aged_deleted=True,
            ),
        ),
    ),
    Holding(
        code="mail",
        title=_("通知方式和电子邮箱"),
        subjects=(SubjectKind.MEMBER, SubjectKind.ACCOUNT),
        purpose=_("按本人选择在系统外提醒；邮件不含姓名和内容"),
        basis=words.CONSENT,
        source=words.BY_SELF,
        seen_by=("self",),
        keeps="notice_days",
        order=62,
        parts=(
            Part(
                "notifications.Contact",
                of_user(),
                (
                    fact("address_sealed", _("电子邮箱"), erased=""),
                    fact("confirmed_at", _("确认时间")),
                    fact("stopped_at", _("停止时间")),
                    fact("digest_days", _("汇总日")),
                    *gone("asked_sealed asked_hash"),
                    *stays("user"),
                ),
                deleted=True,
            ),
            Part(
                "notifications.Outgoing",
                of_user(),
                (
                    fact("created_at", _("提醒时间")),
                    fact("state", _("提醒状态")),
                    *gone("secret_sealed"),
                    *stays("user channel batch error"),
                ),
                deleted=True,
                aged=older("ended_at"),
                aged_deleted=True,
            ),
            Part(
                "notifications.DigestSent",
                of_user(),
                (fact("week", _("汇总周次")), *stays("user batch")),
                deleted=True,
            ),
        ),
    ),
)
