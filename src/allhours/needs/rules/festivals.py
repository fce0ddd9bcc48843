"""Who may plan a festival of wishes, what may be gathered, until when it may be changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.directory.choices import OrgKind
from allhours.directory.models import Organization
from allhours.kernel import clock, paths
from allhours.kernel.errors import Refusal
from allhours.needs.choices import FESTIVAL_NEXT, FestivalState, WishState
from allhours.needs.models import Festival, Wish
from allhours.needs.rules.claims import OTHER_COMMUNITY

TITLE_MISSING = Refusal("festival.title_missing", _("请写主题，不超过 40 字。"))
HOUR_PAST = Refusal("festival.hour_past", _("开放时间已过，请选择以后的时间。"))
CLOSES_EARLY = Refusal("festival.closes_early", _("最后一天不能早于开放那一天。"))
LIMIT_INVALID = Refusal("festival.limit_invalid", _("每人最多认领应是 1 到 50，不限就留空。"))
AUDIENCE_INVALID = Refusal("festival.audience_invalid", _("范围只能是全县、一个镇街或一个社区。"))
AUDIENCE_FIXED = Refusal(
    "festival.audience_fixed", _("已有心愿归入，范围不能再改；需要的话请先把心愿移出。")
)
WRONG_STATE = Refusal("festival.wrong_state", _("这次集中认领现在是“%(state)s”，不能这样办理。"))
HOUR_COME = Refusal("festival.hour_come", _("这次集中认领已于 %(at)s 开放，不能再改动。"))
NOT_OPENED = Refusal("festival.not_opened", _("这次集中认领还没有开放；不办了请取消并写明原因。"))
EMPTY = Refusal("festival.empty", _("还没有归集心愿，请社区先把核实过的心愿归入。"))
REASON_MISSING = Refusal("festival.reason_missing", _("请写明取消的原因，党员会看到。"))
NOT_VERIFIED = Refusal(
    "festival.wish_not_verified", _("心愿 %(code)s 现在是“%(state)s”，只有已核实的心愿可以归入。")
)
GATHERED_ALREADY = Refusal(
    "festival.wish_gathered", _("心愿 %(code)s 已归入集中认领，不能再归入另一次。")
)
ELSEWHERE = Refusal("festival.wish_elsewhere", _("心愿 %(code)s 不在这次集中认领的范围内。"))
NOT_IN_IT = Refusal("festival.wish_not_in_it", _("心愿 %(code)s 不在这次集中认领中。"))
NOTHING_CHOSEN = Refusal("festival.nothing_chosen", _("请先勾选心愿。"))
FESTIVAL_LIMIT = Refusal(
    "claim.festival_limit",
    _("“%(title)s”每人最多认领 %(limit)s 个，您已认领 %(limit)s 个，请把机会留给其他同志。"),
)

MOST_EACH = 50
AUDIENCES = frozenset({OrgKind.TOWN, OrgKind.COMMUNITY})


@dataclass(frozen=True)
class Outline:
    """What a festival is, as its planner writes it."""

    title: str
    opens_at: datetime
    text: str = ""
    closes_on: date | None = None
    claims_each: int | None = None
    audience: Organization | None = None


def may_run(actor: Actor, audience: Organization | None) -> bool:
    """The county any festival; a community's secretary that of their own community."""
    if actor.holds(Role.COUNTY_OFFICER):
        return True
    return audience is not None and actor.holds(Role.COMMUNITY_SECRETARY, over=audience.path)


def outline_refusals(outline: Outline, now: datetime) -> list[Refusal]:
    reasons = []
    if not 0 < len(outline.title.strip()) <= 40:
        reasons.append(TITLE_MISSING)
    if outline.opens_at <= now:
        reasons.append(HOUR_PAST)
    reasons += closing_refusals(outline.opens_at, outline.closes_on)
    if outline.claims_each is not None and not 1 <= outline.claims_each <= MOST_EACH:
        reasons.append(LIMIT_INVALID)
    if outline.audience is not None and outline.audience.kind not in AUDIENCES:
        reasons.append(AUDIENCE_INVALID)
    return reasons


def closing_refusals(opens_at: datetime, closes_on: date | None) -> list[Refusal]:
    early = closes_on is not None and closes_on < clock.local_date(opens_at)
    return [CLOSES_EARLY] if early else []


def state_refusals(festival: Festival, to: str) -> list[Refusal]:
    if to in FESTIVAL_NEXT.get(FestivalState(festival.state), set()):
        return []
    return [WRONG_STATE.having(state=festival.get_state_display())]


def change_refusals(festival: Festival, now: datetime) -> list[Refusal]:
    """Its hour, its wishes and itself may be changed until the hour has come."""
    if festival.state == FestivalState.PLANNED:
        return []
    if festival.state != FestivalState.ANNOUNCED:
        return [WRONG_STATE.having(state=festival.get_state_display())]
    return [hour_come(festival)] if festival.opens_at <= now else []


def hour_come(festival: Festival) -> Refusal:
    return HOUR_COME.having(at=f"{clock.local(festival.opens_at):%Y-%m-%d %H:%M}")


def gather_refusals(festival: Festival, wish: Wish) -> list[Refusal]:
    """Whether a wish may join; `wish` with its community loaded."""
    if wish.festival_id is not None:
        return [GATHERED_ALREADY.having(code=wish.code)]
    if wish.state != WishState.VERIFIED:
        return [NOT_VERIFIED.having(code=wish.code, state=wish.get_state_display())]
    if not paths.covers(festival.audience_path, wish.community.path):
        return [ELSEWHERE.having(code=wish.code)]
    return []


def seat_refusals(
    festival: Festival, *, taken: int, places: Iterable[str], now: datetime
) -> list[Refusal]:
    """Whether a member may take one more while it runs; `places`: paths of their communities."""
    if not festival.runs_at(now):
        return []
    audience = festival.audience
    if audience is not None and not any(paths.covers(audience.path, place) for place in places):
        return [OTHER_COMMUNITY.having(community=audience.label)]
    if festival.claims_each is not None and taken >= festival.claims_each:
        return [limit_refusal(festival)]
    return []


def limit_refusal(festival: Festival) -> Refusal:
    return FESTIVAL_LIMIT.having(title=festival.title, limit=festival.claims_each)
