"""服务承诺: what may be promised, and who may take the next step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from allhours.kernel.errors import Refusal
from allhours.kernel.periods import Period

NOT_A_MEMBER = Refusal("pledge.not_a_member", _("承诺须以在册党员身份登录后填写。"))
NOT_USED = Refusal("pledge.not_used", _("本县的工作方案没有设服务承诺。"))
NOT_PLACED = Refusal("pledge.not_placed", _("您还没有编入社区，编入后再填写承诺。"))
NO_ITEM = Refusal("pledge.no_item", _("请至少写一件承诺事项。"))
TOO_MANY = Refusal("pledge.too_many", _("承诺事项最多 %(most)s 件，请合并或删减。"))
DUE_OUTSIDE = Refusal(
    "pledge.due_outside", _("第 %(number)s 件的完成时限应在 %(first)s 至 %(last)s 之间。")
)
NOT_DRAFT = Refusal("pledge.not_draft", _("这份承诺已提交，现在是“%(state)s”，不能再改。"))
NOT_WAITING = Refusal("pledge.not_waiting", _("这份承诺现在是“%(state)s”，不能这样办理。"))
OWN = Refusal("pledge.own", _("不能办理自己的承诺，请由其他同志办理。"))
NOT_YOUR_POST = Refusal("pledge.not_your_post", _("只能写您已认领的岗位，请先认领。"))
REASON_MISSING = Refusal("pledge.reason_missing", _("请写明原因，本人会看到。"))
NOTHING_CHOSEN = Refusal("pledge.nothing_chosen", _("请至少为一份承诺选择评诺结果。"))
OF_ROW = Refusal("pledge.of_row", _("%(who)s：%(why)s"))
NOT_PUBLIC = Refusal("pledge.not_public", _("本县的工作方案没有设承诺公示。"))
NO_CONSENT = Refusal("pledge.no_consent", _("本人没有同意公开，不能公示。"))
NOT_RECEIVED = Refusal("pledge.not_received", _("社区接收以后才能公示。"))
RESULT_MISSING = Refusal("pledge.result_missing", _("请选择评诺结果。"))
DONE_LATER = Refusal("pledge.done_later", _("完成日期不能晚于今天。"))
TEXT_MISSING = Refusal("pledge.text_missing", _("请写几个字说明进展。"))
NOT_ASSESSED = Refusal("pledge.not_assessed", _("评诺以后才能填写本人说明。"))


@dataclass(frozen=True)
class Promise:
    """One thing promised, as it is written down."""

    text: str
    due_on: date
    measures: str = ""
    for_whom: str = ""


def draft_refusals(promises: Sequence[Promise], *, most: int, year: Period) -> list[Refusal]:
    """`most` things at most, each due within the programme year."""
    if not promises:
        return [NO_ITEM]
    if len(promises) > most:
        return [TOO_MANY.having(most=most)]
    return [
        DUE_OUTSIDE.having(number=number, first=year.first.isoformat(), last=year.last.isoformat())
        for number, promise in enumerate(promises, start=1)
        if not year.first <= promise.due_on <= year.last
    ]


def progress_refusals(text: str, done_on: date | None, *, today: date) -> list[Refusal]:
    reasons = []
    if not text.strip():
        reasons.append(TEXT_MISSING)
    if done_on is not None and done_on > today:
        reasons.append(DONE_LATER)
    return reasons
