"""Who may claim, deliver, confirm and give back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from allhours.kernel import clock
from allhours.kernel.errors import Refusal
from allhours.needs.choices import ClaimState, WishState
from allhours.needs.models import Claim, Wish
from allhours.scheme.schema.needs import Wishes as WishLimits

NOT_A_MEMBER = Refusal("claim.not_a_member", _("认领心愿须以在册党员身份登录。"))
NOT_PUBLISHED = Refusal("claim.not_published", _("这个心愿尚未发布，暂不能认领。"))
OPENS_LATER = Refusal("claim.opens_later", _("这个心愿将于 %(at)s 开放认领，请届时再来。"))
ALREADY_TAKEN = Refusal("claim.already_taken", _("这个心愿刚刚已被其他同志认领，谢谢您的热心。"))
ENDED = Refusal("claim.ended", _("这个心愿已经结束（%(state)s），不再认领。"))
TOO_MANY = Refusal(
    "claim.too_many", _("您手上已有 %(limit)s 个在办心愿，已达上限，办结后可再认领。")
)
OTHER_COMMUNITY = Refusal("claim.other_community", _("这个心愿只由%(community)s的党员认领。"))
OWN_WISH = Refusal("claim.own_wish", _("这是您本人提出的心愿，请由其他同志认领。"))
STILL_OPEN = Refusal("claim.still_open", _("这个心愿还有名额，请直接认领。"))
QUEUE_LIMIT = Refusal("claim.queue_limit", _("您已在 %(limit)s 个心愿候补，已达上限。"))
IN_QUEUE = Refusal("claim.in_queue", _("您已在这个心愿的候补名单中。"))

NOT_YOURS = Refusal("claim.not_yours", _("这不是您认领的心愿。"))
NOT_LIVE = Refusal("claim.not_live", _("这项认领已经结束（%(state)s）。"))
ALREADY_DELIVERED = Refusal("claim.already_delivered", _("您已登记办理完成，正等待确认。"))
TIME_MISSING = Refusal("claim.time_missing", _("请填写开始时间和服务时长（1–720 分钟）。"))
TIME_AHEAD = Refusal("claim.time_ahead", _("服务还没有结束，请在服务结束后登记。"))
TIME_BEFORE = Refusal("claim.time_before", _("服务时间早于认领时间，请核对。"))
NOTE_MISSING = Refusal("claim.note_missing", _("请简要写明办理情况。"))
NOT_DELIVERED = Refusal("claim.not_delivered", _("认领人还没有登记办理完成，暂不能确认。"))
NOT_BY_CLAIMER = Refusal(
    "claim.not_by_claimer", _("办结须由心愿人或社区确认，认领人本人不能确认。")
)
REASON_MISSING = Refusal("claim.reason_missing", _("请写明原因。"))
SIGHT_ENDED = Refusal(
    "claim.sight_ended",
    _("您已不能查看心愿人的联系方式：认领已结束，或办结确认已超过 %(days)s 天。"),
)

OF_A_UNIT = Refusal(
    "claim.of_a_unit", _("这是单位认领的心愿，由单位退回；您不便办理的，请单位另派。")
)
ASKED_FOR_ANOTHER = Refusal("claim.asked_for_another", _("您已请单位另派，这个心愿不再由您负责。"))
ALREADY_RATED = Refusal("wish.already_rated", _("您已评价过，谢谢。"))
EXTENDED_ENOUGH = Refusal("claim.extended_enough", _("办理期限最多延长 %(times)s 次。"))

LONGEST_MINUTES = 720


@dataclass(frozen=True)
class Claimer:
    """The member who wants to claim, as far as the rule needs them."""

    member_id: int
    on_roster: bool
    communities: frozenset[int]
    phone_hash: str
    open_claims: int
    waiting_claims: int


def published_refusals(wish: Wish, now: datetime) -> list[Refusal]:
    """Whether a place of the wish can be taken at this instant, whoever asks."""
    state = wish.state_at(now)
    if state == WishState.OPEN and wish.places_left > 0:
        return []
    if state == WishState.SCHEDULED and wish.publish_at is not None:
        return [OPENS_LATER.having(at=_local(wish.publish_at))]
    if state in (WishState.OPEN, WishState.CLAIMED, WishState.DELIVERED, WishState.CONFIRMED):
        return [ALREADY_TAKEN]
    if state in (WishState.NOTED, WishState.VERIFIED):
        return [NOT_PUBLISHED]
    return [ENDED.having(state=wish.get_state_display())]


def claimer_refusals(wish: Wish, claimer: Claimer) -> list[Refusal]:
    """Whether this member may take up this wish at all."""
    reasons = []
    if not claimer.on_roster:
        reasons.append(NOT_A_MEMBER)
    reasons += audience_refusals(wish, claimer.communities)
    if wish.wisher_phone_hash and wish.wisher_phone_hash == claimer.phone_hash:
        reasons.append(OWN_WISH)
    return reasons


def audience_refusals(wish: Wish, communities: frozenset[int]) -> list[Refusal]:
    """Whether those of these communities may take it up."""
    own_only = wish.own_community_only or not wish.may_publish
    if own_only and wish.community_id not in communities:
        return [OTHER_COMMUNITY.having(community=wish.community.label)]
    return []


def claim_refusals(
    wish: Wish, claimer: Claimer, limits: WishLimits, now: datetime
) -> list[Refusal]:
    """Why the member may not claim: feeds the button, the action and the API alike."""
    reasons = published_refusals(wish, now) or claimer_refusals(wish, claimer)
    if not reasons and claimer.open_claims >= limits.open_claims:
        reasons = [TOO_MANY.having(limit=limits.open_claims)]
    return reasons


def queue_refusals(
    wish: Wish, claimer: Claimer, limits: WishLimits, now: datetime
) -> list[Refusal]:
    """Waiting is possible only while all places are taken and none is delivered."""
    if not published_refusals(wish, now):
        return [STILL_OPEN]
    if wish.state != WishState.CLAIMED:
        return published_refusals(wish, now)
    reasons = claimer_refusals(wish, claimer)
    if not reasons and claimer.waiting_claims >= limits.waiting_claims:
        reasons = [QUEUE_LIMIT.having(limit=limits.waiting_claims)]
    return reasons


def in_hand_refusals(claim: Claim, member_id: int | None) -> list[Refusal]:
    """Whether this is the member's own live claim, not yet delivered."""
    if member_id is None or claim.member_id != member_id:
        return [NOT_YOURS]
    return [ASKED_FOR_ANOTHER] if claim.is_unnamed else live_refusals(claim)


