"""What stands on the printed card of a wish and slip of a suggestion: the register's facts only."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from allhours.kernel import clock
from allhours.needs.choices import ClaimState, WishState
from allhours.needs.models import Claim, Suggestion, Wish
from allhours.needs.queries.channels import origin_title, suggestion_channels, wish_channels
from allhours.needs.queries.limits import categories
from allhours.needs.queries.suggestions import category_titles
from allhours.needs.queries.words import claimer_shown
from allhours.needs.sheet_cards import Filled

HELD = (ClaimState.LIVE, ClaimState.FULFILLED)


def _day(at: datetime | None) -> str:
    return clock.local_date(at).isoformat() if at else ""


def wish_sheet(wish: Wish, now: datetime) -> Filled:
    claims = Claim.objects.filter(wish=wish, state__in=HELD).select_related("member__unit", "unit")
    held = list(claims.order_by("claimed_at", "pk"))
    goods = sum(claim.goods_value_fen or 0 for claim in held)
    budget = _("%(n)s 元") % {"n": wish.budget_yuan} if wish.budget_yuan is not None else ""
    return Filled(
        community=wish.community.name,
        rows=(
            (_("公开编号"), wish.code, _("状态"), str(WishState(wish.state_at(now)).label)),
            (_("来源"), origin_title(wish.origin, wish_channels(now)), _("收到日期"),
             _day(wish.noted_at)),
            (_("心愿人"), str(wish.get_wisher_kind_display()), _("类别"),
             categories(now).get(wish.category, wish.category)),
            (_("预算"), budget, _("同意书版本"), wish.consent_version or _("未同意公开")),
            (_("认领日期"), _day(wish.claimed_at), _("办理完成"), _day(wish.delivered_at)),
            (_("捐物折价"), _("%(n)s 元") % {"n": f"{goods / 100:.2f}"} if goods else "", _("评价"),
             str(wish.get_rating_display() or "")),
        ),
        texts=(
            (_("公开内容"), wish.title),
            (_("认领人"), "；".join(
                f"{claim.member.member_no} {claim.member.name} {claim.member.unit.label}"
                if claim.unit is None
                else claimer_shown(claim, f"{claim.member.member_no} {claim.member.name}")
                for claim in held
            )),
        ),
    )  # fmt: skip


def suggestion_sheet(suggestion: Suggestion, now: datetime) -> Filled:
    main = suggestion.joined_to or suggestion
    steps = suggestion.steps.select_related("handler")
    chain = [suggestion.community.label, *(step.handler.label for step in steps)]
    kept = [name for at, name in enumerate(chain) if at == 0 or name != chain[at - 1]]
    due = suggestion.due_on.isoformat() if suggestion.due_on else ""
    return Filled(
        community=suggestion.community.name,
        rows=(
            (_("编号"), suggestion.code, _("状态"), str(suggestion.get_state_display())),
            (_("来源"), origin_title(suggestion.origin, suggestion_channels(now)),
             _("提出日期"), _day(suggestion.noted_at)),
            (_("性质"), str(suggestion.get_kind_display()), _("类别"),
             category_titles(now).get(suggestion.category, suggestion.category)),
            (_("受理日期"), _day(suggestion.accepted_at), _("期限"), due),
            (_("答复日期"), _day(main.answered_at), _("办理结果"),
             str(main.get_outcome_display() or "")),
            (_("并入"), main.code if suggestion.joined_to else "", _("评价"),
             str(suggestion.get_rating_display() or "")),
        ),
        texts=(
            (_("事由"), suggestion.title),
            (_("流转"), " → ".join(kept)),
            (_("答复"), main.answer),
        ),
    )  # fmt: skip
