"""Orders from the menu, posts that members propose, demands, and passing a post on."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from allhours.kernel.errors import Refusal
from allhours.needs.choices import OrderState
from allhours.needs.models import PostOrder
from allhours.needs.rules.posts import ITEM_UNKNOWN
from allhours.scheme.schema import Menu

NO_COMMUNITY = Refusal(
    "order.no_community", _("您还没有编入社区，也没有填写居住社区，请先在信息卡中填写。")
)
OFFERED = Refusal("order.offered", _("您的社区已有这一项的岗位，请直接认领。"))
ORDERED = Refusal("order.ordered", _("这一项您已点单，请等社区设岗。"))
TOO_MANY = Refusal(
    "order.too_many", _("岗位和点单合计最多 %(limit)s 个，已达上限；退出或撤回一个后可再选。")
)
OUTSIDE = Refusal("order.outside", _("本县岗位须从服务菜单中选择，不能自荐菜单以外的岗位。"))
TITLE_MISSING = Refusal("order.title_missing", _("请填写您愿意做什么。"))
NOT_YOURS = Refusal("order.not_yours", _("这不是您的点单。"))
NOT_OPEN = Refusal("order.not_open", _("这份点单已是“%(state)s”，请刷新页面查看。"))
MEMBER_FULL = Refusal("order.member_full", _("这位党员今年选的岗位已达上限，请先与本人联系。"))

HEADS_MISSING = Refusal("demand.heads_missing", _("请填写需要几个人。"))
TEXT_MISSING = Refusal("demand.text_missing", _("请写明需要什么服务。"))
DEMAND_NOT_OPEN = Refusal("demand.not_open", _("这项需求已是“%(state)s”，请刷新页面查看。"))

NOT_WAITING = Refusal("post.not_waiting", _("这份申请已是“%(state)s”，请刷新页面查看。"))
OWN_REQUEST = Refusal("post.own_request", _("不能办理本人的事项，请由其他同志办理。"))
NO_PLACE = Refusal("post.no_place", _("岗位名额已满，请先增加人数再接收。"))
NOBODY_THERE = Refusal("handover.nobody", _("没有找到同单位或同社区的这位党员，请核对姓名和编号。"))
TO_ONESELF = Refusal("handover.to_oneself", _("不能交接给自己，请填写另一位党员。"))
ON_IT = Refusal("handover.on_it", _("对方已在这个岗位上，或正在申请。"))
OFFER_OPEN = Refusal("handover.open", _("您已请另一位党员接手，请等答复或先撤回。"))
OFFER_NOT_YOURS = Refusal("handover.not_yours", _("这项交接与您无关。"))
OFFER_ENDED = Refusal("handover.ended", _("这项交接已是“%(state)s”，请刷新页面查看。"))


def order_refusals(
    *, item: str, title: str, community: int | None, offered: bool, menu: Menu
) -> list[Refusal]:
    """Why a member may not ask for this post; `item` "" is one of their own outside the menu."""
    if community is None:
        return [NO_COMMUNITY]
    if not item:
        if not menu.outside_allowed:
            return [OUTSIDE]
        return [] if title.strip() else [TITLE_MISSING]
    if menu.item(item) is None:
        return [ITEM_UNKNOWN]
    return [OFFERED] if offered else []


def open_refusals(order: PostOrder) -> list[Refusal]:
    if order.state == OrderState.OPEN:
        return []
    return [NOT_OPEN.having(state=order.get_state_display())]


def demand_refusals(*, item: str, text: str, heads: int, menu: Menu) -> list[Refusal]:
    reasons = []
    if menu.item(item) is None:
        reasons.append(ITEM_UNKNOWN)
    if not text.strip():
        reasons.append(TEXT_MISSING)
    if heads < 1:
        reasons.append(HEADS_MISSING)
    return reasons