def live_refusals(claim: Claim) -> list[Refusal]:
    if claim.state not in (ClaimState.LIVE, ClaimState.WAITING):
        return [NOT_LIVE.having(state=claim.get_state_display())]
    return [ALREADY_DELIVERED] if claim.delivered_at is not None else []


def extended_until(claim: Claim, days: int, now: datetime) -> date:
    """The last day of the new term: `days` (1–30) after the later of the old term and today."""
    start = max(claim.due_at or now, now)
    return clock.local_date(start) + timedelta(days=min(max(days, 1), 30))


@dataclass(frozen=True)
class Delivery:
    """What a claimer reports: when, how long (minutes), what, and goods given (fen).

    `helpers`: the members who took part in a unit's claim; None is all whom the unit named.
    """

    note: str
    started_at: datetime
    minutes: int
    goods_value_fen: int | None = None
    helpers: frozenset[int] | None = None


def delivery_refusals(claim: Claim, delivery: Delivery, now: datetime) -> list[Refusal]:
    if not 1 <= delivery.minutes <= LONGEST_MINUTES:
        return [TIME_MISSING]
    reasons = []
    if delivery.started_at + timedelta(minutes=delivery.minutes) > now:
        reasons.append(TIME_AHEAD)
    if delivery.started_at < claim.claimed_at.replace(second=0, microsecond=0):
        reasons.append(TIME_BEFORE)
    if not delivery.note.strip():
        reasons.append(NOTE_MISSING)
    return reasons


def likely_start(claim: Claim, now: datetime) -> datetime:
    """What a form begins with: an hour ago, so that a service that is over fits before now."""
    return max(claim.claimed_at, now - timedelta(hours=1))


def confirmer_refusals(*, claimers: set[int], member_id: int | None) -> list[Refusal]:
    """No one confirms their own record."""
    return [NOT_BY_CLAIMER] if member_id is not None and member_id in claimers else []


def sight_refusals(claim: Claim, wish: Wish, limits: WishLimits, now: datetime) -> list[Refusal]:
    """Whether the claimer may see who the wisher is: while in hand, and some days after."""
    if claim.is_unnamed:
        return [ASKED_FOR_ANOTHER]
    if claim.state == ClaimState.LIVE:
        return []
    days = limits.sight_days_after_confirmation
    if (
        claim.state == ClaimState.FULFILLED
        and wish.confirmed_at is not None
        and now < wish.confirmed_at + timedelta(days=days)
    ):
        return []
    return [SIGHT_ENDED.having(days=days)]


def _local(instant: datetime) -> str:
    return f"{clock.local(instant):%Y-%m-%d %H:%M}"
