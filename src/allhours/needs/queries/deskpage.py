"""One wish on the desk: what stands about it and what this actor may do now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.kernel import clock, crypto, masking
from allhours.needs import reasons
from allhours.needs.choices import NEXT, ClaimState, ConsentBy, WishState
from allhours.needs.models import Claim, Festival, Wish
from allhours.needs.models.wish import WISHER_NAME, WISHER_PHONE
from allhours.needs.queries.channels import origin_title, wish_channels
from allhours.needs.queries.desk import claims_on_desk, history
from allhours.needs.queries.duplicates import Duplicate, duplicates
from allhours.needs.queries.festival_desk import open_festivals
from allhours.needs.queries.limits import item_titles, wish_limits
from allhours.needs.queries.unclaimed import unanswered_days
from allhours.needs.queries.words import KINDS, pill
from allhours.needs.rules.festivals import change_refusals
from allhours.needs.rules.wishes import publish_refusals
from allhours.needs.scope import HANDLERS, handles
from allhours.ui.parts import Event, Fact, Kind


@dataclass(frozen=True)
class DeskPage:
    heading: str
    pill: str
    kind: Kind
    facts: list[Fact]
    claims: list[Claim]
    events: list[Event]
    may_open: bool  # the wisher's facts
    may_check: bool
    may_approve: bool
    may_publish: bool
    may_unschedule: bool
    may_confirm: bool
    may_send_back: bool
    unanswered: int  # days without a word from the wisher, once they are too many
    may_decline: bool
    may_withdraw: bool
    may_expire: bool
    may_convert: bool
    may_merge: bool
    duplicates: list[Duplicate]
    may_release: bool
    may_extend: bool
    festivals: list[Festival]  # that this wish could join
    may_let_go: bool


def desk_page(actor: Actor, wish: Wish, now: datetime) -> DeskPage:
    handler = handles(actor, wish.community.path, HANDLERS)
    following = NEXT.get(WishState(wish.state), set()) if handler else set()
    claims = claims_on_desk(actor, wish)
    live = [claim for claim in claims if claim.state == ClaimState.LIVE]
    own = actor.member_id is not None and any(
        actor.member_id in (claim.member_id, *(each.member_id for each in claim.helpers.all()))
        for claim in live
    )
    limits = wish_limits(now)
    levels = limits.review_levels
    state = wish.state_at(now)
    may_open = handler or (bool(actor.user_id) and wish.noted_by_plain == actor.user_id)
    delivered = handler and wish.state == WishState.DELIVERED
    return DeskPage(
        heading=wish.title or _("待核实的心愿"),
        pill=pill(wish, state),
        kind=KINDS[state],
        facts=_facts(wish, now, people=may_open),
        claims=claims,
        events=history(wish),
        may_open=may_open,
        may_check=handler and wish.state == WishState.NOTED,
        may_approve=_may_approve(actor, wish, levels),
        may_publish=handler and not publish_refusals(wish, at=None, now=now),
        may_unschedule=handler and state == WishState.SCHEDULED and wish.festival_id is None,
        may_confirm=delivered and not own,
        may_send_back=delivered,
        unanswered=unanswered_days(wish, now),
        may_decline=WishState.DECLINED in following,
        may_withdraw=WishState.WITHDRAWN in following,
        may_expire=WishState.EXPIRED in following,
        may_convert=limits.convert_to_project and WishState.CONVERTED in following,
        may_merge=WishState.MERGED in following,
        duplicates=duplicates(actor, wish, now) if handler else [],
        may_release=handler and wish.state in (WishState.OPEN, WishState.CLAIMED),
        may_extend=handler and limits.extend_times > 0,
        festivals=open_festivals(actor, wish, now) if handler else [],
        may_let_go=handler and _may_let_go(wish, state, now),
    )


def _may_let_go(wish: Wish, state: str, now: datetime) -> bool:
    festival, waits = wish.festival, state in (WishState.VERIFIED, WishState.SCHEDULED)
    return waits and festival is not None and not change_refusals(festival, now)


def _may_approve(actor: Actor, wish: Wish, levels: tuple[str, ...]) -> bool:
    if wish.state != WishState.NOTED or wish.checked_at is None or wish.approvals >= len(levels):
        return False
    roles = frozenset({levels[wish.approvals], Role.COUNTY_OFFICER})
    return handles(actor, wish.community.path, roles)


def _facts(wish: Wish, now: datetime, *, people: bool) -> list[Fact]:
    """What stands about the wish; who made it (masked) only for those who may open it."""
    name = masking.name(crypto.unseal(wish.wisher_name_sealed, WISHER_NAME))
    phone = masking.phone(crypto.unseal(wish.wisher_phone_sealed, WISHER_PHONE))
    facts = [
        Fact(_("编号"), wish.code),
        Fact(_("社区"), wish.community.label),
        Fact(_("来源"), origin_title(wish.origin, wish_channels(now))),
        Fact(_("收到"), f"{clock.local(wish.noted_at):%Y-%m-%d %H:%M}"),
        Fact(_("公开同意"), _consent(wish)),
    ]
    if people:
        facts.append(Fact(_("心愿人"), " ".join(part for part in (name, phone) if part) or "—"))
    if wish.category:
        facts.append(Fact(_("类别"), item_titles(now).get(wish.category, wish.category)))
    if wish.places > 1:
        facts.append(Fact(_("名额"), f"{wish.taken} / {wish.places}"))
    if wish.publish_at is not None:
        facts.append(Fact(_("定时发布"), f"{clock.local(wish.publish_at):%Y-%m-%d %H:%M}"))
    if wish.festival is not None:
        url = reverse("needs:desk-festival", args=[wish.festival.code])
        facts.append(Fact(_("集中认领"), wish.festival.title, url))
    facts += _outcome(wish)
    if wish.note and people:
        facts.append(Fact(_("心愿人留言"), wish.note))
    return facts


def _outcome(wish: Wish) -> list[Fact]:
    facts = []
    if wish.rating:
        facts.append(Fact(_("评价"), wish.get_rating_display()))
    if wish.merged_into is not None:
        into = wish.merged_into.code
        facts.append(Fact(_("并入"), into, reverse("needs:desk-wish", args=[into])))
    if wish.end_reason:
        facts.append(Fact(_("原因"), reasons.shown(wish.end_reason)))
    return facts


def _consent(wish: Wish) -> str:
    if not wish.may_publish or wish.consent_at is None:
        return _("未同意，只给本社区党员看")
    by = ConsentBy(wish.consent_by).label
    day = f"{clock.local_date(wish.consent_at):%Y-%m-%d}"
    return _("%(by)s（%(day)s，文本 %(version)s）") % {
        "by": by,
        "day": day,
        "version": wish.consent_version,
    }
