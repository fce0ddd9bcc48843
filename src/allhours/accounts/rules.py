"""Why a slip or a password is not taken."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from allhours.accounts.models import ActivationSlip, User
from allhours.kernel.errors import Refusal

# One sentence for a wrong number, a wrong code and no such person: nothing can be found out here.
SLIP_UNKNOWN = Refusal(
    "slip.unknown", _("编号或激活码不对。请对照激活单逐字核对，仍不对请联系签发单位。")
)
SLIP_USED = Refusal("slip.used", _("这张激活单已经用过。忘记密码请联系本单位联络员重新签发。"))
SLIP_REVOKED = Refusal("slip.revoked", _("这张激活单已被新的激活单代替，请使用最近签发的一张。"))
SLIP_EXPIRED = Refusal("slip.expired", _("这张激活单已过期，请联系本单位联络员重新签发。"))
LOCKED = Refusal("account.locked", _("该账号已停用，请联系安全管理员。"))
NOT_ONESELF = Refusal("account.not_oneself", _("不能停用自己的账号。"))
OLD_PASSWORD_WRONG = Refusal("password.old_wrong", _("原密码不对，请重新输入。"))
SAME_PASSWORD = Refusal("password.same", _("新密码与原密码相同，请换一个。"))

OWN_PASSWORD_FIRST = Refusal(
    "token.own_password_first", _("请先登录网页，把初始密码改成您自己的密码，再申请令牌。")
)


def token_refusals(user: User) -> list[Refusal]:
    """Why no token is issued to somebody who has proved who they are."""
    if not user.is_active:
        return [LOCKED]
    return [OWN_PASSWORD_FIRST] if user.must_change_password else []


def slip_refusals(slip: ActivationSlip | None, username: str, now: datetime) -> list[Refusal]:
    if slip is None or slip.user.username != username:
        return [SLIP_UNKNOWN]
    if not slip.user.is_active:
        return [LOCKED]
    if slip.used_at is not None:
        return [SLIP_USED]
    if slip.revoked_at is not None:
        return [SLIP_REVOKED]
    return [SLIP_EXPIRED] if slip.expires_at <= now else []


def password_refusals(password: str, user: User) -> list[Refusal]:
    """What the rules of `AUTH_PASSWORD_VALIDATORS` say against a password."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        return [
            Refusal(f"password.{each.code}", str(message))
            for each in error.error_list
            for message in each.messages
        ]
    return []
