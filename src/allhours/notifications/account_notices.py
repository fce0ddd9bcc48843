"""What happened to one's own account; accounts stand below and know nothing of notices."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from allhours.accounts.events import AccountEvent, when_happened
from allhours.notifications import texts
from allhours.notifications.actions import tell

TEXTS = {
    "account.password_changed": _("密码已更改。不是您本人改的，请马上联系安全管理员。"),
    "account.new_device": _(
        "您的账号在一台新设备（%(browser)s）上登录。不是您本人，请马上更改密码。"
    ),
    "account.factor_added": _("您的账号新增了第二重验证方式。不是您本人，请马上联系安全管理员。"),
    "account.factor_removed": _(
        "您的账号去掉了一种第二重验证方式。不是您本人，请马上联系安全管理员。"
    ),
    "account.factors_reset": _("安全管理员重置了您的第二重验证，请用新的激活单登录并重新设置。"),
    "account.recovery_used": _("您用一个备用码登录，还剩 %(left)s 个。"),
    "account.unlocked": _("安全管理员解除了您账号的锁定。"),
}
texts.register(TEXTS, category=texts.SECURITY, title=_("账号"))


@when_happened
def account_event(event: AccountEvent) -> None:
    tell(
        event.user_id,
        event.key,
        now=event.now,
        url=reverse("accounts:security"),
        **event.params,
    )
