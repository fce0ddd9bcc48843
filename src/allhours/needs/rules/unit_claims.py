"""Wishes that a unit claims: who may be named, and how far the unit may go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from allhours.directory.models import Organization
from allhours.kernel.errors import Refusal
from allhours.needs.choices import ClaimState
from allhours.needs.models import Claim, Wish
from allhours.needs.rules.claims import NOT_LIVE, audience_refusals, published_refusals
from allhours.scheme.schema.needs import Wishes as WishLimits

UNITS_DO_NOT = Refusal("claim.units_do_not", _("本方案不设单位认领，心愿由党员个人认领。"))
NOT_A_UNIT = Refusal("claim.not_a_unit", _("只有在册的单位可以认领心愿。"))
UNIT_HOLDS_IT = Refusal("claim.unit_holds_it", _("%(unit)s已认领这个心愿。"))
UNIT_TOO_MANY = Refusal(
    "claim.unit_too_many",
    _("%(unit)s手上已有 %(limit)s 个在办心愿，已达上限，办结后可再认领。"),
)
NOT_OF_UNIT = Refusal("claim.not_of_unit", _("只能安排本单位的在册党员。"))
HOLDS_IT = Refusal("claim.holds_it", _("该同志已在办理、参加或候补这个心愿，请另选。"))
ANSWERS_ALREADY = Refusal("claim.answers_already", _("这个心愿已由该同志负责。"))
WANTS_ANOTHER = Refusal("claim.wants_another", _("该同志已请单位另派，请另选一位。"))
UNIT_DELIVERED = Refusal("claim.unit_delivered", _("负责人已登记办理完成，正等待确认。"))
TOO_MANY_HELPERS = Refusal(
    "claim.too_many_helpers", _("一个心愿最多安排 %(most)s 位同志一同参加。")
)
NOT_HELPING = Refusal("claim.not_helping", _("参加这个心愿的名单里没有这位同志。"))
HELPERS_OWN_WISH = Refusal(
    "claim.helpers_own_wish", _("这是其中一位同志本人提出的心愿，请不要选该同志。")
)
NOBODY_NAMED = Refusal("claim.nobody_named", _("请选择本单位的一位党员负责。"))

MOST_HELPERS = 20


@dataclass(frozen=True)
class Named:
    """A member whom a unit wants to send, as far as the rule needs them.

    Whether the wish is their own is not asked here: the answer would tell the unit's desk who the
    wisher is. They learn of it themselves, and the delivery is refused.
    """

    member_id: int
    unit_id: int
    on_roster: bool
    communities: frozenset[int]
    holds_it: bool  # has an open claim of this wish, or helps with it


def unit_refusals(
    wish: Wish, unit: Organization, *, held: int, holds_it: bool, limits: WishLimits, now: datetime
) -> list[Refusal]:
    """Why the unit may not claim the wish, whomever it would send."""
    if limits.unit_open_claims == 0:
        return [UNITS_DO_NOT]
    if unit.closed_on is not None:
        return [NOT_A_UNIT]
    if holds_it:
        return [UNIT_HOLDS_IT.having(unit=unit.label)]
    reasons = published_refusals(wish, now)
    if not reasons and held >= limits.unit_open_claims:
        reasons = [UNIT_TOO_MANY.having(unit=unit.label, limit=limits.unit_open_claims)]
    return reasons


def named_refusals(wish: Wish, unit_id: int, people: Iterable[Named]) -> list[Refusal]:
    """Why the unit may not send these: one sentence for each kind of reason.

    A wish for its own community only is for its members, whoever sends them: a pairing of unit and
    community does not widen what its maker agreed to.
    """
    reasons: dict[str, Refusal] = {}
    for each in people:
        if each.unit_id != unit_id or not each.on_roster:
            reasons[NOT_OF_UNIT.code] = NOT_OF_UNIT
            continue
        for refusal in audience_refusals(wish, each.communities):
            reasons[refusal.code] = refusal
        if each.holds_it:
            reasons[HOLDS_IT.code] = HOLDS_IT
    return list(reasons.values())


def in_unit_hand_refusals(claim: Claim) -> list[Refusal]:
    """Whether the unit's claim is in hand and not yet delivered."""
    if claim.state != ClaimState.LIVE:
        return [NOT_LIVE.having(state=claim.get_state_display())]
    return [UNIT_DELIVERED] if claim.delivered_at is not None else []


def renaming_refusals(claim: Claim, member_id: int) -> list[Refusal]:
    """Whether this member may answer for it instead of the one who does or did."""
    reasons = in_unit_hand_refusals(claim)
    if not reasons and claim.member_id == member_id:
        reasons = [WANTS_ANOTHER if claim.is_unnamed else ANSWERS_ALREADY]
    return reasons
