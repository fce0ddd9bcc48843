"""Which posts count for a member's year, and why not. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allhours.kernel.errors import Refusal
from allhours.needs.choices import ClaimState

# What is on, or was on to its end, counts; what was given or taken back, by its days.
WHOLE = frozenset({ClaimState.LIVE, ClaimState.FULFILLED})
BROKEN = frozenset({ClaimState.WITHDRAWN, ClaimState.RELEASED})


@dataclass(frozen=True)
class Held:
    """One claim of a post; `placed`: it was more than an application."""

    state: str
    placed: bool
    since: datetime
    until: datetime | None = None


def counts(held: Held, after_days: int) -> bool:
    if held.state in WHOLE:
        return True
    if held.state not in BROKEN or not held.placed or held.until is None:
        return False
    return held.until - held.since >= timedelta(days=after_days)


def because(held: Held, after_days: int) -> str:
    """In words, to the member."""
    if held.state == ClaimState.LIVE:
        return _("在岗，计入本年")
    if held.state == ClaimState.FULFILLED:
        return _("服务期满，计入本年")
    if held.state == ClaimState.WAITING:
        return _("社区确认后计入本年")
    if held.state in BROKEN and held.placed:
        words = {"days": after_days}
        if counts(held, after_days):
            return _("在岗满 %(days)s 天，计入本年") % words
        return _("在岗不足 %(days)s 天，不计入本年") % words
    return _("没有上岗，不计入本年")


NOBODY = Refusal(
    "post.nobody_to_remind", gettext_lazy("没有可以提醒的同志：都已选岗，或近几天已经提醒过。")
)
NOT_ASKED = Refusal("post.not_asked", gettext_lazy("方案没有规定每人须选岗，不发提醒。"))
