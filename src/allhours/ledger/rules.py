"""When a fact may not be posted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from allhours.kernel import clock
from allhours.kernel.errors import Refusal

if TYPE_CHECKING:
    from allhours.ledger.models import Entry
    from allhours.ledger.values import Draft

LONGEST = 24 * 60  # minutes; service of several days is posted day by day

OVERLAP = Refusal(
    "ledger.overlap",
    _("这段时间已有记录：%(day)s %(from)s–%(until)s %(kind)s。同一时间只能记一次，请核对时间。"),
)
TOO_LONG = Refusal("ledger.too_long", _("一条记录最长 24 小时；跨日的服务请按日分别登记。"))
BAD_MINUTES = Refusal("ledger.bad_minutes", _("时长应大于 0，工作时间外的时长不能超过总时长。"))
STILL_COUNTED = Refusal(
    "ledger.source_live", _("这件事已经记过一次。请先冲销原记录，再登记更正后的内容。")
)
NUMBER_GONE = Refusal(
    "ledger.number_gone", _("该编号已并入另一编号，请刷新页面后按现在的编号办理。")
)
REVERSAL_FINAL = Refusal("ledger.reversal_final", _("冲销记录本身不能再冲销；请重新登记。"))


def draft_refusals(draft: Draft) -> list[Refusal]:
    """What is wrong with the draft by itself. A timed fact lasts at least one minute."""
    if draft.reverses is not None:
        return [REVERSAL_FINAL] if draft.reverses.reverses_id is not None else []
    bad = (
        draft.minutes < (0 if draft.started_at is None else 1)
        or not 0 <= draft.minutes_off <= draft.minutes
        or draft.quantity < 0
    )
    return [
        reason for reason, met in ((BAD_MINUTES, bad), (TOO_LONG, draft.minutes > LONGEST)) if met
    ]


def end_of(started_at: datetime, minutes: int) -> datetime:
    return started_at + timedelta(minutes=minutes)


def overlapping(draft: Draft, live: Iterable[Entry]) -> Entry | None:
    """The first of the member's live entries whose time meets the draft's; ends may touch."""
    if draft.started_at is None:
        return None
    until = end_of(draft.started_at, draft.minutes)
    for entry in live:
        if (
            entry.started_at is not None
            and entry.started_at < until
            and draft.started_at < end_of(entry.started_at, entry.minutes)
        ):
            return entry
    return None


def overlap_with(entry: Entry) -> Refusal:
    """The refusal, naming the entry that is in the way."""
    assert entry.started_at is not None  # noqa: S101 - only timed entries overlap
    begin = clock.local(entry.started_at)
    end = clock.local(end_of(entry.started_at, entry.minutes))
    return OVERLAP.having(
        **{
            "day": f"{begin:%Y-%m-%d}",
            "from": f"{begin:%H:%M}",
            "until": f"{end:%H:%M}",
            "kind": entry.get_kind_display(),
        }
    )
