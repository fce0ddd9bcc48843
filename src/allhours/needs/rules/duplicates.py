"""Which wishes may be the same need twice, and when two may become one."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from allhours.kernel.errors import Refusal
from allhours.needs.choices import NEXT, WishState
from allhours.needs.models import Wish

SELF = Refusal("wish.merge_self", _("不能与自己合并，请选择另一个心愿。"))
ELSEWHERE = Refusal("wish.merge_elsewhere", _("只有同一社区的心愿可以合并。"))
NOT_ONGOING = Refusal(
    "wish.merge_not_ongoing", _("心愿 %(code)s 现在是“%(state)s”，不能再并入其他心愿。")
)
INTO_ENDED = Refusal(
    "wish.merge_into_ended", _("心愿 %(code)s 现在是“%(state)s”，不能把其他心愿并入。")
)
DELIVERED = Refusal(
    "wish.merge_delivered", _("已有认领人登记办理完成，请先确认办结或退回，再决定是否合并。")
)
UNKNOWN = Refusal("wish.merge_unknown", _("没有查到这个编号的心愿，请核对编号。"))

ALIKE = 0.5  # share of common character pairs from which two texts are shown as alike
ONGOING = (
    WishState.NOTED,
    WishState.VERIFIED,
    WishState.SCHEDULED,
    WishState.OPEN,
    WishState.CLAIMED,
)


def merge_refusals(wish: Wish, into: Wish, *, delivered: bool) -> list[Refusal]:
    """Whether `wish` may go on as `into`. `delivered`: a live claim of `wish` was reported done."""
    if wish.pk == into.pk:
        return [SELF]
    reasons = []
    if WishState.MERGED not in NEXT.get(WishState(wish.state), set()):
        reasons.append(NOT_ONGOING.having(code=wish.code, state=wish.get_state_display()))
    elif delivered:
        reasons.append(DELIVERED)
    if wish.community_id != into.community_id:
        reasons.append(ELSEWHERE)
    if into.state not in ONGOING:
        reasons.append(INTO_ENDED.having(code=into.code, state=into.get_state_display()))
    return reasons
