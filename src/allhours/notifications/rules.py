"""When an address, a choice or a test is refused."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from allhours.kernel.errors import Refusal
from allhours.notifications.quiet import Span, covers, free_minutes

MAIL_OFF = Refusal("mail.off", _("本系统还没有设置发信，暂时不能用邮件提醒。"))
ADDRESS_WRONG = Refusal("mail.address_wrong", _("邮箱地址不完整，请检查后重新填写。"))
SAME_ADDRESS = Refusal("mail.same_address", _("这个邮箱已经确认过，无需再次填写。"))
TOO_OFTEN = Refusal("mail.too_often", _("确认邮件发得太多，请一小时后再试。"))
CODE_WRONG = Refusal("mail.code_wrong", _("确认码不对或已过期，请重新填写邮箱，再收一封。"))
NO_ADDRESS = Refusal("mail.no_address", _("还没有确认过的邮箱，请先填写并确认。"))
STOP_WRONG = Refusal(
    "mail.stop_wrong", _("链接不完整，请从邮件里重新打开，或登录后在通知设置里停发。")
)
QUIET_HALF = Refusal("mail.quiet_half", _("免打扰时段要同时填开始和结束时间。"))
QUIET_NARROW = Refusal(
    "mail.quiet_narrow", _("免打扰时段须包含 %(from)s–%(to)s，只能延长，不能缩短。")
)
QUIET_ALL_DAY = Refusal("mail.quiet_all_day", _("免打扰时段太长，每天至少留出一小时。"))
DAYS_TOO_MANY = Refusal("mail.days_too_many", _("每周汇总最多选 %(most)s 天。"))
DAYS_MISSING = Refusal("mail.days_missing", _("请选择在星期几收每周汇总。"))

ASKS_AN_HOUR = 3
LEAST_FREE_MINUTES = 60
WEEKDAYS = range(7)


def address_refusals(address: str) -> list[Refusal]:
    """An address in the form that goes into a mail's head: one, bare, ASCII."""
    try:
        validate_email(address)
    except ValidationError:
        return [ADDRESS_WRONG]
    return [] if address.isascii() and len(address) <= 254 else [ADDRESS_WRONG]


def quiet_refusals(own: Span | None, county: Span) -> list[Refusal]:
    """A person's quiet hours may only widen the county's, and leave some time to write in."""
    if own is None:
        return []
    if not covers(own, county):
        words = {"from": f"{county.begins:%H:%M}", "to": f"{county.ends:%H:%M}"}
        return [QUIET_NARROW.having(**words)]
    return [QUIET_ALL_DAY] if free_minutes([own]) < LEAST_FREE_MINUTES else []


def days_refusals(days: Sequence[int], most: int, *, needed: bool) -> list[Refusal]:
    """Days of the digest: as many as the scheme allows a week."""
    if len(set(days)) > most:
        return [DAYS_TOO_MANY.having(most=most)]
    return [DAYS_MISSING] if needed and not set(days) & set(WEEKDAYS) else []
