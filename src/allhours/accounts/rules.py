"""Why a slip or a password is not taken."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from allhours.accounts.actor import NOT_YOURS_TO_DO, Actor
from allhours.accounts.choices import AccountReason
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
FACTOR_WRONG = Refusal(
    "factor.wrong",
    _("验证码不对或已经用过。请输入应用里现在显示的 6 位数字，或一个没用过的备用码。"),
)
KEY_UNPROVEN = Refusal("factor.key_unproven", _("验证码不对。请核对手机时间是否准确，再试一次。"))
PASSKEY_FAILED = Refusal(
    "factor.passkey_failed", _("通行密钥没有通过验证，请重试，或改用其他方式。")
)
LAST_FACTOR = Refusal(
    "factor.last", _("您的职务须用第二重验证登录，不能去掉最后一种。请先添加另一种。")
)
RESET_BY_ANOTHER = Refusal(
    "factor.reset_by_another",
    _("不能给自己重置。请由另一位安全管理员办理，或由运维人员用命令行办理。"),
)
UNLOCK_BY_ANOTHER = Refusal("account.unlock_by_another", _("不能给自己解锁，请等待或由他人办理。"))
REASON_MISSING = Refusal("account.reason_missing", _("请选择理由。"))
PROOF_WRONG = Refusal("account.proof_wrong", _("密码或验证码不对，请重新输入。"))
NOT_ONESELF = Refusal("account.not_oneself", _("不能停用自己的账号。"))
OLD_PASSWORD_WRONG = Refusal("password.old_wrong", _("原密码不对，请重新输入。"))
SAME_PASSWORD = Refusal("password.same", _("新密码与原密码相同，请换一个。"))

OWN_PASSWORD_FIRST = Refusal(
    "token.own_password_first", _("请先登录网页，把初始密码改成您自己的密码，再申请令牌。")
)

PASSWORD_WRONG = Refusal("password.wrong", _("密码不对，请重新输入。"))


def token_refusals(user: User) -> list[Refusal]:
    """Why no token is issued to somebody who has proved who they are."""
    if not user.is_active:
        return [LOCKED]
    return [OWN_PASSWORD_FIRST] if user.must_change_password else []


def own_refusals(actor: Actor, user: User) -> list[Refusal]:
    """A person's factors and sessions are theirs alone to change."""
    return [] if actor.is_system or actor.user_id == user.pk else [NOT_YOURS_TO_DO]


def too_many(left: timedelta) -> Refusal:
    """The same sentence whoever was meant: nothing can be found out by it."""
    minutes = max(1, -(-int(left.total_seconds()) // 60))
    text = ngettext(
        "试错次数过多，请在 %(minutes)d 分钟后再试。",
        "试错次数过多，请在 %(minutes)d 分钟后再试。",
        minutes,
    )
    return Refusal("account.too_many_tries", text % {"minutes": minutes})


def reason_refusals(reason: str) -> list[Refusal]:
    return [] if reason in AccountReason.values else [REASON_MISSING]


def removal_refusals(*, required: bool, others: int) -> list[Refusal]:
    """Why a factor stays: the role requires one, and there would be none."""
    return [LAST_FACTOR] if required and not others else []


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
